package org.lazaret.portal.view;

/**
 * A recipient of a mail and what became of it there.
 *
 * @param address as held, what a form sends back
 * @param shown   the same for display
 * @param open    whether something can still be decided
 */
public record RecipientView(String address, Shown shown, StateView state, boolean open) {
}

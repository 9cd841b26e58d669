package org.lazaret.portal.view;

/**
 * A recipient of a mail and what became of it there.
 *
 * @param address as held, what a form sends back
 * @param shown   the same for display
 * @param open    whether something can still be decided
 * @param marked  whether it is marked at first: those who asked, or everybody when nobody did
 */
public record RecipientView(String address, Shown shown, StateView state, boolean open, boolean marked) {
}

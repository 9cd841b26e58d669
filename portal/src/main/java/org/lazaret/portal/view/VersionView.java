package org.lazaret.portal.view;

import java.util.List;

/**
 * A saved version of the settings.
 *
 * @param at      for people
 * @param atIso   for machines
 * @param current whether it is in effect
 * @param changes what it changed
 */
public record VersionView(long number, String at, String atIso, String author, String comment, boolean current, List<ChangeView> changes) {
    public VersionView {
        changes = List.copyOf(changes);
    }
}

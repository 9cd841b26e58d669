package org.lazaret.portal.view;

import java.util.List;

/**
 * One setting on the settings page.
 *
 * @param key     as in the file, and the name of its field
 * @param value   as shown; what a person types need not be what the file says
 * @param usual   the default, as shown; empty where it goes without saying
 * @param fixed   why it cannot be changed here; empty when it can
 * @param problem why the value cannot be saved; empty for none
 * @param choices what can be chosen; empty for what is typed
 */
public record SettingView(String key, String label, String help, Kind kind, String value, String usual, String fixed, String problem,
                          List<Choice> choices) {
    public SettingView {
        choices = List.copyOf(choices);
    }

    /** How it is entered. */
    public enum Kind { CHOICE, FLAG, LINE, LINES }

    /**
     * One of several values.
     *
     * @param value as in the file
     */
    public record Choice(String value, String words) {
    }

    /** For the element of the page. */
    public String id() {
        return key.replace('.', '-');
    }

    public boolean changeable() {
        return fixed.isEmpty();
    }

    /** What describes the field, for screen readers; empty for nothing. */
    public String describedBy() {
        String ids = (help.isEmpty() && usual.isEmpty() ? "" : id() + "-help ") + (problem.isEmpty() ? "" : id() + "-problem ")
            + (fixed.isEmpty() ? "" : id() + "-fixed");
        return ids.strip();
    }
}

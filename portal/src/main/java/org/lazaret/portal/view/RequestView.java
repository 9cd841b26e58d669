package org.lazaret.portal.view;

import java.util.List;

/** A mail whose release is asked for. */
public record RequestView(RowView row, List<Asked> asked) {

    /**
     * Somebody who asked.
     *
     * @param when   for people; empty when not known
     * @param reason may be empty
     */
    public record Asked(Shown recipient, String when, Shown reason) {
    }

    public RequestView {
        asked = List.copyOf(asked);
    }
}

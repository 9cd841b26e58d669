package org.lazaret.portal.view;

/**
 * What a recipient can decide about a mail, or what was decided.
 *
 * @param path        put before {@code /release}, {@code /request} and {@code /delete}
 * @param undecided   whether it is simply held
 * @param heading     what became of it, when it is decided
 * @param text        the same in a sentence or two
 * @param scope       for whom else the decision holds; empty when for nobody
 * @param deleteText  what deleting does, before it is confirmed
 * @param undo        until when a deletion can be taken back; empty when it cannot
 * @param releaseText what releasing does
 * @param cautious    whether releasing is not to stand out
 * @param password    of the zip, when it is shown here; else empty
 */
public record DecisionView(String path, String formToken, StateView state, boolean undecided, String heading, String text, String scope,
                           boolean canRelease, boolean canRequest, boolean canDelete, String deleteText, String undo, String releaseText,
                           boolean cautious, String password) {
}

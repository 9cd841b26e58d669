package org.lazaret.portal.view;

/**
 * A held mail as a row of a list.
 *
 * @param id         of the record
 * @param href       its page
 * @param recipient  the first recipient, and how many more
 * @param attachment the worst attachment
 * @param open       whether its recipient can still decide
 */
public record RowView(String id, String href, Shown subject, SenderView from, Shown recipient, String received, String receivedIso, Shown attachment,
                      String size, ScoreView score, StateView state, boolean open) {
}

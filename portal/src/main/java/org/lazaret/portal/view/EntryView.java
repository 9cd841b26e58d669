package org.lazaret.portal.view;

/**
 * An entry of the lists for people.
 *
 * @param effect   {@code allow} or {@code block}
 * @param expires  empty for never
 * @param lastDay  the last day it holds, as a form has it
 * @param reason   for display
 * @param rawReason as it is kept, for a form
 */
public record EntryView(String id, String effect, String effectWords, String field, Shown pattern, Shown recipient, String expires, boolean over,
                        String lastDay, Shown reason, String rawReason, Shown author, String created, String href) {
}

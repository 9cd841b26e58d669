package org.lazaret.portal.view;

/**
 * A finding in detail.
 *
 * @param sentence what it means, in English
 * @param rule     id of the rule
 * @param where    path inside the attachment; empty when it is the attachment itself
 * @param evidence what was seen; may be empty
 */
public record FindingView(String sentence, String rule, Shown where, Shown evidence) {
}

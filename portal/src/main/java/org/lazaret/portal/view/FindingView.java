package org.lazaret.portal.view;

/**
 * A finding for people.
 *
 * @param sentence what it means
 * @param rule     id of the rule
 * @param where    path inside the attachment; empty when it is the attachment itself
 * @param evidence what was seen; may be empty
 */
public record FindingView(String sentence, String rule, Shown where, Shown evidence) {
}

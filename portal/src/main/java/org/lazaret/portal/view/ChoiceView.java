package org.lazaret.portal.view;

/**
 * Something of a mail that can be put on a list.
 *
 * @param value what a form sends back
 * @param words what it is
 * @param shown the thing itself
 */
public record ChoiceView(String value, String pattern, String words, Shown shown) {
}

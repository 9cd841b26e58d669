package org.lazaret.portal.view;

/**
 * A state for people.
 *
 * @param name  lower case, chooses the colour
 * @param words what it means
 */
public record StateView(String name, String words) {
}

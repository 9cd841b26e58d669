package org.lazaret.portal.view;

/**
 * A score for people.
 *
 * @param value such as {@code 9.5}
 * @param level {@code high}, {@code medium}, {@code low}, {@code none} or {@code unknown}: chooses colour and shape
 * @param words what the level means
 */
public record ScoreView(String value, String level, String words) {
}

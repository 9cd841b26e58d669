package org.lazaret.portal.view;

/**
 * What changes about one setting.
 *
 * @param label empty where the key says it all
 */
public record ChangeView(String key, String label, String before, String after) {
}

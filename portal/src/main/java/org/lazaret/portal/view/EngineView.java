package org.lazaret.portal.view;

/**
 * An engine for people.
 *
 * @param since when it began to fail; empty when it does not
 * @param error what is wrong; may be empty
 * @param asked answers it gave
 * @param found harmful ones of them
 */
public record EngineView(Shown name, String kind, boolean required, boolean well, String words, String since, Shown error, Shown version, long asked,
                         long found, long failed, long millis) {
}

package org.lazaret.portal.view;

/**
 * A job and its last run.
 *
 * @param name  as in the path that begins it
 * @param state {@code never}, {@code running} or {@code finished}
 * @param total 0 when not known
 */
public record WorkView(String name, String title, String text, String state, String stateWords, String at, long done, long total, long failed,
                       Shown problem) {

    /** Held mail that is not what was stored. */
    public record Damaged(String record, String href, String found, Shown problem) {
    }
}

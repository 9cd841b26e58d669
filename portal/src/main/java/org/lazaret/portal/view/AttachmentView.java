package org.lazaret.portal.view;

/**
 * An attachment for people.
 *
 * @param type     what it is
 * @param mismatch what it claims to be, when that is something else; empty otherwise
 */
public record AttachmentView(Shown name, String type, String mismatch, String size, String sha256, ScoreView score, FindingsView findings) {
}

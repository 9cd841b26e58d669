package org.lazaret.scan;

/**
 * An attachment of the mail as it was classified.
 *
 * @param name         its name as the recipient's program would show it; empty when it has none; as found in the mail, so escape
 *                     before display
 * @param declaredType media type that the mail declares, lower case, without parameters
 * @param detectedType media type seen in the bytes, lower case
 * @param size         decoded size in bytes
 * @param sha256       lower-case hex of the SHA-256 of the decoded bytes
 * @param score        its own score
 */
public record Attachment(String name, String declaredType, String detectedType, long size, String sha256, Score score) {
}

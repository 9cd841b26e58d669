package org.lazaret.cli;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells messages from other files. A name that ends in {@code .eml} settles it. A name without extension, with one of mail, or as in a
 * Maildir leaves it to the content: lines of header fields (RFC 5322), folded ones included, from the first byte (or behind an mbox
 * {@code From } line) to an empty line, and two different fields among them that mail has.
 *
 * <p>Any other extension makes it a file, however its content looks: {@code From: a} is also a line of JavaScript.
 */
final class MessageSniffer {
    /** Bytes of the content that are looked at. */
    static final int WINDOW = 16 * 1024;

    private static final Set<String> MAIL_EXTENSIONS = Set.of("", "mail", "rfc822", "email", "txt", "mbox");
    private static final Set<String> MAIL_FIELDS = Set.of("from", "to", "cc", "subject", "date", "message-id", "mime-version", "received",
        "return-path", "content-type", "delivered-to", "dkim-signature", "reply-to", "sender");
    private static final Pattern FIELD = Pattern.compile("([!-9;-~]+)[ \\t]*:.*");
    private static final Pattern EXTENSION = Pattern.compile(".*\\.([A-Za-z0-9]{1,16})");

    private MessageSniffer() {
    }

    static boolean isMessage(String name, byte[] start) {
        String extension = extension(name);
        if (extension.equals("eml")) {
            return true;
        }
        return MAIL_EXTENSIONS.contains(extension) && looksLikeMessage(start);
    }

    private static String extension(String name) {
        Matcher matcher = EXTENSION.matcher(name);
        return matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
    }

    private static boolean looksLikeMessage(byte[] start) {
        Set<String> seen = new HashSet<>();
        boolean first = true;
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (start.length >= WINDOW) {
            text = text.substring(0, text.lastIndexOf('\n') + 1);
        }
        for (String line : text.split("\r?\n", -1)) {
            if (line.isEmpty()) {
                break;
            }
            Matcher field = FIELD.matcher(line);
            if (field.matches()) {
                seen.add(field.group(1).toLowerCase(Locale.ROOT));
            } else if (!(first && line.startsWith("From ")) && (first || !line.startsWith(" ") && !line.startsWith("\t"))) {
                return false;
            }
            first = false;
        }
        seen.retainAll(MAIL_FIELDS);
        return seen.size() >= 2;
    }
}

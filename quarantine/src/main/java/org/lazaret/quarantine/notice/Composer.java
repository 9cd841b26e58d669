package org.lazaret.quarantine.notice;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;

/**
 * Writes a mail of ours (RFC 5322, pure ASCII, CRLF). Whatever text it is given, it stays inside of the field or part it was given for:
 * control characters become spaces, everything else that is not plain becomes encoded words (RFC 2047) or quoted-printable (RFC 2045).
 * Equal input gives equal bytes.
 */
final class Composer {
    private static final int LINE = 76;
    private static final int WORD_BYTES = 45;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Composer text(String name, String value) {
        return raw(name, encoded(name.length() + 2, value));
    }

    Composer mailbox(String name, Mailbox mailbox) {
        if (mailbox.name().isEmpty()) {
            return raw(name, mailbox.address());
        }
        boolean plain = mailbox.name().matches("[A-Za-z0-9 .,'()@_+-]{1,60}");
        String display = plain ? '"' + mailbox.name() + '"' : words(name.length() + 2, mailbox.name());
        return raw(name, display + "\r\n <" + mailbox.address() + ">");
    }

    /** An address of a recipient; one that is no plain address is left out rather than guessed at. */
    Composer address(String name, String address) {
        boolean plain = address.matches("[!-~&&[^<>()\",;:\\\\]]{1,64}@[A-Za-z0-9.:\\[\\]-]{1,255}");
        return raw(name, plain ? "<" + address + ">" : "undisclosed-recipients:;");
    }

    Composer date(Instant date) {
        return raw("Date", DATE.format(date.atOffset(ZoneOffset.UTC)));
    }

    /** A value that is known to be right as it is. */
    Composer raw(String name, String value) {
        return ascii(name + ": " + value + "\r\n");
    }

    Composer emptyLine() {
        return ascii("\r\n");
    }

    /** A whole part with its header: UTF-8 in quoted-printable. */
    Composer part(String type, String content) {
        raw("Content-Type", type + "; charset=utf-8");
        raw("Content-Transfer-Encoding", "quoted-printable");
        emptyLine();
        return ascii(quotedPrintable(content));
    }

    Composer ascii(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    private static String encoded(int column, String value) {
        String clean = value.replaceAll("\\p{Cntrl}+", " ").strip();
        boolean plain = clean.chars().allMatch(character -> character >= ' ' && character <= '~') && !clean.contains("=?");
        if (plain && column + clean.length() <= LINE) {
            return clean;
        }
        return words(column, clean);
    }

    private static String words(int column, String value) {
        StringBuilder words = new StringBuilder();
        StringBuilder chunk = new StringBuilder();
        int bytes = 0;
        int limit = Math.max(9, WORD_BYTES - column);
        for (int at = 0; at < value.length();) {
            int point = value.codePointAt(at);
            at += Character.charCount(point);
            String character = Character.toString(point);
            int size = character.getBytes(StandardCharsets.UTF_8).length;
            if (bytes + size > limit) {
                word(words, chunk);
                bytes = 0;
                limit = WORD_BYTES;
            }
            chunk.append(character);
            bytes += size;
        }
        word(words, chunk);
        return words.toString();
    }

    private static void word(StringBuilder words, StringBuilder chunk) {
        if (!chunk.isEmpty()) {
            words.append(words.isEmpty() ? "" : "\r\n ").append("=?UTF-8?B?")
                .append(Base64.getEncoder().encodeToString(chunk.toString().getBytes(StandardCharsets.UTF_8))).append("?=");
            chunk.setLength(0);
        }
    }

    private static String quotedPrintable(String content) {
        StringBuilder text = new StringBuilder();
        for (String line : content.split("\r\n|\r|\n", -1)) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            int column = 0;
            for (int at = 0; at < bytes.length; at++) {
                int value = bytes[at] & 0xFF;
                boolean last = at == bytes.length - 1;
                boolean plain = value > ' ' && value <= '~' && value != '=' && !(column == 0 && (value == '.' || value == 'F' || value == '-'))
                    || value == ' ' && !last;
                String shown = plain ? String.valueOf((char) value) : String.format("=%02X", value);
                if (column + shown.length() > LINE - 1) {
                    text.append("=\r\n");
                    column = 0;
                }
                text.append(shown);
                column += shown.length();
            }
            text.append("\r\n");
        }
        return text.toString();
    }
}

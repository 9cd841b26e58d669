package org.lazaret.scan.mime;

import java.nio.charset.StandardCharsets;

/** Whether bytes are what a person reads. */
final class Texts {
    private static final String[] MAGICS = {"PK\u0003\u0004", "PK\u0005\u0006", "%PDF", "{\\rt", "Rar!", "MSCF", "GIF8", "II*\0", "ITSF", "BZh",
        "!<arch>", "conectix", "AT&TFORM", "ID;P", "<?xml version=\"1.0\"?><?mso"};

    private Texts() {
    }

    /** No control characters but those of text and ISO 2022, and no file's magic at the beginning. */
    static boolean plain(byte[] head) {
        int odd = 0;
        for (byte b : head) {
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != 0x1b && b != 0x0e && b != 0x0f) {
                if (b == 0) {
                    return false;
                }
                odd++;
            }
        }
        if (odd > head.length / 64) {
            return false;
        }
        int first = 0;
        while (first < head.length && first < 32 && (head[first] == '\r' || head[first] == '\n' || head[first] == ' ')) {
            first++;
        }
        if (head.length - first >= 64 && head[first] == 'M' && head[first + 1] == 'Z' && head[first + 2] != ' ' && head[first + 2] < 'A') {
            return false;
        }
        for (String magic : MAGICS) {
            if (startsWith(head, first, magic)) {
                return false;
            }
        }
        return true;
    }

    static boolean startsWith(byte[] bytes, int from, String latin) {
        if (bytes.length - from < latin.length()) {
            return false;
        }
        for (int i = 0; i < latin.length(); i++) {
            if ((bytes[from + i] & 0xFF) != latin.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}

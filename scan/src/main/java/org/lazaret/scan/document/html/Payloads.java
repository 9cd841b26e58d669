package org.lazaret.scan.document.html;

import org.lazaret.scan.document.ole.Bytes;

/** Tells decoded bytes that are a file of a dangerous kind from text, pictures, fonts and mere data. */
final class Payloads {
    private Payloads() {
    }

    static boolean isFile(byte[] bytes) {
        String head = Bytes.latin(java.util.Arrays.copyOf(bytes, Math.min(bytes.length, 16)));
        return head.startsWith("MZ") && bytes.length > 60 || head.startsWith("PK\3\4") || head.startsWith("Rar!") || head.startsWith("7z\u00bc\u00af")
            || head.startsWith("\u00d0\u00cf\u0011\u00e0") || head.startsWith("%PDF") || head.startsWith("\u007fELF")
                || head.startsWith("L\0\0\0\1\24\2\0")
            || head.startsWith("MSCF") || head.startsWith("\u001f\u008b") || head.startsWith("{\\rt") || head.startsWith("ITSF")
                || head.startsWith("\u00ca\u00fe\u00ba\u00be")
            || bytes.length > 0x8006 && bytes[0x8001] == 'C' && bytes[0x8002] == 'D' && bytes[0x8003] == '0' && bytes[0x8004] == '0';
    }

    static boolean isPassive(byte[] bytes) {
        String head = Bytes.latin(java.util.Arrays.copyOf(bytes, Math.min(bytes.length, 16)));
        return head.startsWith("\u0089PNG") || head.startsWith("\u00ff\u00d8\u00ff") || head.startsWith("GIF8") || head.startsWith("RIFF")
            || head.startsWith("wOF")
            || head.startsWith("\0\1\0\0") || head.startsWith("OTTO") || head.startsWith("\0\0\1\0") || head.startsWith("BM")
                || head.startsWith("ftyp", 4);
    }

    static boolean isText(byte[] bytes) {
        int printable = 0;
        int looked = Math.min(bytes.length, 4096);
        for (int i = 0; i < looked; i++) {
            int c = bytes[i] & 0xff;
            printable += c >= 0x20 && c < 0x7f || c == '\n' || c == '\r' || c == '\t' ? 1 : 0;
        }
        return looked > 0 && printable >= looked * 95L / 100;
    }
}

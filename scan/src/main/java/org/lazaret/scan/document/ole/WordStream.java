package org.lazaret.scan.document.ole;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.lazaret.scan.document.FieldCodes;
import org.lazaret.scan.document.Links;
import org.lazaret.scan.document.ole.CompoundFile.Entry;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;

/**
 * Word's binary format ([MS-DOC]): fields in the text, the attached template, encryption; WordBasic macros of Word 6 and 95 by the names
 * that run by themselves, which their templates keep in the clear.
 */
final class WordStream {
    private static final int MAX_STREAM = 64 << 20;
    private static final int MAX_FIELD = 4096;
    private static final int MAX_FIELDS = 200;
    private static final int BEGIN = 0x13;
    private static final int SEPARATE = 0x14;
    private static final int END = 0x15;

    private final Item item;
    private final Examination examination;

    WordStream(Item item, Examination examination) {
        this.item = item;
        this.examination = examination;
    }

    static boolean begins(byte[] head) {
        return head.length > 12 && (Bytes.u16(head, 0) == 0xa5ec || Bytes.u16(head, 0) == 0xa5dc);
    }

    /** fEncrypted of the FIB ([MS-DOC] 2.5.2). */
    static boolean isEncrypted(byte[] head) {
        return (Bytes.u16(head, 10) & 0x0100) != 0;
    }

    void read(CompoundFile file, Entry entry) throws IOException {
        byte[] main = file.head(entry, MAX_STREAM);
        fields(main);
        boolean old = Bytes.u16(main, 0) == 0xa5dc || Bytes.u16(main, 2) < 0x00c0;
        if (old) {
            wordBasic(main);
            return;
        }
        boolean one = (Bytes.u16(main, 10) & 0x0200) != 0;
        for (Entry table : file.named(one ? "1Table" : "0Table")) {
            if (table.parent() == entry.parent() && main.length > 0x1a2) {
                template(file.head(table, MAX_STREAM), Bytes.u32(main, 0x19a), Bytes.u32(main, 0x19e));
            }
        }
    }

    /** Judges the fields in text of either width. */
    void fields(byte[] text) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i + 4 < text.length && seen.size() < MAX_FIELDS; i++) {
            if (text[i] == BEGIN) {
                String field = text[i + 1] == 0 ? field(text, i, 2) : field(text, i, 1);
                if (field.length() > 3 && seen.add(field)) {
                    FieldCodes.judge(item, field, examination);
                }
            }
        }
    }

    private static String field(byte[] text, int from, int width) {
        StringBuilder field = new StringBuilder();
        int depth = 0;
        for (int i = from; i + width <= text.length && field.length() < MAX_FIELD; i += width) {
            int c = width == 1 ? text[i] & 0xff : Bytes.u16(text, i);
            if (c == BEGIN) {
                depth++;
            } else if (c == END) {
                depth--;
            }
            if (depth == 0 || c == SEPARATE && depth == 1) {
                return field.toString();
            }
            if (c >= 0x20 || c == '\t') {
                field.append((char) c);
            } else if (c != BEGIN && c != SEPARATE && c != END && c != '\r' && c != 1 && c != 7 && c != 11) {
                return "";
            }
        }
        return "";
    }

    private void template(byte[] table, long offset, long length) {
        // SttbfAssoc ([MS-DOC] 2.9.276): strings with a 16-bit count each; the second is the template.
        if (offset < 0 || offset + 10 > table.length || length < 10 || Bytes.u16(table, (int) offset) != 0xffff) {
            return;
        }
        int at = (int) offset + 6;
        for (int i = 0; i < 2 && at + 2 <= table.length; i++) {
            int characters = Bytes.u16(table, at);
            at += 2;
            int end = Math.min(at + characters * 2, table.length);
            if (i == 1) {
                String path = new String(table, at, end - at, StandardCharsets.UTF_16LE);
                if (Links.isRemote(path)) {
                    examination.finding(item, "office.external.template", path);
                }
            }
            at = end;
        }
    }

    private void wordBasic(byte[] main) {
        String text = Bytes.latin(main).toLowerCase(Locale.ROOT);
        for (String name : new String[] {"autoopen", "autoexec", "autoclose", "autonew", "filesaveas", "toolsmacro"}) {
            int at = text.indexOf(name);
            if (at > 0 && text.charAt(at - 1) == name.length()) {
                examination.finding(item, "office.wordbasic", name);
                return;
            }
        }
    }
}

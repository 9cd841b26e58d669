package org.lazaret.scan.document.ole;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.lazaret.scan.document.Links;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;

/**
 * The records of an Excel workbook stream ([MS-XLS]; BIFF 2 to 8): macro sheets and what they call, names that run by themselves, DDE
 * links, web queries, encryption.
 */
final class Biff {
    private static final int MAX_RECORDS = 5_000_000;
    /** Functions of macro sheets that reach out of the workbook ([MS-XLS] 2.5.198.17, 2.5.198.4). */
    private static final Map<Integer, String> CALLS = Map.ofEntries(Map.entry(110, "EXEC"), Map.entry(150, "CALL"), Map.entry(149, "REGISTER"),
        Map.entry(267, "REGISTER.ID"), Map.entry(132, "FOPEN"), Map.entry(138, "FWRITE"), Map.entry(137, "FWRITELN"), Map.entry(186, "GET.WORKSPACE"),
        Map.entry(0x8060, "FORMULA"), Map.entry(0x8011, "RUN"), Map.entry(94, "INITIATE"), Map.entry(178, "EXECUTE"), Map.entry(0x80b2, "EXECUTE"));

    private final Item item;
    private final Examination examination;
    private final Set<String> calls = new LinkedHashSet<>();
    private boolean macroSheet;
    private boolean inMacroSheet;
    private boolean hidden;
    private boolean automatic;
    private boolean query;
    boolean encrypted;

    Biff(Item item, Examination examination) {
        this.item = item;
        this.examination = examination;
    }

    /** Whether a stream begins as a workbook does: BOF of any version. */
    static boolean begins(byte[] head) {
        if (head.length < 8) {
            return false;
        }
        int type = Bytes.u16(head, 0);
        int length = Bytes.u16(head, 2);
        int sheet = Bytes.u16(head, 6);
        boolean known = sheet == 5 || sheet == 6 || sheet == 0x10 || sheet == 0x20 || sheet == 0x40 || sheet == 0x100;
        return known && (type == 0x0809 && (length == 8 || length == 16) || (type == 0x0009 || type == 0x0209
            || type == 0x0409) && length >= 4 && length <= 8);
    }

    void read(InputStream stream) throws IOException, LimitExceeded {
        InputStream in = new BufferedInputStream(stream, 1 << 16);
        for (int i = 0; i < MAX_RECORDS; i++) {
            if ((i & 0xfff) == 0) {
                examination.checkTime();
            }
            byte[] header = in.readNBytes(4);
            if (header.length < 4) {
                break;
            }
            int type = Bytes.u16(header, 0);
            byte[] data = in.readNBytes(Bytes.u16(header, 2));
            record(type, data);
            if (encrypted || data.length < Bytes.u16(header, 2)) {
                break;
            }
        }
        conclude();
    }

    /** Takes one record whose data is in the clear. */
    void record(int type, byte[] data) {
        switch (type) {
            case 0x0009, 0x0209, 0x0409, 0x0809 -> {
                inMacroSheet = data.length >= 4 && Bytes.u16(data, 2) == 0x40;
                macroSheet |= inMacroSheet;
            }
            case 0x0085 -> {
                if (data.length >= 6 && data[5] == 1) {
                    macroSheet = true;
                    hidden |= (data[4] & 3) != 0;
                }
            }
            case 0x002f -> encrypted = true;
            case 0x0018, 0x0218 -> name(data);
            case 0x0006, 0x0206, 0x0406 -> {
                if (inMacroSheet) {
                    formula(data, type == 0x0006 && data.length > 22 ? 20 : 16);
                }
            }
            case 0x01ae -> {
                if (data.length > 5 && Bytes.u16(data, 2) != 0x0401 && Bytes.u16(data, 2) != 0x3a01) {
                    link(string(data, 4, Bytes.u16(data, 2)));
                }
            }
            case 0x0017 -> {
                if (data.length > 2 && (data[0] & 0xff) == data.length - 1) {
                    link(new String(data, 1, data.length - 1, StandardCharsets.ISO_8859_1));
                }
            }
            case 0x00dc -> query = true;
            case 0x00cd -> {
                String text = data.length > 3 ? string(data, 2, Bytes.u16(data, 0)) : "";
                if (query && Links.isRemote(text)) {
                    examination.finding(item, "office.query", text);
                }
                query = false;
            }
            default -> { }
        }
    }

    /** A string of [MS-XLS] 2.5.294 without its length: a byte that tells the width, then the characters. */
    private static String string(byte[] data, int at, int characters) {
        if (at >= data.length) {
            return "";
        }
        boolean wide = (data[at] & 1) != 0;
        int length = Math.min(wide ? characters * 2 : characters, data.length - at - 1);
        return new String(data, at + 1, Math.max(0, length), wide ? StandardCharsets.UTF_16LE : StandardCharsets.ISO_8859_1);
    }

    private void name(byte[] data) {
        if (data.length < 15) {
            return;
        }
        boolean builtIn = (data[0] & 0x20) != 0;
        int characters = data[3] & 0xff;
        int last = Math.min(data.length, 16);
        for (int at = 14; builtIn && at < last; at++) {
            automatic |= data[at] == 1 || data[at] == 2 || data[at] == 10 || data[at] == 11;
        }
        String wide = string(data, 14, characters).toLowerCase(Locale.ROOT);
        String narrow = new String(data, 14, Math.min(characters, data.length - 14), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        for (String name : new String[] {wide, narrow}) {
            automatic |= name.startsWith("auto_open") || name.startsWith("auto_close") || name.startsWith("auto_activate")
                || name.startsWith("auto_deactivate");
        }
    }

    private void formula(byte[] data, int from) {
        for (int at = from; at + 3 < data.length && calls.size() < 12; at++) {
            int token = data[at] & 0xff;
            if (token == 0x22 || token == 0x42 || token == 0x62) {
                String call = CALLS.get(Bytes.u16(data, at + 2));
                if (call != null) {
                    calls.add(call);
                }
            } else if (token == 0x21 || token == 0x41 || token == 0x61) {
                String call = CALLS.get(Bytes.u16(data, at + 1));
                if (call != null) {
                    calls.add(call);
                }
            }
        }
    }

    private void link(String path) {
        int separator = path.indexOf('\3');
        if (separator <= 0 || path.charAt(0) < 0x20) {
            return;
        }
        String service = path.substring(0, separator);
        String topic = path.substring(separator + 1);
        String evidence = service + "|" + topic;
        if (Links.isCommand(service) || Links.isCommand(topic) || Links.isExecutable(service)) {
            examination.finding(item, "office.dde.command", evidence);
        } else if (Links.isRemote(topic)) {
            examination.finding(item, "office.external.object", evidence);
        } else {
            examination.finding(item, "office.dde.link", evidence);
        }
    }

    void conclude() {
        if (macroSheet) {
            String evidence = (automatic ? "Auto_Open " : "") + (hidden ? "hidden " : "") + String.join(", ", calls);
            examination.finding(item, automatic || !calls.isEmpty() ? "office.xlm.autoexec" : "office.xlm", evidence.strip());
        }
    }
}

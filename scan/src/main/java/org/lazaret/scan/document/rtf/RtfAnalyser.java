package org.lazaret.scan.document.rtf;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.document.Charged;
import org.lazaret.scan.document.FieldCodes;
import org.lazaret.scan.document.Links;
import org.lazaret.scan.document.ole.Bytes;
import org.lazaret.scan.document.ole.EquationNative;
import org.lazaret.scan.document.ole.OlePackage;
import org.lazaret.scan.document.rtf.RtfReader.ObjectData;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/** RTF files: remote templates, fields, and OLE 1 objects ([MS-OLEDS] 2.2) with what is inside them. */
public final class RtfAnalyser implements Analyser {
    private static final byte[] COMPOUND = {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, (byte) 0xa1, (byte) 0xb1, 0x1a, (byte) 0xe1};

    @Override
    public boolean handles(Item item) {
        return item.is(Type.RTF);
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        RtfReader reader;
        try (InputStream in = new BufferedInputStream(Charged.timed(item.content().open(), examination), 1 << 16)) {
            reader = new RtfReader(in);
            reader.read();
        } catch (Charged.Exhausted e) {
            throw e.limit();
        }
        for (RtfReader.Text text : reader.texts) {
            text(item, text, examination);
        }
        if (reader.hiddenTemplate) {
            examination.finding(item, "office.rtf.template", "\\template in \\u escapes");
        }
        if (reader.update && !reader.objects.isEmpty()) {
            examination.finding(item, "office.rtf.update", "\\objupdate");
        }
        for (ObjectData object : reader.objects) {
            examination.checkTime();
            object(item, object, examination);
        }
        if (reader.overLimit) {
            examination.unscannable(item, Reason.OVER_LIMIT, "RTF object larger than " + RtfReader.MAX_OBJECT + " bytes, or too many");
        }
    }

    private static void text(Item item, RtfReader.Text text, Examination examination) {
        switch (text.destination()) {
            case "fldinst" -> FieldCodes.judge(item, text.text(), examination);
            case "template" -> {
                if (Links.isRemote(text.text())) {
                    examination.finding(item, "office.external.template", text.text());
                }
            }
            case "objclass" -> {
                if (text.text().toLowerCase(Locale.ROOT).startsWith("equation.")) {
                    examination.finding(item, text.text().strip().startsWith("Equation.")
                        ? "office.equation" : "office.equation.exploit", text.text());
                }
            }
            default -> {
                if (text.destination().equals("file") && Links.isWeb(text.text())) {
                    examination.finding(item, "office.external.frame", text.text());
                } else if (Links.isShare(text.text())) {
                    examination.finding(item, "office.external.share", text.text());
                }
            }
        }
    }

    private static void object(Item item, ObjectData object, Examination examination) throws IOException, LimitExceeded {
        data(item, object, object.all(), examination);
        if (object.outer().length > 8 && !Arrays.equals(object.outer(), object.all())) {
            data(item, object, object.outer(), examination);
        }
    }

    private static void data(Item item, ObjectData object, byte[] data, Examination examination) throws IOException, LimitExceeded {
        int compound = Bytes.indexOf(data, COMPOUND, 0);
        if (object.destination().equals("datastore")) {
            if (compound >= 0) {
                child(item, "data store", data, compound, examination);
            }
            return;
        }
        if (data.length < 12) {
            return;
        }
        long format = Bytes.u32(data, 4);
        int at = 8;
        String[] texts = {"", "", ""};
        for (int i = 0; i < 3; i++) {
            if (at + 4 <= data.length) {
                long length = Bytes.u32(data, at);
                if (length > data.length - at - 4L) {
                    at = data.length;
                    break;
                }
                texts[i] = new String(data, at + 4, (int) length, java.nio.charset.StandardCharsets.ISO_8859_1).replace("\0", "");
                at += 4 + (int) length;
            }
        }
        String name = texts[0].isEmpty() ? object.className() : texts[0];
        if (format == 1 || format == 0 && !texts[1].isEmpty()) {
            if (Links.isRemote(texts[1]) || Links.isProtocol(texts[1])) {
                examination.finding(item, "office.external.object", name + " " + texts[1]);
            } else {
                examination.finding(item, "office.external.link", name + " " + texts[1]);
            }
            if (compound < 0) {
                return;
            }
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (compound >= 0) {
            if (lower.startsWith("equation") && !name.startsWith("Equation.")) {
                examination.finding(item, "office.equation.exploit", name);
            }
            child(item, name.isEmpty() ? "object" : name, data, compound, examination);
            return;
        }
        int body = Math.min(at + 4, data.length);
        if (lower.startsWith("package") || lower.isEmpty() && data.length > body + 4 && Bytes.u16(data, body) == 2) {
            try (InputStream in = new ByteArrayInputStream(data, body, data.length - body)) {
                OlePackage.judge(item, in, examination);
            }
            return;
        }
        if (lower.startsWith("equation")) {
            EquationNative.judge(item, Arrays.copyOfRange(data, body, data.length), examination);
            return;
        }
        examination.finding(item, "office.rtf.object", name.isEmpty() ? "object of no known kind" : name);
        child(item, "object", data, body < data.length ? body : 0, examination);
        if (body < data.length) {
            child(item, "object data", data, 0, examination);
        }
    }

    private static void child(Item item, String name, byte[] data, int from, Examination examination) throws IOException, LimitExceeded {
        examination.child(item, name, "", new ByteArrayInputStream(data, from, data.length - from), -1);
    }
}

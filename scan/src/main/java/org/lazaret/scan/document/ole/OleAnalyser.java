package org.lazaret.scan.document.ole;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.document.Charged;
import org.lazaret.scan.document.Links;
import org.lazaret.scan.document.ole.CompoundFile.Entry;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/**
 * Compound files: Office 97–2003 documents, VBA projects of newer ones, embedded objects, Outlook messages. Each stream is judged by what
 * it holds; embedded files are handed on.
 */
public final class OleAnalyser implements Analyser {
    private static final byte[] URL_MONIKER = {(byte) 0xe0, (byte) 0xc9, (byte) 0xea, 0x79, (byte) 0xf9, (byte) 0xba, (byte) 0xce, 0x11,
        (byte) 0x8c, (byte) 0x82, 0, (byte) 0xaa, 0, 0x4b, (byte) 0xa9, 0x0b};
    /** Classes that exploits and downloaders instantiate; the value is the rule. */
    private static final Map<String, String> CLASSES = Map.ofEntries(
        Map.entry("0002ce02-0000-0000-c000-000000000046", "office.equation"),
        Map.entry("0002ce03-0000-0000-c000-000000000046", "office.equation"),
        Map.entry("79eac9e0-baf9-11ce-8c82-00aa004ba90b", "office.class.harmful"),
        Map.entry("06290bd2-48aa-11d2-8432-006008c3fbfc", "office.class.harmful"),
        Map.entry("06290bd3-48aa-11d2-8432-006008c3fbfc", "office.class.harmful"),
        Map.entry("ecabafc6-7f19-11d2-978e-0000f8757e2a", "office.class.harmful"),
        Map.entry("ecabb0c7-7f19-11d2-978e-0000f8757e2a", "office.class.harmful"),
        Map.entry("3050f4d8-98b5-11cf-bb82-00aa00bdce0b", "office.class.harmful"),
        Map.entry("72c24dd5-d70a-438b-8a42-98424b88afb8", "office.class.harmful"),
        Map.entry("0d43fe01-f093-11cf-8940-00a0c9054228", "office.class.harmful"),
        Map.entry("eab22ac3-30c1-11cf-a7eb-0000c05bae0b", "office.class.risky"),
        Map.entry("8856f961-340a-11d0-a96b-00c04fd705a2", "office.class.risky"),
        Map.entry("bdd1f04b-858b-11d1-b16a-00c0f0283628", "office.class.risky"),
        Map.entry("c74190b6-8589-11d1-b16a-00c0f0283628", "office.class.risky"),
        Map.entry("1efb6596-857c-11d1-b16a-00c0f0283628", "office.class.risky"),
        Map.entry("d27cdb6e-ae6d-11cf-96b8-444553540000", "office.class.risky"),
        Map.entry("cddbcc7c-be18-4a58-9cbf-d62a012272ce", "office.class.risky"),
        Map.entry("44f9a03b-a3ec-4f3b-9364-08e0007f21df", "office.class.risky"));
    private static final Set<String> OWN_STREAMS = Set.of("worddocument", "workbook", "book", "powerpoint document", "current"
        + " user", "pictures", "data",
        "0table", "1table", "\5summaryinformation", "\5documentsummaryinformation", "\1compobj", "\1ole", "\3objinfo", "\3eprint", "\1ole10native",
        "encryptedpackage", "encryptioninfo", "equation native", "\1ole10itemname", "\3ocxname", "\3print", "\2olepres000");

    @Override
    public boolean handles(Item item) {
        return item.is(Type.OLE2);
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        CompoundFile file;
        try {
            file = CompoundFile.read(item.content());
        } catch (IOException e) {
            examination.unscannable(item, Reason.MALFORMED, "compound file: " + e.getMessage());
            return;
        }
        try {
            VbaProject project = VbaProject.of(file);
            Macros.judge(item, project, examination);
            classes(item, file, examination);
            boolean message = file.entries().stream().anyMatch(entry -> entry.named("__properties_version1.0"));
            if (message) {
                new OutlookMessage(item, examination).read(file);
            }
            boolean encrypted = false;
            for (Entry entry : file.streams()) {
                examination.checkTime();
                encrypted |= stream(item, file, entry, message, examination);
            }
            if (file.damaged() && project.present() && project.modules().isEmpty() && !encrypted) {
                examination.unscannable(item, Reason.MALFORMED, "compound file with broken chains around a macro project");
            }
        } catch (Charged.Exhausted e) {
            throw e.limit();
        }
    }

    private static void classes(Item item, CompoundFile file, Examination examination) {
        Set<String> seen = new HashSet<>();
        for (Entry entry : file.entries()) {
            String rule = CLASSES.get(entry.clsid());
            if (rule != null && seen.add(entry.clsid())) {
                examination.finding(item, rule, "class " + entry.clsid());
            }
        }
    }

    /** @return whether it is encrypted */
    private static boolean stream(Item item, CompoundFile file, Entry entry, boolean message, Examination examination) throws IOException,
        LimitExceeded {
        String name = entry.name().toLowerCase(Locale.ROOT);
        byte[] head = file.head(entry, 64);
        switch (name) {
            case "\1ole10native" -> {
                try (InputStream in = new BufferedInputStream(file.open(entry))) {
                    OlePackage.judgeStream(item, in, examination);
                }
                return false;
            }
            case "\1ole" -> {
                link(item, file.head(entry, 8192), examination);
                return false;
            }
            case "equation native" -> {
                EquationNative.judge(item, file.head(entry, 65_536), examination);
                return false;
            }
            case "encryptedpackage" -> {
                new Protection(item, examination).judgePackage();
                return true;
            }
            case "powerpoint document" -> {
                return presentation(item, file, entry, examination);
            }
            default -> { }
        }
        if (WordStream.begins(head)) {
            if (WordStream.isEncrypted(head)) {
                new Protection(item, examination).judgeDocument();
                return true;
            }
            new WordStream(item, examination).read(file, entry);
            return false;
        }
        if (Biff.begins(head) && entry.size() > 16) {
            Biff biff = new Biff(item, examination);
            try (InputStream in = file.open(entry)) {
                biff.read(in);
            }
            if (biff.encrypted) {
                new Protection(item, examination).judgeWorkbook(file, entry);
            }
            return biff.encrypted;
        }
        if (!OWN_STREAMS.contains(name) && !(message && name.startsWith("__")) && isFile(head)) {
            try (InputStream in = file.open(entry)) {
                examination.child(item, printable(entry.name()), "", in, -1);
            }
        }
        return false;
    }

    private static boolean presentation(Item item, CompoundFile file, Entry entry, Examination examination) throws IOException, LimitExceeded {
        boolean encrypted = false;
        for (Entry user : file.named("Current User")) {
            byte[] atom = file.head(user, 20);
            // headerToken of CurrentUserAtom, [MS-PPT] 2.3.2.
            encrypted |= atom.length >= 16 && Bytes.u32(atom, 12) == 0xf3d1c4dfL;
        }
        encrypted |= !file.named("EncryptedSummary").isEmpty() || !file.named("EncryptedSummaryInformation").isEmpty();
        if (!encrypted) {
            PowerPointStream stream = new PowerPointStream(item, examination);
            try (InputStream in = file.open(entry)) {
                stream.read(in);
            }
            encrypted = stream.encrypted;
        }
        if (encrypted) {
            new Protection(item, examination).judgePresentation();
        }
        return encrypted;
    }

    /** The {@code \1Ole} stream ([MS-OLEDS] 2.3.3): a linked object names its source by monikers. */
    private static void link(Item item, byte[] stream, Examination examination) {
        int moniker = Bytes.indexOf(stream, URL_MONIKER, 0);
        String text = new String(stream, StandardCharsets.UTF_16LE);
        String shifted = stream.length > 1 ? new String(stream, 1, stream.length - 1, StandardCharsets.UTF_16LE) : "";
        String all = (text + '\n' + shifted + '\n' + Bytes.latin(stream)).toLowerCase(Locale.ROOT);
        for (String scheme : new String[] {"http://", "https://", "ftp://", "mhtml:", "\\\\", "file://"}) {
            int at = all.indexOf(scheme);
            while (at >= 0) {
                int end = at;
                while (end < all.length() && all.charAt(end) > ' ' && all.charAt(end) < 0x7f) {
                    end++;
                }
                String target = all.substring(at, end);
                if (target.length() > scheme.length() + 3 && Links.isRemote(target)) {
                    examination.finding(item, "office.external.object", target);
                    return;
                }
                at = all.indexOf(scheme, end + 1);
            }
        }
        if (moniker >= 0) {
            examination.finding(item, "office.external.object", "URL moniker");
        } else if (stream.length > 8 && (stream[4] & 1) != 0) {
            examination.finding(item, "office.external.link", "linked object");
        }
    }

    /** Whether a stream is a file of its own rather than a format of the document. */
    private static boolean isFile(byte[] head) {
        String text = Bytes.latin(head);
        String start = text.stripLeading().toLowerCase(Locale.ROOT);
        return text.startsWith("MZ") || text.startsWith("PK\3\4") || text.startsWith("%PDF") || text.startsWith("{\\rt") || CompoundFile.isOne(head)
            || text.startsWith("Rar!") || text.startsWith("7z\u00bc\u00af") || text.startsWith("\u007fELF") || text.startsWith("L\0\0\0\1\24\2\0")
            || text.startsWith("MSCF") || text.startsWith("ActiveMime") || text.startsWith("\u00ca\u00fe\u00ba\u00be") || start.startsWith("<html")
            || start.startsWith("<script") || start.startsWith("<!doctype") || start.startsWith("<svg") || text.startsWith("\u001f\u008b")
            || text.startsWith("FWS") || text.startsWith("CWS") || text.startsWith("ZWS") || start.startsWith("<?xml") || start.startsWith("<job");
    }

    private static String printable(String name) {
        StringBuilder text = new StringBuilder();
        name.chars().filter(c -> c >= 0x20).forEach(c -> text.append((char) c));
        return text.isEmpty() ? "stream" : text.toString();
    }
}

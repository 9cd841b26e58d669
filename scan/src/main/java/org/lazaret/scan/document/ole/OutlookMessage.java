package org.lazaret.scan.document.ole;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.lazaret.scan.document.Links;
import org.lazaret.scan.document.ole.CompoundFile.Entry;
import org.lazaret.scan.document.ole.CompoundFile.Kind;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;

/**
 * Outlook messages ([MS-OXMSG]): attachments of the message and of the messages inside it are handed on under the names that Outlook
 * shows. A named property that holds nothing but a share is how a reminder's sound leaks credentials (CVE-2023-23397).
 */
final class OutlookMessage {
    private static final String PROPERTY = "__substg1.0_";
    private static final int MAX_NAME = 4096;

    private final Item item;
    private final Examination examination;

    OutlookMessage(Item item, Examination examination) {
        this.item = item;
        this.examination = examination;
    }

    void read(CompoundFile file) throws IOException, LimitExceeded {
        Map<Integer, Map<String, Entry>> attachments = new HashMap<>();
        for (Entry entry : file.streams()) {
            String name = entry.name().toLowerCase(Locale.ROOT);
            if (!name.startsWith(PROPERTY) || name.length() < PROPERTY.length() + 8) {
                continue;
            }
            String tag = name.substring(PROPERTY.length(), PROPERTY.length() + 8);
            if (tag.startsWith("8") && (tag.endsWith("001f") || tag.endsWith("001e")) && entry.size() < 1024) {
                String value = text(file, entry);
                if (Links.isShare(value) && value.indexOf('\n') < 0) {
                    examination.finding(item, "office.msg.share", value);
                }
            }
            attachments.computeIfAbsent(entry.parent(), key -> new HashMap<>()).put(tag, entry);
        }
        for (Map.Entry<Integer, Map<String, Entry>> one : attachments.entrySet()) {
            Map<String, Entry> properties = one.getValue();
            Entry data = properties.get("37010102");
            String name = name(file, properties);
            if (data != null && data.kind() == Kind.STREAM) {
                String type = properties.containsKey("370e001f") ? text(file, properties.get("370e001f")) : "";
                try (InputStream in = file.open(data)) {
                    examination.child(item, name.isEmpty() ? "attachment" : name, type.toLowerCase(Locale.ROOT), in, -1);
                }
            } else if (properties.get("370d001f") instanceof Entry path) {
                String target = text(file, path);
                if (Links.isRemote(target)) {
                    examination.finding(item, "office.external.other", target);
                }
            }
        }
    }

    private static String name(CompoundFile file, Map<String, Entry> properties) throws IOException {
        for (String tag : new String[] {"3707001f", "3707001e", "3704001f", "3704001e", "3001001f", "3001001e"}) {
            Entry entry = properties.get(tag);
            if (entry != null && entry.size() > 0) {
                return text(file, entry);
            }
        }
        return "";
    }

    private static String text(CompoundFile file, Entry entry) throws IOException {
        byte[] bytes = file.head(entry, MAX_NAME);
        boolean wide = entry.name().toLowerCase(Locale.ROOT).endsWith("1f");
        return new String(bytes, wide ? StandardCharsets.UTF_16LE : StandardCharsets.ISO_8859_1).replace("\0", "");
    }
}

package org.lazaret.scan.engine.hashlist;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.lazaret.scan.log.Log;

/**
 * Reads one file of SHA-256, line by line:
 *
 * <ul>
 * <li>a hash alone, or with a name behind blanks, as {@code sha256sum} writes it;
 * <li>CSV as trackers publish it, quoted or not, such as the exports of MalwareBazaar and URLhaus: the column of the hash is that named
 *     {@code sha256} or {@code sha256_hash}, in a header that may stand in a comment, else the first that looks like one; the column named
 *     {@code signature}, {@code malware}, {@code family} or {@code threat} is the name;
 * <li>blank lines, and comments from {@code #} on.
 * </ul>
 *
 * <p>Any other line is broken: it is named in the log, and the rest is used.
 */
final class ListReader {
    private static final Log LOGGER = Log.of(ListReader.class);
    private static final int MAX_LINE = 1 << 14;
    private static final int MAX_LOGGED = 20;
    private static final int MAX_NAME = 100;
    private static final int HEX = 2 * Hashes.LENGTH;
    private static final Set<String> HASH_COLUMNS = Set.of("sha256", "sha-256", "sha256_hash", "sha256hash", "hash_sha256");
    private static final Set<String> NAME_COLUMNS = Set.of("signature", "malware", "malware_family", "family", "threat");

    /** Takes what is read. */
    interface Receiver {
        /** @param name what is known by this hash; empty when nothing is said */
        void take(byte[] hash, String name) throws IOException;
    }

    private final Path file;
    private final Receiver receiver;
    private int hashColumn = -1;
    private int nameColumn = -1;
    private long number;
    private long good;
    private long broken;

    private ListReader(Path file, Receiver receiver) {
        this.file = file;
        this.receiver = receiver;
    }

    /** @throws IOException when it cannot be read, or has lines and not one hash in them: then it is no list at all */
    static void read(Path file, Receiver receiver) throws IOException {
        ListReader reader = new ListReader(file, receiver);
        reader.lines();
        if (reader.broken > 0 && reader.good == 0) {
            throw new IOException(file + ": no SHA-256 in any of its lines");
        }
        if (reader.broken > MAX_LOGGED) {
            LOGGER.warn("{}: {} lines are broken, the first {} are named above; {} hashes are used", file, reader.broken, MAX_LOGGED, reader.good);
        }
    }

    private void lines() throws IOException {
        byte[] line = new byte[MAX_LINE];
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            int length = 0;
            boolean any = false;
            for (int b = in.read(); b >= 0; b = in.read()) {
                any = true;
                if (b == '\n') {
                    line(line, length);
                    length = 0;
                    any = false;
                } else {
                    if (length < MAX_LINE) {
                        line[length] = (byte) b;
                    }
                    length++;
                }
            }
            if (any) {
                line(line, length);
            }
        }
    }

    private void line(byte[] bytes, int length) throws IOException {
        number++;
        if (length > MAX_LINE) {
            broken("longer than " + MAX_LINE + " bytes");
            return;
        }
        String line = new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
        if (number == 1 && line.startsWith("\uFEFF")) {
            line = line.substring(1).strip();
        }
        if (line.isEmpty()) {
            return;
        }
        if (line.startsWith("#")) {
            header(fields(line.substring(1)));
            return;
        }
        if (isHash(line, HEX) && (line.length() == HEX || line.charAt(HEX) == ' ' || line.charAt(HEX) == '\t')) {
            take(line.substring(0, HEX), line.substring(HEX).replaceFirst("^\\s+\\*?", ""));
            return;
        }
        List<String> fields = fields(line);
        Optional<String> hash = hashColumn >= 0 && hashColumn < fields.size() ? Optional.of(fields.get(hashColumn)).filter(ListReader::isHash)
                : fields.stream().filter(ListReader::isHash).findFirst();
        if (hash.isPresent()) {
            take(hash.get(), nameColumn >= 0 && nameColumn < fields.size() ? fields.get(nameColumn) : "");
        } else if (good > 0 || !header(fields)) {
            broken("no SHA-256");
        }
    }

    private void take(String hash, String name) throws IOException {
        good++;
        String known = name.equalsIgnoreCase("n/a") || name.equalsIgnoreCase("none") || name.equalsIgnoreCase("null") ? "" : name;
        receiver.take(HexFormat.of().parseHex(hash), known.length() > MAX_NAME ? known.substring(0, MAX_NAME) : known);
    }

    private boolean header(List<String> fields) {
        List<String> names = fields.stream().map(field -> field.toLowerCase(Locale.ROOT)).toList();
        int hash = first(names, HASH_COLUMNS);
        if (hash < 0) {
            return false;
        }
        hashColumn = hash;
        nameColumn = first(names, NAME_COLUMNS);
        return true;
    }

    private static int first(List<String> names, Set<String> wanted) {
        for (int i = 0; i < names.size(); i++) {
            if (wanted.contains(names.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private void broken(String why) {
        if (++broken <= MAX_LOGGED) {
            LOGGER.warn("{} line {}: {}", file, number, why);
        }
    }

    private static boolean isHash(String text) {
        return text.length() == HEX && isHash(text, HEX);
    }

    private static boolean isHash(String text, int length) {
        if (text.length() < length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Fields between commas or semicolons, blanks around them and quotes removed. */
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                    field.append(c);
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (!quoted && (c == ',' || c == ';')) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString().strip());
        return fields;
    }
}

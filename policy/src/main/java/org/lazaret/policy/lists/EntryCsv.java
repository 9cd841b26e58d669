package org.lazaret.policy.lists;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.lazaret.policy.Keyword;

/**
 * The lists as CSV (RFC 4180): a header line, then {@code list,field,pattern,recipient,expires,reason,author,created}. Author and created
 * are for people: an import has its own. Expires is a time such as {@code 2027-01-31T00:00:00Z}, or empty.
 */
final class EntryCsv {
    /** Broken lines after which reading ends: the file is another one. */
    private static final int MAX_PROBLEMS = 1_000;
    private static final List<String> COLUMNS = List.of("list", "field", "pattern", "recipient", "expires", "reason");
    private static final String[] HEADER = {"list", "field", "pattern", "recipient", "expires", "reason", "author", "created"};

    private EntryCsv() {
    }

    /** @param sha256 of the text in UTF-8 */
    record Parsed(List<Entry> entries, String sha256) {
    }

    static void write(List<Entry> entries, Appendable out) throws IOException {
        CSVPrinter printer = new CSVPrinter(out, CSVFormat.RFC4180.builder().setHeader(HEADER).get());
        for (Entry entry : entries) {
            printer.printRecord(Keyword.of(entry.effect()), Keyword.of(entry.field()), entry.pattern(),
                entry.recipient().map(EntryPattern::toString).orElse(""), entry.expires().map(Instant::toString).orElse(""), entry.reason(),
                entry.author(), entry.created());
        }
    }

    static Parsed read(Reader csv, String author, Instant created, Supplier<String> ids) throws IOException, CsvException {
        List<Entry> entries = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Map<Entry.Place, Long> places = new HashMap<>();
        Digesting text = new Digesting(csv);
        CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).setIgnoreEmptyLines(true).get();
        try (CSVParser parser = format.parse(text)) {
            List<String> missing = COLUMNS.stream().filter(column -> !parser.getHeaderNames().contains(column)).toList();
            if (!missing.isEmpty()) {
                throw new CsvException(List.of("line 1: the columns are " + String.join(",", HEADER) + "; missing: " + String.join(", ", missing)));
            }
            for (CSVRecord row : parser) {
                // The parser is behind the record: on its last line.
                long line = parser.getCurrentLineNumber();
                try {
                    Entry entry = entry(row, author, created, ids.get());
                    Long other = places.putIfAbsent(entry.place(), line);
                    if (other != null) {
                        throw new RefusedEntryException(entry.place() + " stands in line " + other + " already");
                    }
                    entries.add(entry);
                } catch (RefusedEntryException e) {
                    problems.add("line " + line + ": " + e.getMessage());
                    if (problems.size() >= MAX_PROBLEMS) {
                        break;
                    }
                }
            }
        } catch (UncheckedIOException | IllegalArgumentException | IllegalStateException e) {
            problems.add("no CSV: " + e.getMessage());
        } catch (CSVException e) {
            problems.add("no CSV: " + e.getMessage());
        }
        if (!problems.isEmpty()) {
            throw new CsvException(problems);
        }
        return new Parsed(entries, text.sha256());
    }

    private static Entry entry(CSVRecord row, String author, Instant created, String id) throws RefusedEntryException {
        if (!row.isConsistent()) {
            throw new RefusedEntryException("has " + row.size() + " fields");
        }
        return new Draft(word(Effect.class, "list", row), word(Field.class, "field", row), row.get("pattern"), row.get("recipient"),
            expires(row.get("expires")), row.get("reason")).entry(id, author, created);
    }

    private static <E extends Enum<E>> E word(Class<E> words, String column, CSVRecord row) throws RefusedEntryException {
        try {
            return Keyword.parse(words, row.get(column).strip());
        } catch (IllegalArgumentException e) {
            throw new RefusedEntryException(column + " '" + row.get(column) + "': allowed is " + e.getMessage());
        }
    }

    /** @throws RefusedEntryException when the text is neither empty nor a time */
    static Optional<Instant> expires(String text) throws RefusedEntryException {
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text.strip()));
        } catch (DateTimeException e) {
            throw new RefusedEntryException("expires '" + text + "': a time such as 2027-01-31T00:00:00Z, or nothing");
        }
    }

    /** Passes text on and computes its SHA-256. */
    private static final class Digesting extends Reader {
        private final Reader in;
        private final MessageDigest digest;

        Digesting(Reader in) {
            this.in = in;
            this.digest = DigestUtils.getSha256Digest();
        }

        @Override
        public int read(char[] text, int from, int length) throws IOException {
            int count = in.read(text, from, length);
            if (count > 0) {
                digest.update(new String(text, from, count).getBytes(StandardCharsets.UTF_8));
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }

        String sha256() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }
}

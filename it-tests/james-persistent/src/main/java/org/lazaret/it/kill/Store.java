package org.lazaret.it.kill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The quarantine on the disk, looked at past the server: its index by SQL, its content as files, opened by openssl as in {@code docs/crypto.md}. */
final class Store {
    private static final String EXTENSION = ".cms";

    /** @param states by recipient */
    record Entry(String id, String subject, boolean hasContent, long held, Map<String, String> states) {
    }

    private final Path folder;

    Store(Path folder) {
        this.folder = folder;
    }

    List<Entry> entries() throws IOException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        query("SELECT r.id, r.subject, r.content, p.address, p.state,"
            + " (SELECT count(*) FROM audit a WHERE a.record_id = r.id AND a.action = 'held')"
            + " FROM record r JOIN record_recipient p ON p.record_id = r.id ORDER BY r.id, p.position", row ->
            entries.computeIfAbsent(row.getString(1), id -> entry(row, id)).states().put(row.getString(4), row.getString(5)));
        return List.copyOf(entries.values());
    }

    private static Entry entry(ResultSet row, String id) {
        try {
            return new Entry(id, row.getString(2), row.getInt(3) == 1, row.getLong(6), new LinkedHashMap<>());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Letters in the outbox, releases that are under way, content that is to be removed. */
    long unfinished() throws IOException {
        long[] count = new long[1];
        query("SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM record_recipient WHERE state = 'RELEASING')"
            + " + (SELECT count(*) FROM record WHERE content = 2)", row -> count[0] = row.getLong(1));
        return count[0];
    }

    /** Where the audit's chain is broken; what each hash is of is {@code docs/audit.md}'s and other tests' matter. */
    List<String> brokenLinks() throws IOException {
        List<String> broken = new ArrayList<>();
        query("SELECT a.sequence FROM audit a LEFT JOIN audit b ON b.sequence = a.sequence - 1"
            + " WHERE a.sequence > 1 AND (b.hash IS NULL OR b.hash <> a.previous)", row -> broken.add("link " + row.getLong(1) + " follows none"));
        query("SELECT h.sequence FROM audit_head h WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.sequence = h.sequence AND a.hash = h.hash)"
            + " OR EXISTS (SELECT 1 FROM audit a WHERE a.sequence > h.sequence)", row -> broken.add("link " + row.getLong(1) + " is not the last"));
        return broken;
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private void query(String sql, Row reader) throws IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("index.db"));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                reader.read(row);
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** Ids of the records whose content is on the disk. */
    Set<String> contents() throws IOException {
        return files(EXTENSION).stream().map(file -> file.getFileName().toString().replace(EXTENSION, ""))
            .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Files in the content's folders that are no content. */
    List<Path> leftovers() throws IOException {
        return files("").stream().filter(file -> !file.toString().endsWith(EXTENSION)).toList();
    }

    private List<Path> files(String end) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("content"))) {
            return files.filter(Files::isRegularFile).filter(file -> file.toString().endsWith(end)).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The sealed bytes in the clear. */
    byte[] open(String id) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl", "cms", "-decrypt", "-binary", "-inform", "DER",
            "-inkey", folder.resolve("quarantine.key").toString(),
            "-in", folder.resolve("content").resolve(id.substring(0, 2)).resolve(id + EXTENSION).toString()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        byte[] opened = process.getInputStream().readAllBytes();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("openssl does not open the content of " + id);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
        return opened;
    }
}

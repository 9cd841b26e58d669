package org.lazaret.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The manifest of a corpus: tab-separated UTF-8 whose first line names the columns. Read are {@code path} (relative to the manifest),
 * {@code label}, {@code kind}, {@code min_band}, {@code max_band}, {@code form} ({@code attachment} or {@code eml}),
 * {@code attach_name_json} (the attachment's name as a JSON string) and {@code declared_type}; others are left alone.
 */
final class Manifest {
    private static final JsonFactory JSON = new JsonFactory();

    private Manifest() {
    }

    /** The part of the scale that a score falls into. */
    enum Band {
        CLEAN, SUSPICIOUS, BLOCK;

        String keyword() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One labelled file.
     *
     * @param path as in the manifest
     */
    record Row(String path, String label, String kind, Band min, Band max, Input input) {
    }

    /** @throws IllegalArgumentException when the manifest is not of this form, naming the line */
    static List<Row> read(Path manifest) throws IOException {
        List<String> lines = Files.readAllLines(manifest, StandardCharsets.UTF_8);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(manifest + " is empty");
        }
        List<String> columns = Arrays.asList(lines.get(0).split("\t", -1));
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isEmpty()) {
                try {
                    rows.add(row(columns, lines.get(i).split("\t", -1), manifest));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(manifest + ", line " + (i + 1) + ": " + e.getMessage(), e);
                }
            }
        }
        return rows;
    }

    private static Row row(List<String> columns, String[] values, Path manifest) {
        String path = value(columns, values, "path");
        String form = value(columns, values, "form");
        Path file = manifest.resolveSibling(path);
        Input input = switch (form) {
            case "eml" -> new Input(path, file, path, Optional.empty(), Optional.of(Input.Form.MESSAGE));
            case "attachment" -> new Input(path, file, decoded(value(columns, values, "attach_name_json")),
                Optional.of(value(columns, values, "declared_type")), Optional.of(Input.Form.FILE));
            default -> throw new IllegalArgumentException("form is 'attachment' or 'eml', not '" + form + "'");
        };
        return new Row(path, value(columns, values, "label"), value(columns, values, "kind"), band(value(columns, values, "min_band")),
            band(value(columns, values, "max_band")), input);
    }

    private static String value(List<String> columns, String[] values, String column) {
        int index = columns.indexOf(column);
        if (index < 0 || index >= values.length) {
            throw new IllegalArgumentException("no column " + column);
        }
        return values[index];
    }

    private static Band band(String keyword) {
        return switch (keyword) {
            case "clean" -> Band.CLEAN;
            case "suspicious" -> Band.SUSPICIOUS;
            case "block" -> Band.BLOCK;
            default -> throw new IllegalArgumentException("a band is 'clean', 'suspicious' or 'block', not '" + keyword + "'");
        };
    }

    private static String decoded(String json) {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw new IllegalArgumentException("attach_name_json is no JSON string");
            }
            return parser.getText();
        } catch (IOException e) {
            throw new IllegalArgumentException("attach_name_json is no JSON string: " + e.getMessage(), e);
        }
    }
}

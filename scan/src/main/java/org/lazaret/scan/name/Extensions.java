package org.lazaret.scan.name;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.lazaret.scan.ScanSettings;

/**
 * The list of blocked extensions with their weights: {@code blocked-extensions.tsv}, or an operator's file in the same format.
 *
 * <p>One extension a line, without a dot, then a weight from 0 to 9 (default {@value #DEFAULT_WEIGHT}), then anything, separated by tabs
 * or spaces; {@code #} begins a comment. A line that does not read like that is refused with the file's name and the line's number.
 */
public final class Extensions {
    static final int DEFAULT_WEIGHT = 8;

    private static final int MAX_LINES = 100_000;
    private static final String BUILT_IN = "/org/lazaret/scan/blocked-extensions.tsv";
    private static final Pattern EXTENSION = Pattern.compile("[\\p{L}\\p{N}_$~!+-]{1,32}");

    private final Map<String, Integer> weights;

    private Extensions(Map<String, Integer> weights) {
        this.weights = Map.copyOf(weights);
    }

    /**
     * The list that the settings ask for.
     *
     * @throws IllegalArgumentException when the operator's file is unreadable or has a bad line
     */
    public static Extensions of(ScanSettings settings) {
        return settings.blockedExtensions().map(Extensions::read).orElseGet(Extensions::builtIn);
    }

    public static Extensions builtIn() {
        InputStream resource = Extensions.class.getResourceAsStream(BUILT_IN);
        if (resource == null) {
            throw new IllegalStateException("The jar lacks " + BUILT_IN);
        }
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            return parse("blocked-extensions.tsv", reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException when the file is unreadable or has a bad line */
    public static Extensions read(Path file) {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return parse(file.toString(), reader);
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(file + " is not UTF-8", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("Cannot read the blocked extensions in " + file + ": " + e.getMessage(), e);
        }
    }

    private static Extensions parse(String file, BufferedReader reader) throws IOException {
        Map<String, Integer> weights = new HashMap<>();
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            int comment = line.indexOf('#');
            String content = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (content.startsWith("\ufeff")) {
                content = content.substring(1).strip();
            }
            if (number > MAX_LINES) {
                throw new IllegalArgumentException(file + ": more than " + MAX_LINES + " lines");
            }
            if (content.isEmpty()) {
                continue;
            }
            String[] fields = content.split("\\s+", 3);
            String extension = fields[0].startsWith(".") ? fields[0].substring(1) : fields[0];
            if (!EXTENSION.matcher(extension).matches()) {
                throw new IllegalArgumentException(file + ", line " + number + ": '" + fields[0] + "' is no extension (letters, digits, hyphens; o"
                    + "ne a line)");
            }
            if (fields.length > 1 && !fields[1].matches("[0-9]")) {
                throw new IllegalArgumentException(file + ", line " + number + ": '" + fields[1] + "' is no weight from 0 to 9");
            }
            if (weights.put(extension.toLowerCase(Locale.ROOT), fields.length > 1 ? Integer.parseInt(fields[1]) : DEFAULT_WEIGHT) != null) {
                throw new IllegalArgumentException(file + ", line " + number + ": '" + extension + "' stands there twice");
            }
        }
        return new Extensions(weights);
    }

    /** Weight of an extension (lower case, without its dot); 0 when it is not blocked. */
    public int weight(String extension) {
        return weights.getOrDefault(extension, 0);
    }

    public int size() {
        return weights.size();
    }
}

package org.lazaret.policy.settings;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of {@code lazaret.properties} (UTF-8, {@link Properties} syntax), valid by themselves. What stands in the file wins over what was saved
 * in the portal.
 */
public final class SettingsFile {
    /** Keys of the stored settings that are left out: the way out when they are not valid any more. */
    public static final String DISREGARD = "settings.disregard";

    /** A key, in which anything may be escaped, and a value. */
    private static final Pattern LINE = Pattern.compile("((?:[^\\\\=]|\\\\.)*)=(.*)", Pattern.DOTALL);

    private final String name;
    private final Map<String, String> lines;
    private final Path base;
    private final Settings settings;

    private SettingsFile(String name, Map<String, String> lines, Path base) throws SettingsException {
        this.name = name;
        this.lines = Collections.unmodifiableMap(lines);
        this.base = base;
        this.settings = SettingsReader.read(name, lines, base);
    }

    private SettingsFile(Settings settings) {
        this.name = "lazaret.properties";
        this.lines = Map.of();
        this.base = Path.of("");
        this.settings = settings;
    }

    /** Settings that were made otherwise. */
    static SettingsFile of(Settings settings) {
        return new SettingsFile(settings);
    }

    /**
     * @param base folder that relative paths start at
     * @throws SettingsException when the file is missing, unreadable or says something that is not allowed
     */
    public static SettingsFile read(Path file, Path base) throws SettingsException {
        try {
            return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8), base);
        } catch (NoSuchFileException e) {
            throw new SettingsException(file + ": there is no such file");
        } catch (CharacterCodingException e) {
            throw new SettingsException(file + ": is not UTF-8 text");
        } catch (IOException e) {
            throw new SettingsException(file + ": cannot be read: " + e.getMessage());
        }
    }

    /** @param name what to call the text in messages */
    public static SettingsFile parse(String name, String text, Path base) throws SettingsException {
        return new SettingsFile(name, lines(name, text), base);
    }

    /**
     * The lines of a text, whether they are settings or not.
     *
     * @throws SettingsException when a key is given twice, or an escape is broken
     */
    public static Map<String, String> lines(String name, String text) throws SettingsException {
        Set<String> repeated = new TreeSet<>();
        Properties given = new Properties() {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Object put(Object key, Object value) {
                if (containsKey(key)) {
                    repeated.add(key.toString());
                }
                return super.put(key, value);
            }
        };
        try (Reader reader = new StringReader(text)) {
            given.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new SettingsException(name + ": " + e.getMessage());
        }
        if (!repeated.isEmpty()) {
            throw new SettingsException(name + ": given twice: " + String.join(", ", repeated));
        }
        Map<String, String> lines = new TreeMap<>();
        given.stringPropertyNames().forEach(key -> lines.put(key, given.getProperty(key).strip()));
        return lines;
    }

    /** Lines as they stand in a file, sorted by key; {@link #lines} reads them back. */
    public static String text(Map<String, String> lines) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(lines).forEach((key, value) -> text.append(line(key, value)).append('\n'));
        return text.toString();
    }

    private static String line(String key, String value) {
        Properties one = new Properties();
        one.setProperty(key, value);
        StringWriter written = new StringWriter();
        try {
            one.store(written, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // In front of it stands the date.
        String line = written.toString().lines().reduce("", (before, last) -> last);
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalStateException("Written by Properties, and no line: " + line);
        }
        // Colons and the like need no escape behind the equals sign.
        return matcher.group(1) + " = " + matcher.group(2).replaceAll("\\\\([:=#!])", "$1");
    }

    String name() {
        return name;
    }

    /** The file alone. */
    public Settings settings() {
        return settings;
    }

    /** Keys with their values, as they stand in the file. */
    public Map<String, String> lines() {
        return lines;
    }

    /** Whether a key stands in the file, so that nothing else counts. */
    public boolean pins(String key) {
        return lines.containsKey(key);
    }

    /** Stored lines that do not count. */
    List<String> disregarded() {
        return Values.list(lines.getOrDefault(DISREGARD, ""));
    }

    /**
     * Defaults, under what is stored, under the file, under a draft.
     *
     * @param from what to call the draft in messages
     */
    Settings under(String from, Map<String, String> stored, Map<String, String> draft) throws SettingsException {
        Map<String, String> all = new LinkedHashMap<>(stored);
        all.putAll(lines);
        all.putAll(draft);
        return SettingsReader.read(from, all, base);
    }

    /**
     * Defaults, under what is stored, under the file.
     *
     * @param from what to call the stored lines in messages
     */
    Settings over(String from, Map<String, String> stored) throws SettingsException {
        Map<String, String> all = new LinkedHashMap<>(stored);
        all.putAll(lines);
        return SettingsReader.read(from, all, base);
    }
}

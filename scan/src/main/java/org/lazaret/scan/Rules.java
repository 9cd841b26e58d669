package org.lazaret.scan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * The table of rules: {@code rules.tsv} beside this class, tab-separated: id, weight, family, sentence, reference. Weights are set by
 * measuring on labelled files, so they are data; a rule that code names and the table lacks is a fault of ours.
 */
public final class Rules {

    /**
     * One row of the table.
     *
     * @param id        what findings and audit entries name, such as {@code mime.boundary.duplicate}
     * @param weight    0 to 10
     * @param family    kind of evidence; findings of other families support each other
     * @param sentence  for people
     * @param reference where the rule comes from; may be empty
     */
    public record Rule(String id, Score weight, String family, String sentence, String reference) {
    }

    private final Map<String, Rule> rules;
    private final String version;

    private Rules(Map<String, Rule> rules, String version) {
        this.rules = rules;
        this.version = version;
    }

    /**
     * Reads the table.
     *
     * @throws IllegalStateException when a row is malformed or an id comes twice, naming the line
     */
    public static Rules load() {
        try (InputStream in = Rules.class.getResourceAsStream("rules.tsv")) {
            if (in == null) {
                throw new IllegalStateException("rules.tsv is missing beside " + Rules.class.getName());
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Rules parse(String table) {
        Map<String, Rule> rules = new LinkedHashMap<>();
        int number = 0;
        for (String line : table.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] columns = line.split("\t", -1);
            if (columns.length < 4 || columns.length > 5) {
                throw new IllegalStateException("rules.tsv line " + number + " has " + columns.length + " columns, not 4 or 5");
            }
            Rule rule;
            try {
                rule = new Rule(columns[0], Score.parse(columns[1]), columns[2], columns[3], columns.length == 5 ? columns[4] : "");
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException("rules.tsv line " + number + ": " + e.getMessage(), e);
            }
            if (rules.put(rule.id(), rule) != null) {
                throw new IllegalStateException("rules.tsv line " + number + ": " + rule.id() + " comes twice");
            }
        }
        return new Rules(rules, sha256(table));
    }

    /** The rule of an id; throws for an unknown one, which is a fault of the code that asks. */
    public Rule rule(String id) {
        @Nullable Rule rule = rules.get(id);
        if (rule == null) {
            throw new IllegalStateException("No rule " + id + " in rules.tsv");
        }
        return rule;
    }

    public Collection<Rule> all() {
        return rules.values();
    }

    /** Changes with any change of the table. */
    public String version() {
        return version;
    }

    private static String sha256(String text) {
        return DigestUtils.sha256Hex(text);
    }
}

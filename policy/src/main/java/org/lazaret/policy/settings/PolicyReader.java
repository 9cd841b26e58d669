package org.lazaret.policy.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lazaret.policy.Action;
import org.lazaret.policy.Address;
import org.lazaret.policy.Deferral;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.PolicyScopes;
import org.lazaret.policy.PolicySettings;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable.Reason;

/**
 * Reads the policy of {@code lazaret.properties}: {@code action.*} and {@code threshold.*} for everybody, the same behind {@code outbound.}
 * for mail that leaves, and behind {@code for.RECIPIENT.} for a domain or an address. Lines that contradict each other are refused, both
 * named.
 */
final class PolicyReader {
    private static final String OUTBOUND = "outbound.";
    private static final String FOR = "for.";
    private static final String FAILED = "action.failed";
    private static final String AFTER = "action.failed.after";
    private static final String NOT_DEFERRED = Stream.of(Action.values()).filter(action -> action != Action.DEFER).map(Keyword::of)
        .collect(Collectors.joining(", "));

    /** A line of the file, or a default. */
    private record Line(String key, String value) {
        @Override
        public String toString() {
            return key + " = " + value;
        }
    }

    private final String file;
    private final Map<String, Line> everybody = new LinkedHashMap<>();
    private final Map<String, Line> outbound = new LinkedHashMap<>();
    private final Map<String, Map<String, Line>> recipients = new TreeMap<>();
    private final List<Line> deferral = new ArrayList<>();
    private final Set<Line> given = new HashSet<>();
    private final Set<Line> usedAfter = new HashSet<>();

    private PolicyReader(String file) {
        this.file = file;
    }

    /** The keys that may stand behind {@code outbound.} and {@code for.RECIPIENT.}, with their defaults. */
    static Map<String, String> defaults() {
        Map<String, String> keys = new LinkedHashMap<>();
        PolicySettings policy = PolicySettings.DEFAULT;
        keys.put("action.malicious", Keyword.of(policy.malicious()));
        keys.put("action.suspicious", Keyword.of(policy.suspicious()));
        for (Reason reason : Reason.values()) {
            keys.put(unscannable(reason), Keyword.of(policy.unscannable().getOrDefault(reason, Action.QUARANTINE)));
        }
        keys.put(FAILED, Keyword.of(policy.failed()));
        keys.put(AFTER, Keyword.of(policy.failedAfter()));
        keys.put("threshold.malicious", "7");
        keys.put("threshold.suspicious", "4");
        return keys;
    }

    /** Whether a key is for a direction or a recipient, and so read here even though it has no default. */
    static boolean isScoped(String key) {
        return key.startsWith(OUTBOUND) || key.startsWith(FOR);
    }

    /**
     * @param values every key that is no scoped one, with its value
     * @param given  what the file says, scoped keys too
     */
    static PolicyScopes read(String file, Map<String, String> values, Map<String, String> given) throws SettingsException {
        PolicyReader reader = new PolicyReader(file);
        for (String key : defaults().keySet()) {
            reader.put(reader.everybody, key, key, values.getOrDefault(key, ""), given.containsKey(key));
        }
        for (String key : List.of("defer.attempts", "defer.first-delay", "defer.longest-delay")) {
            Line line = new Line(key, values.getOrDefault(key, ""));
            reader.deferral.add(line);
            if (given.containsKey(key)) {
                reader.given.add(line);
            }
        }
        for (Map.Entry<String, String> line : new TreeMap<>(given).entrySet()) {
            if (line.getKey().startsWith(OUTBOUND)) {
                String key = line.getKey().substring(OUTBOUND.length());
                if (!defaults().containsKey(key)) {
                    throw reader.unknown(line.getKey(), OUTBOUND, key);
                }
                reader.put(reader.outbound, key, line.getKey(), line.getValue(), true);
            } else if (line.getKey().startsWith(FOR)) {
                reader.putForRecipient(line.getKey(), line.getValue());
            }
        }
        return reader.scopes();
    }

    private void putForRecipient(String name, String value) throws SettingsException {
        String rest = name.substring(FOR.length());
        Optional<String> key = defaults().keySet().stream()
            .filter(known -> rest.endsWith("." + known))
            .max((one, other) -> one.length() - other.length());
        if (key.isEmpty()) {
            int from = Math.max(rest.indexOf(".action."), rest.indexOf(".threshold."));
            throw unknown(name, FOR + (from < 0 ? "RECIPIENT" : rest.substring(0, from)) + ".", from < 0 ? rest : rest.substring(from + 1));
        }
        String recipient = rest.substring(0, rest.length() - key.get().length() - 1);
        String normal;
        try {
            normal = recipient.contains("@") ? Address.parse(recipient).toString() : Address.domain(recipient);
        } catch (IllegalArgumentException e) {
            throw SettingsException.about(file, List.of(name), name + ": behind 'for.' stands a domain or an address: " + e.getMessage());
        }
        put(recipients.computeIfAbsent(normal, any -> new LinkedHashMap<>()), key.get(), name, value, true);
    }

    private void put(Map<String, Line> layer, String key, String name, String value, boolean isGiven) throws SettingsException {
        Line line = new Line(name, value);
        Line other = layer.put(key, line);
        if (other != null) {
            throw contradiction(line, other, "both are for the same recipient");
        }
        if (isGiven) {
            given.add(line);
        }
    }

    private PolicyScopes scopes() throws SettingsException {
        Map<String, PolicyScopes.Both> byRecipient = new HashMap<>();
        PolicyScopes.Both all = both(List.of());
        for (String recipient : recipients.keySet()) {
            int at = recipient.lastIndexOf('@');
            Map<String, Line> ofDomain = at < 0 ? Map.of() : recipients.getOrDefault(recipient.substring(at + 1), Map.of());
            byRecipient.put(recipient, both(List.of(ofDomain, recipients.getOrDefault(recipient, Map.of()))));
        }
        checkAfter(everybody, everybody);
        checkAfter(outbound, merged(List.of(everybody, outbound)));
        for (Map<String, Line> layer : recipients.values()) {
            checkAfter(layer, merged(List.of(everybody, outbound, layer)));
        }
        return new PolicyScopes(all, byRecipient, deferral());
    }

    private PolicyScopes.Both both(List<Map<String, Line>> narrower) throws SettingsException {
        List<Map<String, Line>> inwards = new ArrayList<>(List.of(everybody));
        inwards.addAll(narrower);
        List<Map<String, Line>> outwards = new ArrayList<>(List.of(everybody, outbound));
        outwards.addAll(narrower);
        return new PolicyScopes.Both(settings(merged(inwards)), narrower.isEmpty() ? settings(merged(outwards)) : stricter(merged(outwards)));
    }

    private static Map<String, Line> merged(List<Map<String, Line>> layers) {
        Map<String, Line> merged = new HashMap<>();
        layers.forEach(merged::putAll);
        return merged;
    }

    /**
     * Of what is set for a direction and what is set for a recipient neither knows of the other, and a recipient here is never one elsewhere.
     * Where the two do not fit together, malicious mail is treated like suspicious mail.
     */
    private PolicySettings stricter(Map<String, Line> lines) throws SettingsException {
        Map<String, Line> fitting = new HashMap<>(lines);
        if (action(line(lines, "action.malicious")).compareTo(action(line(lines, "action.suspicious"))) < 0) {
            fitting.put("action.malicious", line(lines, "action.suspicious"));
        }
        if (!value(line(lines, "threshold.malicious"), Values::score).atLeast(value(line(lines, "threshold.suspicious"), Values::score))) {
            fitting.put("threshold.suspicious", line(lines, "threshold.malicious"));
        }
        return settings(fitting);
    }

    private PolicySettings settings(Map<String, Line> lines) throws SettingsException {
        Map<Reason, Action> unscannable = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            unscannable.put(reason, action(line(lines, unscannable(reason))));
        }
        Action malicious = action(line(lines, "action.malicious"));
        Action suspicious = action(line(lines, "action.suspicious"));
        if (malicious.compareTo(suspicious) < 0) {
            throw contradiction(line(lines, "action.malicious"), line(lines, "action.suspicious"),
                "malicious mail would be treated less strictly than suspicious mail");
        }
        Score maliciousFrom = value(line(lines, "threshold.malicious"), Values::score);
        Score suspiciousFrom = value(line(lines, "threshold.suspicious"), Values::score);
        if (!maliciousFrom.atLeast(suspiciousFrom)) {
            throw contradiction(line(lines, "threshold.suspicious"), line(lines, "threshold.malicious"),
                "a mail is suspicious at a lower score than malicious, or the same");
        }
        Action failed = value(line(lines, FAILED), text -> Keyword.parse(Action.class, text));
        Action after = action(line(lines, AFTER));
        if (failed == Action.DEFER) {
            usedAfter.add(line(lines, AFTER));
        }
        return new PolicySettings(malicious, suspicious, unscannable, failed, after, maliciousFrom, suspiciousFrom);
    }

    /** What comes after deferring is never reached where nothing is deferred. */
    private void checkAfter(Map<String, Line> layer, Map<String, Line> effective) throws SettingsException {
        Line after = layer.get(AFTER);
        if (after != null && given.contains(after) && !usedAfter.contains(after)) {
            throw contradiction(after, line(effective, FAILED), "it takes effect behind " + FAILED + " = defer alone");
        }
    }

    private Deferral deferral() throws SettingsException {
        if (usedAfter.isEmpty()) {
            for (Line line : deferral) {
                if (given.contains(line)) {
                    throw contradiction(line, line(everybody, FAILED), "nothing is deferred");
                }
            }
        }
        int attempts = value(deferral.get(0), Values::count);
        Duration first = value(deferral.get(1), Values::duration);
        Duration longest = value(deferral.get(2), PolicyReader::longestDelay);
        if (first.compareTo(longest) > 0) {
            throw contradiction(deferral.get(1), deferral.get(2), "the first delay is not above the longest");
        }
        return new Deferral(attempts, first, longest);
    }

    private static Duration longestDelay(String text) {
        Duration delay = Values.duration(text);
        if (delay.compareTo(Deferral.LIMIT) > 0) {
            throw new IllegalArgumentException("at most " + Deferral.LIMIT.toDays() + "d");
        }
        return delay;
    }

    private Action action(Line line) throws SettingsException {
        if (line.value().equals(Keyword.of(Action.DEFER))) {
            throw SettingsException.of(file, line.key(), line.value(), NOT_DEFERRED
                + "; scanning the same mail again finds the same, so only " + FAILED + " can be defer");
        }
        return value(line, text -> {
            try {
                return Keyword.parse(Action.class, text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(NOT_DEFERRED, e);
            }
        });
    }

    private <T> T value(Line line, Function<String, T> parser) throws SettingsException {
        return Values.parse(file, line.key(), line.value(), parser);
    }

    private static Line line(Map<String, Line> lines, String key) {
        Line line = lines.get(key);
        if (line == null) {
            throw new IllegalStateException("No default for " + key);
        }
        return line;
    }

    private SettingsException unknown(String name, String prefix, String key) {
        return SettingsException.about(file, List.of(name), name + " is no setting" + Values.nearest(key, prefix, defaults().keySet()) + "; behind "
            + prefix + " stands one of: " + String.join(", ", defaults().keySet()));
    }

    private SettingsException contradiction(Line one, Line other, String why) {
        return SettingsException.about(file, List.of(one.key(), other.key()),
            one + " contradicts " + other + (given.contains(other) ? "" : " (the default)") + ": " + why);
    }

    private static String unscannable(Reason reason) {
        return "action.unscannable." + Keyword.of(reason);
    }
}

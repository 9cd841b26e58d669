package org.lazaret.scan.engine.icap;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Answer;

/**
 * What the headers of an answer say of the sample. None of them is part of RFC 3507; those of draft-stecher-icap-subid-00 ({@code
 * X-Infection-Found}, {@code X-Violations-Found}, {@code X-Virus-ID}) are the most common, others are of single vendors. Values that are not
 * understood count as a hit.
 */
final class Answers {
    private static final int MAX_TEXT = 200;
    private static final int MAX_HITS = 10;
    /** {@code X-Infection-Found}: not infected but nested too deep, encrypted and the like. */
    private static final String CONTAINER_VIOLATION = "2";
    private static final List<String> NAMES = List.of("x-virus-id", "x-virus-name", "x-fsecure-infection-name");
    private static final List<String> REASONS = List.of("x-blocked-reason", "x-block-reason", "x-blocked", "x-block-result", "x-fsecure-scan-result",
        "x-response-info");
    private static final Set<String> NOTHING = Set.of("", "no threats", "none", "no", "false", "0", "clean", "passed", "allowed", "options");

    private final Map<String, String> hits = new LinkedHashMap<>();
    private final List<String> containers = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();

    private Answers() {
    }

    /**
     * Reads what is said against a sample, in the ICAP header, in the headers of HTTP inside, or behind the body.
     *
     * @return {@link Answer.Harmful}, or {@link Answer.Unable} for a mere container violation; empty when nothing is said
     */
    static Optional<Answer> of(List<Headers> headers, Score weight) {
        Answers said = new Answers();
        for (Headers header : headers) {
            header.all("x-infection-found").forEach(said::infection);
            header.all("x-violations-found").forEach(said::violations);
            for (String name : NAMES) {
                header.all(name).stream().filter(Answers::something).forEach(value -> said.hit(unquoted(value), ""));
            }
            for (String reason : REASONS) {
                header.all(reason).stream().filter(Answers::something).forEach(said.reasons::add);
            }
        }
        said.containers.forEach(said.hits::remove);
        if (!said.hits.isEmpty()) {
            return Optional.of(new Answer.Harmful(said.hits.entrySet().stream().limit(MAX_HITS)
                .map(hit -> new Answer.Hit(hit.getKey(), weight, hit.getValue())).toList()));
        }
        if (!said.containers.isEmpty()) {
            return Optional.of(new Answer.Unable("the ICAP server could not look inside: " + said.containers.getFirst()));
        }
        return said.reasons.isEmpty() ? Optional.empty() : Optional.of(blocked(printable(said.reasons.getFirst()), weight));
    }

    /** Held back, without a name for why. */
    static Answer blocked(String description, Score weight) {
        return new Answer.Harmful(List.of(new Answer.Hit("blocked", weight, description)));
    }

    /** Text of the server for people: one line, not long. */
    static String printable(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT - 1) + "…" : line;
    }

    /** {@code Type=0; Resolution=2; Threat=Eicar-Test-Signature;} */
    private void infection(String value) {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : value.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.putIfAbsent(part.substring(0, equals).strip().toLowerCase(Locale.ROOT), part.substring(equals + 1).strip());
            }
        }
        String threat = printable(parts.getOrDefault("threat", value));
        if (CONTAINER_VIOLATION.equals(parts.get("type"))) {
            containers.add(threat);
            return;
        }
        hit(threat, "1".equals(parts.get("type")) ? "violates the policy of the ICAP server" : "");
    }

    /** A count, then four lines for each: file, threat, problem, resolution. */
    private void violations(String value) {
        List<String> lines = value.lines().map(String::strip).toList();
        if (lines.isEmpty() || lines.getFirst().equals("0")) {
            return;
        }
        if (lines.size() < 3) {
            hit(lines.size() == 1 ? "" : lines.getLast(), "");
            return;
        }
        for (int i = 1; i + 1 < lines.size(); i += 4) {
            hit(lines.get(i + 1), lines.get(i).equals("-") ? "" : "in " + lines.get(i));
        }
    }

    private void hit(String signature, String description) {
        String name = printable(signature);
        if (name.isEmpty() || name.equals("-")) {
            reasons.add("found, but not named");
            return;
        }
        hits.merge(name, printable(description), (first, second) -> first.isEmpty() ? second : first);
    }

    private static boolean something(String value) {
        return !NOTHING.contains(value.strip().toLowerCase(Locale.ROOT));
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"") ? value.substring(1, value.length() - 1) : value;
    }
}

package org.lazaret.mailets.webadmin;

import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.State;
import org.lazaret.scan.Score;
import spark.Request;

/**
 * Parameters that say which held mails; all of them have to hold. Kept as they were written, so that another server reads the same.
 *
 * @param parameters texts by name; none is empty
 */
record MailSearch(Map<String, String> parameters) {
    private static final List<String> NAMES = List.of("recipient", "state", "text", "subject", "sender", "attachment", "sha256", "from", "until",
        "minScore", "maxScore");

    MailSearch {
        parameters = Map.copyOf(parameters);
    }

    static MailSearch of(Request request) {
        Map<String, String> parameters = new HashMap<>();
        NAMES.forEach(name -> Input.parameter(request, name).ifPresent(text -> parameters.put(name, text)));
        return new MailSearch(parameters);
    }

    /** As {@link #of}, but other parameters are refused: one that is misspelt would have more mails found. */
    static MailSearch strictly(Request request, String another) {
        request.queryParams().forEach(name -> {
            if (!NAMES.contains(name) && !name.equals(another)) {
                throw Refusal.wrong("'" + name + "' is no parameter here: " + another + ", " + String.join(", ", NAMES));
            }
        });
        return of(request);
    }

    boolean isEmpty() {
        return parameters.isEmpty();
    }

    private Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** The same, for mail that was received before some time. */
    MailSearch before(Instant time) {
        Map<String, String> narrower = new HashMap<>(parameters);
        narrower.merge("until", time.toString(), (given, now) -> Input.time("until", given).isBefore(time) ? given : now);
        return new MailSearch(narrower);
    }

    Query query() {
        Query query = Query.all()
            .withStates(states())
            .withText(parameter("text").orElse(""))
            .withSubject(parameter("subject").orElse(""))
            .withSender(parameter("sender").orElse(""))
            .withAttachment(parameter("attachment").orElse(""))
            .withSha256(parameter("sha256").map(MailSearch::sha256).orElse(""))
            .withTime(time("from"), time("until"))
            .withScore(score("minScore", Score.NONE), score("maxScore", Score.WORST));
        return parameter("recipient").map(query::withRecipient).orElse(query);
    }

    /** The recipients of a mail that are meant: the one that is named, and those in the states that are. */
    Set<String> recipients(HeldMail mail) {
        Set<State> states = states();
        return mail.envelope().recipients().stream()
            .filter(recipient -> parameter("recipient").map(recipient::equalsIgnoreCase).orElse(true))
            .filter(recipient -> states.isEmpty() || states.contains(mail.states().getOrDefault(recipient, State.EXPIRED)))
            .collect(Collectors.toSet());
    }

    private Set<State> states() {
        Set<State> states = EnumSet.noneOf(State.class);
        parameter("state").ifPresent(text ->
            Arrays.stream(text.split(",", -1)).forEach(one -> states.add(Input.word(State.class, "state", one))));
        return states;
    }

    private Optional<Instant> time(String name) {
        return parameter(name).map(text -> Input.time(name, text));
    }

    private static String sha256(String text) {
        if (!Query.isSha256(text)) {
            throw Refusal.wrong("sha256 '" + text + "': allowed is 64 hexadecimal digits");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private Score score(String name, Score otherwise) {
        return parameter(name).map(text -> {
            try {
                return Score.parse(text);
            } catch (IllegalArgumentException e) {
                throw Refusal.wrong(name + ": " + e.getMessage());
            }
        }).orElse(otherwise);
    }
}

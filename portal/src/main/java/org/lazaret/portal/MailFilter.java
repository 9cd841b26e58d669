package org.lazaret.portal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.lazaret.portal.web.Fields;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.scan.Score;

/**
 * Which mails administrators want to see, as it stands in the address of the page: whoever keeps the address keeps the view.
 *
 * @param values what was asked for, by field; nothing for a field that is empty
 */
record MailFilter(Map<String, String> values) {
    static final List<String> FIELDS = List.of("text", "state", "recipient", "sender", "subject", "attachment", "sha256", "since", "from", "until",
        "least", "most", "order");
    /** Fields that are asked for beside the first ones. */
    private static final Set<String> MORE = Set.of("recipient", "sender", "subject", "attachment", "sha256", "from", "until", "least", "most");
    static final Map<String, Duration> SPANS = new LinkedHashMap<>();
    private static final Map<String, Query.Order> ORDERS = Map.of("oldest", Query.Order.OLDEST, "worst", Query.Order.WORST);
    private static final int MAX = 200;

    static {
        SPANS.put("12h", Duration.ofHours(12));
        SPANS.put("24h", Duration.ofHours(24));
        SPANS.put("7d", Duration.ofDays(7));
        SPANS.put("30d", Duration.ofDays(30));
    }

    MailFilter {
        values = Map.copyOf(values);
    }

    static MailFilter of(Fields query) {
        return new MailFilter(FIELDS.stream().filter(field -> !query.line(field, MAX).isEmpty())
            .collect(Collectors.toMap(Function.identity(), field -> query.line(field, MAX))));
    }

    String of(String field) {
        return values.getOrDefault(field, "");
    }

    boolean isEmpty() {
        return values.keySet().stream().allMatch("order"::equals);
    }

    boolean hasMore() {
        return values.keySet().stream().anyMatch(MORE::contains);
    }

    /** As the query of an address. */
    @Override
    public String toString() {
        return FIELDS.stream().filter(values::containsKey).map(field -> field + "=" + URLEncoder.encode(of(field), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    }

    /** A filter that cannot be: which field, and what is allowed. */
    static final class WrongFilterException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String field;

        WrongFilterException(String field) {
            super(field);
            this.field = field;
        }

        String field() {
            return field;
        }
    }

    Query query(Optional<RecordId> after, int limit, Clock clock) throws WrongFilterException {
        if (!of("sha256").isEmpty() && !Query.isSha256(of("sha256"))) {
            throw new WrongFilterException("sha256");
        }
        Optional<Instant> from = day("from", clock, 0);
        if (!of("since").isEmpty()) {
            Duration span = SPANS.get(of("since"));
            if (span == null) {
                throw new WrongFilterException("since");
            }
            from = Optional.of(clock.instant().minus(span));
        }
        Query query = Query.all()
            .withStates(states())
            .withText(of("text"))
            .withSubject(of("subject"))
            .withSender(of("sender"))
            .withAttachment(of("attachment"))
            .withSha256(of("sha256"))
            .withTime(from, day("until", clock, 1))
            .withScore(score("least", Score.NONE), score("most", Score.WORST))
            .withOrder(ORDERS.getOrDefault(of("order"), Query.Order.NEWEST))
            .withLimit(limit);
        if (!of("recipient").isEmpty()) {
            query = query.withRecipient(of("recipient"));
        }
        return after.isPresent() ? query.withAfter(after.get()) : query;
    }

    private Set<State> states() throws WrongFilterException {
        if (of("state").isEmpty()) {
            return EnumSet.noneOf(State.class);
        }
        return EnumSet.of(Arrays.stream(State.values()).filter(state -> state.name().toLowerCase(Locale.ROOT).equals(of("state"))).findFirst()
            .orElseThrow(() -> new WrongFilterException("state")));
    }

    private Optional<Instant> day(String field, Clock clock, int daysMore) throws WrongFilterException {
        return day(of(field), clock, daysMore, field);
    }

    /** The start of a day where the server is. */
    static Optional<Instant> day(String text, Clock clock, int daysMore, String field) throws WrongFilterException {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            LocalDate day = LocalDate.parse(text);
            if (day.getYear() < 1970 || day.getYear() > 9998) {
                throw new WrongFilterException(field);
            }
            return Optional.of(day.plusDays(daysMore).atStartOfDay(clock.getZone()).toInstant());
        } catch (DateTimeException e) {
            throw new WrongFilterException(field);
        }
    }

    private Score score(String field, Score otherwise) throws WrongFilterException {
        if (of(field).isEmpty()) {
            return otherwise;
        }
        try {
            return Score.parse(of(field).replace(',', '.'));
        } catch (IllegalArgumentException e) {
            throw new WrongFilterException(field);
        }
    }
}

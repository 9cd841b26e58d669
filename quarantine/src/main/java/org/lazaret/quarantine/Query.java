package org.lazaret.quarantine;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.lazaret.scan.Score;

/**
 * Which held mails to list: those for which all of this holds.
 *
 * <p>Words are runs of letters and digits, in any case. A word of at least three characters also stands for those that begin with it.
 * Text without any word finds nothing.
 *
 * @param recipient  an envelope recipient; empty for any
 * @param states     one of these states for some recipient (for the recipient, when one is given); empty for all
 * @param text       words, all of them in subject, header From, sender and recipients together; empty for any
 * @param subject    words of the subject; empty for any
 * @param sender     the envelope's sender, or {@code @} and its domain; empty for any
 * @param attachment words of the name of an attachment, or {@code *.} and its extension; empty for any
 * @param sha256     SHA-256 of the message or of an attachment, 64 hexadecimal digits; empty for any
 * @param from       received then or later; empty for any time
 * @param until      received before; empty for any time
 * @param atLeast    lowest score
 * @param atMost     highest score
 * @param order      by the time of receipt, or by the score
 * @param after      the page behind this record
 * @param limit      records a page, 1 to 1,000
 */
public record Query(Optional<String> recipient, Set<State> states, String text, String subject, String sender, String attachment, String sha256,
                    Optional<Instant> from, Optional<Instant> until, Score atLeast, Score atMost, Order order, Optional<RecordId> after, int limit) {
    /** Which comes first. */
    public enum Order {
        NEWEST,
        OLDEST,
        /** The highest score; of one score, the newest. */
        WORST
    }

    private static final Pattern SHA256 = Pattern.compile("(?i)[0-9a-f]{64}");
    private static final Score LOWEST = Score.of(0);
    private static final Score HIGHEST = Score.of(10);

    public Query {
        states = Set.copyOf(states);
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("A page has 1 to 1000 records, not " + limit);
        }
        if (!sha256.isEmpty() && !isSha256(sha256)) {
            throw new IllegalArgumentException("A SHA-256 is 64 hexadecimal digits");
        }
    }

    public Query(Optional<String> recipient, Set<State> states, String text, Optional<RecordId> after, int limit) {
        this(recipient, states, text, "", "", "", "", Optional.empty(), Optional.empty(), LOWEST, HIGHEST, Order.NEWEST, after, limit);
    }

    public static boolean isSha256(String text) {
        return SHA256.matcher(text).matches();
    }

    public static Query all() {
        return new Query(Optional.empty(), Set.of(), "", Optional.empty(), 100);
    }

    public static Query of(String recipient) {
        return new Query(Optional.of(recipient), Set.of(), "", Optional.empty(), 100);
    }

    public Query withRecipient(String other) {
        return new Query(Optional.of(other), states, text, subject, sender, attachment, sha256, from, until, atLeast, atMost, order, after, limit);
    }

    public Query withStates(Set<State> other) {
        return new Query(recipient, other, text, subject, sender, attachment, sha256, from, until, atLeast, atMost, order, after, limit);
    }

    public Query withText(String other) {
        return new Query(recipient, states, other, subject, sender, attachment, sha256, from, until, atLeast, atMost, order, after, limit);
    }

    public Query withSubject(String other) {
        return new Query(recipient, states, text, other, sender, attachment, sha256, from, until, atLeast, atMost, order, after, limit);
    }

    public Query withSender(String other) {
        return new Query(recipient, states, text, subject, other, attachment, sha256, from, until, atLeast, atMost, order, after, limit);
    }

    public Query withAttachment(String other) {
        return new Query(recipient, states, text, subject, sender, other, sha256, from, until, atLeast, atMost, order, after, limit);
    }

    public Query withSha256(String other) {
        return new Query(recipient, states, text, subject, sender, attachment, other, from, until, atLeast, atMost, order, after, limit);
    }

    /** Received from one time up to before another; empty for any. */
    public Query withTime(Optional<Instant> first, Optional<Instant> end) {
        return new Query(recipient, states, text, subject, sender, attachment, sha256, first, end, atLeast, atMost, order, after, limit);
    }

    public Query withScore(Score lowest, Score highest) {
        return new Query(recipient, states, text, subject, sender, attachment, sha256, from, until, lowest, highest, order, after, limit);
    }

    public Query withOrder(Order other) {
        return new Query(recipient, states, text, subject, sender, attachment, sha256, from, until, atLeast, atMost, other, after, limit);
    }

    public Query withAfter(RecordId last) {
        return new Query(recipient, states, text, subject, sender, attachment, sha256, from, until, atLeast, atMost, order, Optional.of(last), limit);
    }

    public Query withLimit(int most) {
        return new Query(recipient, states, text, subject, sender, attachment, sha256, from, until, atLeast, atMost, order, after, most);
    }

    /** Whether any score will do. */
    public boolean isAnyScore() {
        return atLeast.tenths() <= LOWEST.tenths() && atMost.tenths() >= HIGHEST.tenths();
    }
}

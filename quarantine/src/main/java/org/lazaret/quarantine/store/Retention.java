package org.lazaret.quarantine.store;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.Settings.WhenFull;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.QuotaException;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.index.Holdings;
import org.lazaret.scan.log.Log;

/**
 * How long held mail is kept, and what goes when there is too much of it: the oldest first, and never a mail whose release is pending or that
 * is on legal hold. What expires loses its content; its record stays.
 */
final class Retention {
    private static final Log LOGGER = Log.of(Retention.class);
    private static final Set<State> PENDING = Set.of(State.REQUESTED, State.RELEASING);
    private static final int PAGE = 100;

    private final Supplier<Settings.Retention> settings;
    private final Holdings holdings;
    private final Removal removal;
    private final Clock clock;

    Retention(Supplier<Settings.Retention> settings, Holdings holdings, Removal removal, Clock clock) {
        this.settings = settings;
        this.holdings = holdings;
        this.removal = removal;
        this.clock = clock;
    }

    /** The recipients for whom a mail is over time. */
    static List<String> due(HeldMail mail, Settings.Retention settings, Instant now) {
        return removable(mail).stream().filter(recipient -> !mail.received().plus(settings.keep(recipient)).isAfter(now)).toList();
    }

    /** The recipients for whom a mail may expire: none while a release is pending. */
    static List<String> removable(HeldMail mail) {
        if (mail.states().values().stream().anyMatch(PENDING::contains)) {
            return List.of();
        }
        return mail.envelope().recipients().stream()
            .filter(recipient -> mail.states().getOrDefault(recipient, State.EXPIRED).allows(State.EXPIRED))
            .toList();
    }

    /**
     * Expires all that is over time, oldest first.
     *
     * @param run  is told of each mail
     * @param goOn asked before each mail
     */
    void expireDue(Actor actor, Run run, BooleanSupplier goOn) {
        Settings.Retention settings = this.settings.get();
        Instant now = clock.instant();
        Duration shortest = Stream.concat(Stream.of(settings.keep()), settings.domains().values().stream()).min(Duration::compareTo).orElseThrow();
        // A millisecond more: what is due at this very moment is received exactly then.
        Instant before = now.minus(shortest).plusMillis(1);
        Optional<HeldMail> last = Optional.empty();
        for (List<HeldMail> page = holdings.oldest(before, last, PAGE); !page.isEmpty(); page = holdings.oldest(before, last, PAGE)) {
            for (HeldMail mail : page) {
                if (!goOn.getAsBoolean()) {
                    return;
                }
                List<String> due = due(mail, settings, now);
                if (!due.isEmpty()) {
                    try {
                        expire(mail, due, actor, "older than " + due.stream().map(settings::keep).map(Retention::days).distinct()
                            .collect(Collectors.joining(", ")));
                        run.done();
                    } catch (IOException | RuntimeException e) {
                        LOGGER.warn("Held mail {} is over time and could not be removed yet", mail.id(), e);
                        run.failed(mail.id(), String.valueOf(e.getMessage()));
                    }
                }
            }
            last = Optional.of(page.getLast());
        }
    }

    private static String days(Duration time) {
        return time.toHours() % 24 == 0 ? time.toDays() + "d" : time.toString();
    }

    /**
     * Sees that a mail of this size can be held. What several mails need that arrive at the same moment is not added up: the quota can be
     * exceeded by what is being stored.
     *
     * @throws QuotaException when it cannot
     */
    void makeRoom(long size, Actor actor) throws IOException {
        Settings.Retention settings = this.settings.get();
        if (settings.quota() == 0 || holdings.bytes() + size <= settings.quota()) {
            return;
        }
        if (settings.whenFull() == WhenFull.EXPIRE_OLDEST && size <= settings.quota()) {
            expireOldest(settings.quota(), size, actor);
        }
        long stored = holdings.bytes();
        if (stored + size > settings.quota()) {
            throw new QuotaException("The quarantine is full: " + stored + " of " + settings.quota() + " bytes are used, and the mail has " + size
                + "; raise quota in lazaret.properties, or delete held mail");
        }
    }

    /** One at a time, so that mails that arrive together do not expire more than they need. */
    private synchronized void expireOldest(long quota, long size, Actor actor) throws IOException {
        Optional<HeldMail> last = Optional.empty();
        Instant all = Instant.ofEpochMilli(Long.MAX_VALUE);
        for (List<HeldMail> page = holdings.oldest(all, last, PAGE); !page.isEmpty(); page = holdings.oldest(all, last, PAGE)) {
            for (HeldMail mail : page) {
                if (holdings.bytes() + size <= quota) {
                    return;
                }
                List<String> recipients = removable(mail);
                if (!recipients.isEmpty()) {
                    expire(mail, recipients, actor, "to make room: the quota is used up");
                }
            }
            last = Optional.of(page.getLast());
        }
    }

    private void expire(HeldMail mail, List<String> recipients, Actor actor, String why) throws IOException {
        List<String> expired = holdings.expire(mail.id(), recipients,
            new AuditEntry(clock.instant(), actor, "expired", Optional.of(mail.id()), List.of(), why));
        if (!expired.isEmpty()) {
            removal.removeIfUnused(mail.id());
        }
    }
}

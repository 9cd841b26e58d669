package org.lazaret.quarantine.store;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.Settings.WhenFull;
import org.lazaret.quarantine.Condition;
import org.lazaret.quarantine.Upkeep.Damage;
import org.lazaret.quarantine.Upkeep.Figures;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.audit.AuditHead;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.audit.ChainedEntry;
import org.lazaret.quarantine.content.ContentStore;
import org.lazaret.quarantine.crypto.KeyRing;
import org.lazaret.quarantine.index.Index;

/**
 * Looks at each part of the quarantine. Cheap enough to be asked each minute: some short queries, the keys read anew, one look at the content store.
 * A part that does not answer in {@value #SECONDS} s counts as one that does not.
 */
final class Checkup {
    private static final int SECONDS = 5;
    /** Damaged mails that are named. */
    private static final int LISTED = 10;
    private static final int LINKS = 100;
    private static final int FULL = 90;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String UNKNOWN = "Not known: the index does not answer";

    private final LiveSettings settings;
    private final ContentStore content;
    private final Index index;
    private final Clock clock;

    Checkup(LiveSettings settings, ContentStore content, Index index, Clock clock) {
        this.settings = settings;
        this.content = content;
        this.index = index;
        this.clock = clock;
    }

    /** What the index says, all of it at once. */
    private record Told(Figures figures, List<Damage> damages, List<ChainedEntry> links, AuditHead head) {
    }

    List<Condition> conditions() {
        Answer<Told> told = new Answer<>(() -> new Told(index.figures(), index.holdings().damages(LISTED),
            index.audit().page(AuditQuery.latest(LINKS)), index.audit().head()));
        Answer<Boolean> probed = new Answer<>(() -> {
            content.probe();
            return true;
        });
        List<Condition> all = new ArrayList<>();
        all.add(settings());
        all.add(keys());
        all.add(of("content", probed, yes -> Condition.well("content")));
        all.add(of("index", told, any -> Condition.well("index")));
        all.add(known("quota", told, any -> quota(any.figures())));
        all.add(known("held mail", told, any -> heldMail(any.damages())));
        all.add(known("releases", told, any -> releases(any.figures())));
        all.add(known("outbox", told, any -> outbox(any.figures().outbox())));
        all.add(known("audit", told, any -> audit(any.links(), any.head())));
        return all;
    }

    /** Something that is asked for now and answers in time or not. */
    private static final class Answer<T> {
        private final FutureTask<T> task;
        private final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);

        Answer(Callable<T> question) {
            task = new FutureTask<>(question);
            Thread.ofPlatform().daemon().name("lazaret-checkup").start(task);
        }

        T get() throws IOException {
            try {
                return task.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw new IOException("No answer in " + SECONDS + " s", e);
            } catch (ExecutionException e) {
                throw new IOException(String.valueOf(e.getCause()), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted", e);
            }
        }
    }

    private static <T> Condition of(String part, Answer<T> answer, Function<T, Condition> condition) {
        try {
            return condition.apply(answer.get());
        } catch (IOException e) {
            return Condition.broken(part, String.valueOf(e.getMessage()));
        }
    }

    /** The index itself is said to be broken; what it would have said is not known. */
    private static <T> Condition known(String part, Answer<T> answer, Function<T, Condition> condition) {
        try {
            return condition.apply(answer.get());
        } catch (IOException e) {
            return Condition.impaired(part, UNKNOWN);
        }
    }

    private Condition settings() {
        return settings.problem().map(problem -> Condition.impaired("settings", "Version " + settings.version() + " stays in effect. " + problem))
            .orElseGet(() -> Condition.well("settings"));
    }

    /** As the next start will. */
    private Condition keys() {
        Settings.Store store = settings.get().store();
        try {
            KeyRing.load(store.certificates(), store.privateKey(), store.oldPrivateKeys());
            return Condition.well("keys");
        } catch (IOException | RuntimeException e) {
            return Condition.impaired("keys", "The next start will be refused: " + e.getMessage());
        }
    }

    private Condition quota(Figures figures) {
        Settings.Retention retention = settings.get().retention();
        if (retention.quota() == 0 || figures.bytes() * 100.0 / retention.quota() < FULL) {
            return Condition.well("quota");
        }
        String used = figures.bytes() + " of " + retention.quota() + " bytes are used";
        return figures.bytes() >= retention.quota() && retention.whenFull() == WhenFull.DEFER
            ? Condition.broken("quota", used + ", and mail to be held is deferred") : Condition.impaired("quota", used);
    }

    private static Condition heldMail(List<Damage> damages) {
        return damages.isEmpty() ? Condition.well("held mail") : Condition.impaired("held mail", damages.stream()
            .map(damage -> damage.record() + " is not what was stored").collect(Collectors.joining("; ")));
    }

    private Condition releases(Figures figures) {
        return figures.releasing().filter(this::longAgo)
            .map(since -> Condition.impaired("releases", "One is under way since " + since.truncatedTo(ChronoUnit.SECONDS)))
            .orElseGet(() -> Condition.well("releases"));
    }

    private Condition outbox(Figures.Outbox outbox) {
        return outbox.failingSince().filter(this::longAgo)
            .map(since -> Condition.impaired("outbox", outbox.failing() + " notices could not be sent, the oldest since "
                + since.truncatedTo(ChronoUnit.SECONDS) + ": " + outbox.problem()))
            .orElseGet(() -> Condition.well("outbox"));
    }

    private boolean longAgo(Instant since) {
        return since.isBefore(clock.instant().minus(PATIENCE));
    }

    private static Condition audit(List<ChainedEntry> latestFirst, AuditHead head) {
        Optional<AuditCheck.Broken> broken = AuditCheck.end(latestFirst.reversed(), head);
        return broken.map(link -> Condition.impaired("audit", "Broken at " + link.sequence() + ": " + link.explanation()))
            .orElseGet(() -> Condition.well("audit"));
    }
}

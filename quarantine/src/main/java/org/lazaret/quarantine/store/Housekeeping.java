package org.lazaret.quarantine.store;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lazaret.policy.Keyword;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.Upkeep;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.content.ContentStore;
import org.lazaret.quarantine.crypto.ContentTamperedException;
import org.lazaret.quarantine.crypto.Envelopes;
import org.lazaret.quarantine.crypto.Spool;
import org.lazaret.quarantine.index.Holdings;
import org.lazaret.quarantine.index.Index;
import org.lazaret.scan.log.Log;

/**
 * Runs the long work on the store, each under a lease. Every step can be repeated: a mail that is over time expires once, an envelope that is
 * wrapped for the certificates of now is left as it is. So a run that ended with its node is taken up where its progress was written last.
 */
final class Housekeeping implements Upkeep {
    private static final Log LOGGER = Log.of(Housekeeping.class);
    private static final int PAGE = 500;

    private final ContentStore content;
    private final Index index;
    private final Holdings holdings;
    private final Envelopes envelopes;
    private final Retention retention;
    private final Removal removal;
    private final Orphans orphans;
    private final Jobs jobs;
    private final Clock clock;
    private final Executor background;
    private final Set<Work> running = Collections.synchronizedSet(EnumSet.noneOf(Work.class));
    private volatile boolean closed;

    Housekeeping(ContentStore content, Index index, Envelopes envelopes, Retention retention, Removal removal, Orphans orphans, Jobs jobs,
                 Clock clock, Executor background) {
        this.content = content;
        this.index = index;
        this.holdings = index.holdings();
        this.envelopes = envelopes;
        this.retention = retention;
        this.removal = removal;
        this.orphans = orphans;
        this.jobs = jobs;
        this.clock = clock;
        this.background = background;
    }

    @Override
    public boolean begin(Work work, Actor actor) {
        if (!canRun(work) || isRunning(work) || !running.add(work)) {
            return false;
        }
        try {
            background.execute(() -> {
                try {
                    run(work, actor, progress -> { });
                } catch (RuntimeException e) {
                    LOGGER.error("The work {} ended early; begin it again to take it up", work, e);
                } finally {
                    running.remove(work);
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            running.remove(work);
            return false;
        }
    }

    private boolean canRun(Work work) {
        return work == Work.RETENTION || envelopes.canOpen();
    }

    private boolean isRunning(Work work) {
        Instant alive = clock.instant().minus(Jobs.TIME);
        return holdings.progress(work).filter(last -> last.finished().isEmpty() && last.updated().isAfter(alive)).isPresent();
    }

    /**
     * Does a work now, in this thread.
     *
     * @return how it went; empty when another node is at it
     */
    Optional<Progress> run(Work work, Actor actor, Consumer<Progress> watcher) {
        Progress[] result = new Progress[1];
        boolean had = jobs.run(name(work), lease -> {
            BooleanSupplier goOn = () -> !closed && lease.isHeld();
            boolean asked = actor.role() != Actor.Role.SYSTEM;
            if (asked) {
                index.audit().append(entry(actor, name(work) + " begun", Optional.empty(), ""));
            }
            result[0] = switch (work) {
                case RETENTION -> walk(work, watcher, goOn, run -> retention.expireDue(actor, run, goOn));
                case ORPHANS -> walk(work, watcher, goOn, run -> orphans.care(actor, run, goOn));
                case REWRAP -> each(work, watcher, goOn, this::rewrap);
                case VERIFY -> each(work, watcher, goOn, id -> verify(id, actor));
            };
            if (asked) {
                index.audit().append(entry(actor, name(work) + " ended", Optional.empty(), result[0].done() + " mails, " + result[0].failed()
                    + " failed" + (result[0].finished().isEmpty() ? ", not finished" : "")));
            }
        });
        return had ? Optional.of(result[0]) : Optional.empty();
    }

    private static String name(Work work) {
        return Keyword.of(work);
    }

    /** From the start, and counting only what there was to do. */
    private Progress walk(Work work, Consumer<Progress> watcher, BooleanSupplier goOn, Consumer<Run> steps) {
        Run run = Run.begin(work, 0, holdings, clock, watcher);
        steps.accept(run);
        return goOn.getAsBoolean() ? run.finish() : run.leave();
    }

    /** What is done with one mail. */
    @FunctionalInterface
    private interface Step {
        void on(RecordId id) throws IOException;
    }

    private Progress each(Work work, Consumer<Progress> watcher, BooleanSupplier goOn, Step step) {
        Run run = Run.goOn(work, holdings.count(), holdings, clock, watcher);
        for (List<RecordId> page = holdings.kept(run.position(), PAGE); !page.isEmpty(); page = holdings.kept(run.position(), PAGE)) {
            for (RecordId id : page) {
                if (!goOn.getAsBoolean()) {
                    return run.leave();
                }
                try {
                    step.on(id);
                    run.done();
                } catch (IOException | RuntimeException e) {
                    LOGGER.warn("{} did not work for held mail {}: {}", work, id, e.getMessage());
                    run.failed(id, String.valueOf(e.getMessage()));
                }
                run.at(id);
            }
        }
        return run.finish();
    }

    private void rewrap(RecordId id) throws IOException {
        try {
            try (InputStream stored = stored(id)) {
                if (stored == null || envelopes.isCurrent(stored)) {
                    return;
                }
            }
            try (InputStream stored = stored(id)) {
                if (stored != null) {
                    content.put(id, out -> envelopes.rewrap(stored, out));
                    // Should it be deleted meanwhile, so must be what was just written.
                    removal.removeIfUnused(id);
                }
            }
        } catch (ContentTamperedException e) {
            damaged(id, e);
            throw e;
        }
    }

    private void verify(RecordId id, Actor actor) throws IOException {
        try (InputStream stored = stored(id)) {
            Optional<HeldMail> mail = index.find(id);
            if (stored == null || mail.isEmpty()) {
                return;
            }
            try (Spool opened = envelopes.open(stored)) {
                Binding.check(mail.get(), opened);
            }
            holdings.sound(id);
        } catch (ContentTamperedException e) {
            damaged(id, e);
            index.audit().append(entry(actor, "tampered", Optional.of(id), String.valueOf(e.getMessage())));
            throw e;
        }
    }

    /** Null when it is gone because nobody keeps it any more. */
    private @Nullable InputStream stored(RecordId id) throws IOException {
        Optional<InputStream> stored = content.get(id);
        if (stored.isEmpty() && holdings.isKept(id)) {
            throw new ContentTamperedException("The content of " + id + " is missing");
        }
        return stored.orElse(null);
    }

    private void damaged(RecordId id, ContentTamperedException problem) {
        holdings.damaged(id, clock.instant(), String.valueOf(problem.getMessage()));
    }

    private AuditEntry entry(Actor actor, String action, Optional<RecordId> record, String detail) {
        return new AuditEntry(clock.instant(), actor, action, record, List.of(), detail);
    }

    /** Runs stop before their next mail. */
    void close() {
        closed = true;
    }

    @Override
    public Optional<Progress> progress(Work work) {
        return holdings.progress(work);
    }

    @Override
    public List<Damage> damages(int limit) {
        return holdings.damages(limit);
    }

    @Override
    public Figures figures() {
        return index.figures();
    }

    @Override
    public long storedBytes() {
        return holdings.bytes();
    }
}

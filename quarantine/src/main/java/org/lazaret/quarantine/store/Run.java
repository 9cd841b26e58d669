package org.lazaret.quarantine.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.Upkeep.Progress;
import org.lazaret.quarantine.Upkeep.Work;
import org.lazaret.quarantine.index.Holdings;

/** One run of a work: counts, and writes down from time to time where it is, so that it can be watched and taken up again. */
final class Run {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Holdings holdings;
    private final Clock clock;
    private final Consumer<Progress> watcher;
    private final Instant started;
    private final long total;
    private long written = System.nanoTime();
    private Progress progress;
    private String position;

    private Run(Holdings holdings, Clock clock, Consumer<Progress> watcher, Progress progress, String position) {
        this.holdings = holdings;
        this.clock = clock;
        this.watcher = watcher;
        this.started = progress.started();
        this.total = progress.total();
        this.progress = progress;
        this.position = position;
        write();
    }

    /** A run from the start. */
    static Run begin(Work work, long total, Holdings holdings, Clock clock, Consumer<Progress> watcher) {
        Instant now = clock.instant();
        return new Run(holdings, clock, watcher, new Progress(work, now, now, Optional.empty(), total, 0, 0, ""), "");
    }

    /** The run that did not finish, or one from the start. */
    static Run goOn(Work work, long total, Holdings holdings, Clock clock, Consumer<Progress> watcher) {
        Optional<Progress> last = holdings.progress(work);
        Optional<String> position = holdings.position(work);
        return last.isPresent() && position.isPresent() ? new Run(holdings, clock, watcher, last.get(), position.get())
            : begin(work, total, holdings, clock, watcher);
    }

    void done() {
        count(1, 0, progress.problem());
    }

    void failed(RecordId id, String problem) {
        count(1, 1, id + ": " + problem);
    }

    /** Everything up to this mail is looked at. */
    void at(RecordId id) {
        position = id.value();
        if (System.nanoTime() - written > PAUSE.toNanos()) {
            write();
        }
    }

    Optional<RecordId> position() {
        return position.isEmpty() ? Optional.empty() : Optional.of(new RecordId(position));
    }

    Progress finish() {
        progress = new Progress(progress.work(), started, clock.instant(), Optional.of(clock.instant()), total, progress.done(), progress.failed(),
            progress.problem());
        write();
        return progress;
    }

    /** Left to be taken up again. */
    Progress leave() {
        write();
        return progress;
    }

    private void count(int done, int failed, String problem) {
        progress = new Progress(progress.work(), started, clock.instant(), Optional.empty(), total, progress.done() + done,
            progress.failed() + failed, problem);
    }

    private void write() {
        holdings.progress(progress, position);
        watcher.accept(progress);
        written = System.nanoTime();
    }
}

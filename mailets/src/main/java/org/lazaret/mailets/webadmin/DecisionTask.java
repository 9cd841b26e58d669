package org.lazaret.mailets.webadmin;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.james.server.task.json.dto.AdditionalInformationDTO;
import org.apache.james.server.task.json.dto.TaskDTO;
import org.apache.james.task.Task;
import org.apache.james.task.TaskExecutionDetails;
import org.apache.james.task.TaskType;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Quarantine.Form;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.scan.log.Log;

/**
 * One decision about many held mails, each made and audited as if it were the only one. James runs it, on whichever server of a cluster, and shows
 * how it goes at {@code /tasks}.
 *
 * <p>What is to be decided is found once, at the start: about 100 bytes of memory for each mail. A mail that fails is counted and the others go on;
 * the task has failed then, and a repetition finds what is left.
 */
final class DecisionTask implements Task {
    static final String TYPE = "lazaret-mails";
    private static final Log LOGGER = Log.of(DecisionTask.class);
    private static final int PAGE = 1_000;

    /**
     * What is to be done. James' Jackson writes it as it stands here: ours has another name in the packed jar, and so have its annotations.
     *
     * @param search which mails; empty when they are named
     * @param mails  ids; empty when they are searched
     */
    record Order(String type, Decision decision, Map<String, String> search, List<String> mails, Form form, String reason, Actor actor)
        implements TaskDTO {
        Order {
            search = Map.copyOf(search);
            mails = List.copyOf(mails);
        }

        @Override
        public String getType() {
            return type;
        }
    }

    /**
     * How it goes. Written by James' Jackson, as the order is.
     *
     * @param skipped   the state did not allow it, or the mail is gone
     * @param failed    could not be done; said in the log
     * @param remaining of those that were found
     */
    record Progress(String type, String action, long done, long skipped, long failed, long remaining, Instant timestamp)
        implements TaskExecutionDetails.AdditionalInformation, AdditionalInformationDTO {
        @Override
        public String getType() {
            return type;
        }

        @Override
        public Instant getTimestamp() {
            return timestamp;
        }
    }

    private final Quarantine quarantine;
    private final Order order;
    private final MailSearch search;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong remaining = new AtomicLong();
    private volatile boolean cancelled;

    DecisionTask(Quarantine quarantine, Order order) {
        this.quarantine = quarantine;
        this.order = order;
        search = new MailSearch(order.search());
        remaining.set(order.mails().size());
    }

    Order order() {
        return order;
    }

    /** James interrupts what it cancels. In a thread of its own a mail that is half decided is decided to the end. */
    @Override
    public Result run() throws InterruptedException {
        FutureTask<Result> decisions = new FutureTask<>(this::decide);
        Thread thread = Thread.ofPlatform().name("lazaret-decisions").start(decisions);
        try {
            return decisions.get();
        } catch (InterruptedException e) {
            cancelled = true;
            thread.join();
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("The mails could not be found", e.getCause());
        }
    }

    private Result decide() {
        List<RecordId> mails = order.mails().isEmpty() ? find() : order.mails().stream().map(RecordId::new).toList();
        remaining.set(mails.size());
        for (RecordId id : mails) {
            if (cancelled) {
                return Result.PARTIAL;
            }
            decide(id).incrementAndGet();
            remaining.decrementAndGet();
        }
        return failed.get() == 0 ? Result.COMPLETED : Result.PARTIAL;
    }

    private List<RecordId> find() {
        List<RecordId> ids = new ArrayList<>();
        Query query = search.query().withLimit(PAGE);
        List<HeldMail> page = quarantine.search(query);
        while (!page.isEmpty() && !cancelled) {
            page.forEach(mail -> ids.add(mail.id()));
            page = quarantine.search(query.withAfter(ids.getLast()));
        }
        return ids;
    }

    /** Where it counts. */
    private AtomicLong decide(RecordId id) {
        try {
            Set<String> recipients = Set.of();
            if (order.mails().isEmpty()) {
                // Somebody else may have decided since it was found.
                recipients = quarantine.find(id).map(search::recipients).orElse(Set.of());
                if (recipients.isEmpty()) {
                    return skipped;
                }
            }
            return switch (order.decision().make(quarantine, id, recipients, order.form(), order.reason(), order.actor())) {
                case Outcome.Done yes -> done;
                case Outcome.Already already -> skipped;
                case Outcome.Unknown unknown -> skipped;
                case Outcome.FailedToAct problem -> {
                    LOGGER.warn("{} of held mail {} failed: {}", type().asString(), id, problem.reason());
                    yield failed;
                }
            };
        } catch (RuntimeException e) {
            LOGGER.warn("{} of held mail {} failed", type().asString(), id, e);
            return failed;
        }
    }

    @Override
    public TaskType type() {
        return TaskType.of(TYPE + "-" + order.decision().path());
    }

    @Override
    public Optional<TaskExecutionDetails.AdditionalInformation> details() {
        return Optional.of(new Progress(TYPE, order.decision().path(), done.get(), skipped.get(), failed.get(), remaining.get(),
            Clock.systemUTC().instant()));
    }
}

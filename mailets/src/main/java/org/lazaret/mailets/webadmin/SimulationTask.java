package org.lazaret.mailets.webadmin;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.james.server.task.json.dto.AdditionalInformationDTO;
import org.apache.james.server.task.json.dto.TaskDTO;
import org.apache.james.task.Task;
import org.apache.james.task.TaskExecutionDetails;
import org.apache.james.task.TaskType;
import org.lazaret.policy.Action;
import org.lazaret.policy.Direction;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.simulation.Bench;
import org.lazaret.quarantine.simulation.Case;
import org.lazaret.quarantine.simulation.Decision;
import org.lazaret.quarantine.simulation.Row;
import org.lazaret.quarantine.simulation.Totals;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Engines;
import org.lazaret.scan.log.Log;

/**
 * What would become of held mail, or of a mailbox. Each mail is read, which the audit says, and scanned anew; nothing becomes of it. The first
 * {@value #LISTED} changes stand in James' details of the task, and how many there are of all.
 */
final class SimulationTask implements Task {
    static final String TYPE = "lazaret-simulation";
    static final int LISTED = 500;
    private static final Log LOGGER = Log.of(SimulationTask.class);
    private static final int PAGE = 1_000;

    /**
     * What is to be looked at. James' Jackson writes it as it stands here: ours has another name in the packed jar, and so have its annotations.
     *
     * @param search  which held mails
     * @param lines   the draft; empty to compare what was done with what would be done now
     * @param user    whose mailbox is looked at instead; empty for held mail
     * @param mailbox its name
     * @param from    mails that came into it then or later; empty for all
     */
    record Order(String type, Map<String, String> search, Map<String, String> lines, String user, String mailbox, String from, Actor actor)
        implements TaskDTO {
        Order {
            search = Map.copyOf(search);
            lines = Map.copyOf(lines);
        }

        @Override
        public String getType() {
            return type;
        }
    }

    /** A mail of which something else would become, for these recipients. */
    record Line(String mail, String subject, List<String> recipients, String scoreBefore, String before, String scoreAfter, String after,
                List<String> findings) {
    }

    /**
     * How it goes. Written by James' Jackson, as the order is.
     *
     * @param unread  could not be opened; said in the log
     * @param actions mails by {@code before → after}
     */
    record Progress(String type, long mails, long changed, long unread, long remaining, Map<String, Long> actions, List<Line> lines,
                    Instant timestamp) implements TaskExecutionDetails.AdditionalInformation, AdditionalInformationDTO {
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
    private final Engines engines;
    private final Mailboxes mailboxes;
    private final Order order;
    private final Totals totals = new Totals();
    private final List<Line> lines = new ArrayList<>();
    private long remaining;
    private volatile boolean cancelled;

    SimulationTask(Quarantine quarantine, Engines engines, Mailboxes mailboxes, Order order) {
        this.mailboxes = mailboxes;
        this.quarantine = quarantine;
        this.engines = engines;
        this.order = order;
    }

    Order order() {
        return order;
    }

    /** James interrupts what it cancels. In a thread of its own a mail that is half read is read to the end. */
    @Override
    public Result run() throws InterruptedException {
        FutureTask<Result> all = new FutureTask<>(this::simulate);
        Thread thread = Thread.ofPlatform().name("lazaret-simulation").start(all);
        try {
            return all.get();
        } catch (InterruptedException e) {
            cancelled = true;
            thread.join();
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("The simulation ended early", e.getCause());
        }
    }

    private Result simulate() throws IOException, SettingsException {
        try (Bench bench = Bench.of(quarantine.settings(), order.lines(), engines, Optional.of(quarantine.lists()))) {
            List<Reading> mails = order.user().isEmpty() ? held(bench) : delivered(bench);
            left(mails.size());
            for (Reading mail : mails) {
                if (cancelled) {
                    return Result.PARTIAL;
                }
                simulate(mail);
            }
        }
        return unread() == 0 ? Result.COMPLETED : Result.PARTIAL;
    }

    /** Reads a mail and judges it; empty when it is gone. */
    @FunctionalInterface
    private interface Reading {
        Optional<Row> read() throws IOException;
    }

    private List<Reading> held(Bench bench) {
        return find().stream().<Reading>map(id -> () ->
            quarantine.open(id, order.actor(), (mail, message) -> bench.simulation().of(Case.of(mail, message)))).toList();
    }

    /** What was delivered with a warning counts as permitted. */
    private List<Reading> delivered(Bench bench) throws IOException {
        quarantine.audit().append(new AuditEntry(Clock.systemUTC().instant(), order.actor(), "mailbox simulated", Optional.empty(),
            List.of(order.user()), order.mailbox()));
        Instant from = order.from().isEmpty() ? Instant.EPOCH : Instant.parse(order.from());
        Optional<Decision> permitted = Optional.of(new Decision(Score.NONE, Action.PERMIT));
        Envelope envelope = new Envelope("", List.of(order.user()));
        return mailboxes.find(order.user(), order.mailbox(), from).stream().<Reading>map(uid -> () -> Optional.of(bench.simulation().of(
            new Case(order.mailbox() + "/" + uid, envelope, Direction.INBOUND, permitted, mailboxes.message(order.user(), order.mailbox(), uid)))))
            .toList();
    }

    private List<RecordId> find() {
        List<RecordId> ids = new ArrayList<>();
        Query query = new MailSearch(order.search()).query().withLimit(PAGE);
        List<HeldMail> page = quarantine.search(query);
        while (!page.isEmpty() && !cancelled) {
            page.forEach(mail -> ids.add(mail.id()));
            page = quarantine.search(query.withAfter(ids.getLast()));
        }
        return ids;
    }

    private void simulate(Reading mail) {
        try {
            add(mail.read());
        } catch (IOException | RuntimeException e) {
            LOGGER.warn("A mail cannot be judged", e);
            addUnread();
        }
    }

    private synchronized void left(int mails) {
        remaining = mails;
    }

    /** One whose content is gone is no mail any more. */
    private synchronized void add(Optional<Row> row) {
        remaining--;
        row.ifPresent(one -> {
            totals.add(one);
            one.differences().stream().filter(difference -> difference.changes() && lines.size() < LISTED).forEach(difference ->
                lines.add(new Line(one.label(), one.subject(), difference.recipients(), difference.before().score().toString(),
                    Keyword.of(difference.before().action()), difference.after().score().toString(), Keyword.of(difference.after().action()),
                    one.findings())));
        });
    }

    private synchronized void addUnread() {
        remaining--;
        totals.addUnread();
    }

    private synchronized long unread() {
        return totals.unread();
    }

    @Override
    public TaskType type() {
        return TaskType.of(TYPE);
    }

    @Override
    public synchronized Optional<TaskExecutionDetails.AdditionalInformation> details() {
        return Optional.of(new Progress(TYPE, totals.mails(), totals.changed(), totals.unread(), remaining, Map.copyOf(totals.actions()),
            List.copyOf(lines), Clock.systemUTC().instant()));
    }
}

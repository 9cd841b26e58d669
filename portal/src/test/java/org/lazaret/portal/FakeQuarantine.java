package org.lazaret.portal;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lazaret.policy.lists.InMemoryEntryStore;
import org.lazaret.policy.lists.ListSettings;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Arrival;
import org.lazaret.quarantine.Condition;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.LegalHold;
import org.lazaret.quarantine.Links;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.Statistics;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Verdict;

/** Held mail in memory, with a log of the calls that change something. Only what the portal uses. */
final class FakeQuarantine implements Quarantine {

    private final Map<RecordId, HeldMail> mails = new LinkedHashMap<>();
    private final Map<RecordId, MessageSource> messages = new HashMap<>();
    private final Links links;
    private final Lists lists;
    private final Map<RecordId, LegalHold> holds = new HashMap<>();
    final FakeStatistics statistics = new FakeStatistics();
    final FakeUpkeep upkeep = new FakeUpkeep(this);
    final FakeAudit audit = new FakeAudit();
    /** Every call that could change something. */
    final List<String> calls = new ArrayList<>();
    final List<Actor> actors = new ArrayList<>();
    final List<Actor> readers = new ArrayList<>();
    final List<Query> queries = new ArrayList<>();
    Optional<String> failure = Optional.empty();
    boolean unreadable;
    Optional<Instant> undo = Optional.empty();
    RuntimeException broken;
    /** Runs while a mail is looked up. */
    Runnable meanwhile = () -> { };

    FakeQuarantine(Clock clock) {
        this.lists = new Lists(new InMemoryEntryStore(), () -> ListSettings.DEFAULT, clock);
        this.links = new Links(new byte[Links.KEY_BYTES], () -> URI.create(""), () -> Duration.ofDays(30), clock);
    }

    synchronized HeldMail add(HeldMail mail, String message) {
        mails.put(mail.id(), mail);
        messages.put(mail.id(), MessageSource.of(message.replace("\n", "\r\n").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        return mail;
    }

    synchronized void set(RecordId id, String recipient, State state) {
        HeldMail mail = mails.get(id);
        Map<String, State> states = new HashMap<>(mail.states());
        states.put(recipient, state);
        mails.put(id, new HeldMail(id, mail.envelope(), mail.received(), mail.subject(), mail.from(), mail.messageId(), mail.size(), mail.sha256(),
            mail.verdict(), states));
    }

    synchronized State state(RecordId id, String recipient) {
        return mails.get(id).states().get(recipient);
    }

    @Override
    public HeldMail hold(Arrival arrival, MessageSource message, Verdict verdict) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized Optional<HeldMail> find(RecordId id) {
        meanwhile.run();
        if (broken != null) {
            throw broken;
        }
        return Optional.ofNullable(mails.get(id));
    }

    @Override
    public synchronized List<HeldMail> search(Query query) {
        queries.add(query);
        List<HeldMail> found = mails.values().stream()
            .filter(mail -> query.recipient().isEmpty() || mail.states().containsKey(query.recipient().get()))
            .filter(mail -> query.sha256().isEmpty()
                || mail.verdict().attachments().stream().anyMatch(attachment -> attachment.sha256().equals(query.sha256())))
            .filter(mail -> query.states().isEmpty() || mail.states().values().stream().anyMatch(query.states()::contains))
            .filter(mail -> (mail.subject() + "\n" + mail.from() + "\n" + mail.envelope()).toLowerCase(Locale.ROOT)
                .contains(query.text().toLowerCase(Locale.ROOT)))
            .sorted(switch (query.order()) {
                case OLDEST -> Comparator.comparing(HeldMail::received);
                case NEWEST -> Comparator.comparing(HeldMail::received).reversed();
                case WORST -> Comparator.comparing((HeldMail mail) -> mail.verdict().score()).thenComparing(HeldMail::received).reversed();
            })
            .toList();
        int from = query.after().map(id -> found.indexOf(mails.get(id)) + 1).orElse(0);
        return found.subList(from, Math.min(found.size(), from + query.limit()));
    }

    @Override
    public List<Arrived> arrivals(String prefix) {
        return List.of();
    }

    @Override
    public synchronized <T> Optional<T> open(RecordId id, Actor actor, Reader<T> reader) throws IOException {
        readers.add(actor);
        if (unreadable) {
            throw new IOException("No private key on this node");
        }
        HeldMail mail = mails.get(id);
        return mail == null ? Optional.empty() : Optional.of(reader.read(mail, messages.get(id)));
    }

    private Outcome change(String call, RecordId id, Set<String> recipients, State next, Actor actor) {
        calls.add(call);
        actors.add(actor);
        if (failure.isPresent()) {
            return new Outcome.FailedToAct(failure.get());
        }
        HeldMail mail = mails.get(id);
        if (mail == null) {
            return new Outcome.Unknown();
        }
        Set<String> done = new LinkedHashSet<>();
        for (String recipient : recipients.isEmpty() ? mail.states().keySet() : recipients) {
            State state = mail.states().get(recipient);
            if (state != State.DELETED && state.allows(next == State.RELEASED ? State.RELEASING : next)) {
                set(id, recipient, next);
                done.add(recipient);
            }
        }
        return done.isEmpty() ? new Outcome.Already(mail.states().values().iterator().next()) : new Outcome.Done(next, done);
    }

    @Override
    public synchronized Outcome release(RecordId id, Set<String> recipients, Form form, Actor actor) {
        String call = (form == Form.ORIGINAL ? "release original " : "release ") + new java.util.TreeSet<>(recipients);
        return change(call, id, recipients, State.RELEASED, actor);
    }

    @Override
    public synchronized Outcome delete(RecordId id, Set<String> recipients, Actor actor) {
        return change("delete " + new java.util.TreeSet<>(recipients), id, recipients, State.DELETED, actor);
    }

    @Override
    public synchronized Outcome undelete(RecordId id, Set<String> recipients, Actor actor) {
        calls.add("undelete " + new java.util.TreeSet<>(recipients));
        recipients.stream().filter(recipient -> undoUntil(id, recipient, actor).isPresent()).forEach(recipient -> set(id, recipient, State.HELD));
        return new Outcome.Done(State.HELD, recipients);
    }

    @Override
    public synchronized Optional<Instant> undoUntil(RecordId id, String recipient, Actor actor) {
        return state(id, recipient) == State.DELETED ? undo : Optional.empty();
    }

    @Override
    public synchronized Outcome request(RecordId id, String recipient, String reason, Actor actor) {
        return change("request " + recipient + ": " + reason, id, Set.of(recipient), State.REQUESTED, actor);
    }

    @Override
    public synchronized Outcome deny(RecordId id, Set<String> recipients, String reason, Actor actor) {
        String call = "deny " + new java.util.TreeSet<>(recipients) + (reason.isEmpty() ? "" : ": " + reason);
        return change(call, id, recipients, State.DENIED, actor);
    }

    @Override
    public synchronized Optional<String> releasePassword(RecordId id, String recipient) {
        return state(id, recipient) == State.RELEASED ? Optional.of("kelp-anchor-4711") : Optional.empty();
    }

    @Override
    public Optional<Outgoing.Message> notice(HeldMail mail, String recipient) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized Optional<LegalHold> legalHold(RecordId id) {
        return Optional.ofNullable(holds.get(id));
    }

    @Override
    public synchronized Optional<LegalHold> placeHold(RecordId id, String reason, Actor actor) {
        calls.add("hold " + reason);
        holds.putIfAbsent(id, new LegalHold(Samples.NOW, actor.name(), reason));
        return legalHold(id);
    }

    @Override
    public synchronized boolean liftHold(RecordId id, Actor actor) {
        calls.add("lift");
        return holds.remove(id) != null;
    }

    @Override
    public synchronized Copy sendCopy(RecordId id, String address, Form form, Actor actor) {
        calls.add("copy " + address + " " + form);
        return failure.isPresent() ? new Copy.NotSent(failure.get()) : new Copy.Sent(form == Form.PROTECTED ? "copy-password-42" : "");
    }

    @Override
    public synchronized boolean download(RecordId id, Actor actor, OutputStream zip) throws IOException {
        calls.add("download");
        if (unreadable) {
            throw new IOException("No private key on this node");
        }
        zip.write("PK, as it were".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return mails.containsKey(id);
    }

    @Override
    public String downloadPassword(RecordId id, Actor actor) {
        return "download-password-17";
    }

    @Override
    public Statistics statistics() {
        return statistics;
    }

    @Override
    public FakeUpkeep upkeep() {
        return upkeep;
    }

    @Override
    public List<Condition> conditions() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FakeAudit audit() {
        return audit;
    }

    @Override
    public Optional<Outgoing.Message> senderNotice(HeldMail mail, List<String> recipients) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Lists lists() {
        return lists;
    }

    @Override
    public LiveSettings settings() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Links links() {
        return links;
    }

    @Override
    public Marker checkMarker(String arrivalId, List<String> recipients, MessageSource message) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void start() {
    }

    @Override
    public void close() {
    }
}

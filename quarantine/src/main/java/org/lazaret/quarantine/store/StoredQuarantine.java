package org.lazaret.quarantine.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import java.util.zip.Checksum;
import org.apache.commons.codec.digest.DigestUtils;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.Settings.DecisionScope;
import org.lazaret.policy.settings.Settings.PasswordPlace;
import org.lazaret.policy.settings.Settings.RecipientMode;
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
import org.lazaret.quarantine.Upkeep;
import org.lazaret.quarantine.audit.Audit;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.audit.ChainedEntry;
import org.lazaret.quarantine.content.ContentStore;
import org.lazaret.quarantine.crypto.Bytes;
import org.lazaret.quarantine.crypto.ContentTamperedException;
import org.lazaret.quarantine.crypto.Envelopes;
import org.lazaret.quarantine.crypto.Spool;
import org.lazaret.quarantine.index.Coalescing;
import org.lazaret.quarantine.index.Index;
import org.lazaret.quarantine.index.Leases;
import org.lazaret.quarantine.notice.Letter;
import org.lazaret.quarantine.notice.Notices;
import org.lazaret.quarantine.notice.Notices.Event;
import org.lazaret.quarantine.release.ReleaseMarker;
import org.lazaret.quarantine.release.Repackager;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Verdict;
import org.lazaret.scan.log.Log;

/**
 * The quarantine over a content store and an index.
 *
 * <p>The order of writes makes every step repeatable. Holding: content, then one transaction with record, audit and letters. Deciding: one
 * compare-and-set transaction with audit and letters; only who moved the state acts. Releasing: RELEASING is written first, then the mail is
 * opened to the end and enqueued, then RELEASED is written; what a crash leaves RELEASING is sent again, and the marker, which names record
 * and recipient, keeps the copy from being delivered twice. Deleting: the state first, then the content; what a crash leaves behind is swept.
 *
 * <p>Exceptions lead back to the state before; an {@link Error} is treated like a crash.
 */
final class StoredQuarantine implements Quarantine {
    private static final Log LOGGER = Log.of(StoredQuarantine.class);
    private static final Actor SYSTEM = new Actor(Actor.Role.SYSTEM, "lazaret", "");
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(10);
    private static final Duration LAST_RETRY = Duration.ofHours(1);
    /** Longer than the mail server tries the same mail again. */
    private static final Duration NOTICES_KNOWN = Duration.ofDays(30);
    /** Deletions of one mail looked at; within the time for undoing there are few. */
    private static final int MAX_DELETIONS = 100;
    private static final Duration SWEEP_GRACE = Duration.ofDays(1);
    private static final Duration BETWEEN_SEARCHES_FOR_ORPHANS = Duration.ofDays(1);
    private static final int BATCH = 50;
    private static final int MAX_REASON = 1_000;
    /** What the audit says of mail that left unprotected. */
    private static final String AS_IT_CAME = "original";
    private static final long TICK_SECONDS = 5;

    private final LiveSettings settings;
    private final ContentStore content;
    private final Index index;
    private final Envelopes envelopes;
    private final Links links;
    private final ReleaseMarker marker;
    private final Passwords passwords;
    private final Lists lists;
    private final Outgoing outgoing;
    private final Predicate<String> isLocal;
    private final Clock clock;
    private final Supplier<Voice> voice;
    private final Repackager repackager;

    private final Counting counting;
    private final Jobs jobs;
    private final Removal removal;
    private final Retention retention;
    private final Housekeeping housekeeping;
    private final Checkup checkup;
    /** Releases that this process is at, so that the background leaves them alone. */
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lazaret-quarantine");
        thread.setDaemon(true);
        return thread;
    });
    /** Works that take hours must not keep a release waiting. */
    private final ScheduledExecutorService upkeep = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lazaret-upkeep");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicBoolean awake = new AtomicBoolean();
    private volatile boolean started;
    private volatile Instant forgotten = Instant.EPOCH;

    StoredQuarantine(LiveSettings settings, ContentStore content, Index index, Leases leases, Envelopes envelopes, Links links, ReleaseMarker marker,
                     Passwords passwords, Lists lists, Outgoing outgoing, Predicate<String> isLocal, Clock clock, Path temporary) {
        this.settings = settings;
        this.content = content;
        this.index = index;
        this.counting = new Counting(index.tallies(), clock);
        this.jobs = new Jobs(leases);
        this.envelopes = envelopes;
        this.links = links;
        this.marker = marker;
        this.passwords = passwords;
        this.lists = lists;
        this.outgoing = outgoing;
        this.isLocal = isLocal;
        this.clock = clock;
        this.voice = settings.derived(now -> new Voice(now, new Notices(now.notice(), now.administrators(), now.administratorNotices().language(),
            links, clock.getZone())));
        this.repackager = new Repackager(temporary);
        this.removal = new Removal(content, index.holdings(), () -> settings.get().portal().undo(), clock);
        this.retention = new Retention(() -> settings.get().retention(), index.holdings(), removal, clock);
        Orphans orphans = new Orphans(content, index, envelopes, removal, this::adoption, clock);
        this.housekeeping = new Housekeeping(content, index, envelopes, retention, removal, orphans, jobs, clock, upkeep);
        this.checkup = new Checkup(settings, content, index, clock);
    }

    /** How people are told of what happens, by the settings of one moment. Taken before a transaction begins. */
    private record Voice(Settings settings, Notices notices) {
    }

    @Override
    public HeldMail hold(Arrival arrival, MessageSource message, Verdict verdict) throws IOException {
        try {
            Intake.Taken taken = Intake.take(arrival, message, verdict);
            HeldMail mail = taken.mail();
            Optional<HeldMail> known = index.find(mail.id());
            if (known.isPresent()) {
                return known.get();
            }
            retention.makeRoom(mail.size(), SYSTEM);
            boolean mine = content.create(mail.id(), out -> seal(mail, message, taken.crc32c(), out));
            HeldMail stored = mine ? mail : there(mail).orElse(mail);
            if (!mine && stored == mail) {
                content.put(mail.id(), out -> seal(mail, message, taken.crc32c(), out));
                mine = true;
            }
            AuditEntry entry = entry(SYSTEM, "held", mail.id(), mail.envelope().recipients(), "score " + stored.verdict().score());
            List<Letter> letters = voice.get().notices().administrators(Event.HELD, stored, mail.envelope().recipients(), SYSTEM, "");
            if (index.insert(stored, arrival.arrivalId(), letters, entry)) {
                counting.count(Statistics.Kind.QUARANTINED, 1);
                wake();
                return stored;
            }
            // Somebody else held the same mail meanwhile, maybe with another verdict; and should theirs be deleted already, so must be this.
            HeldMail held = index.find(mail.id()).orElseThrow(() -> new IOException("The record " + mail.id() + " is gone"));
            if (mine) {
                content.put(held.id(), out -> seal(held, message, taken.crc32c(), out));
                removal.removeIfUnused(held.id());
            }
            return held;
        } catch (RuntimeException e) {
            throw new IOException("The mail could not be stored: " + e.getMessage(), e);
        }
    }

    /**
     * The record for content that is there already: a process wrote it that ended, or one that is just about to write its record. Since it is
     * not replaced, the record has to say what it says, its verdict above all. Empty when it cannot be read: then it is replaced.
     */
    private Optional<HeldMail> there(HeldMail mail) throws IOException {
        if (!envelopes.canOpen()) {
            return Optional.empty();
        }
        try {
            HeldMail there = Rebuild.read(content, envelopes, mail.id());
            return Optional.of(there).filter(same -> same.envelope().equals(mail.envelope()) && same.sha256().equals(mail.sha256()));
        } catch (ContentTamperedException e) {
            LOGGER.warn("What is stored for mail {} is replaced: {}", mail.id(), e.getMessage());
            return Optional.empty();
        }
    }

    /** The message was digested before, which takes as long as encrypting it; that it is still the same, a cheap checksum tells. */
    private void seal(HeldMail mail, MessageSource message, long crc32c, OutputStream out) throws IOException {
        Checksum checksum = new CRC32C();
        try (OutputStream sealed = envelopes.seal(out)) {
            sealed.write(Binding.block(mail));
            message.writeTo(new CheckedOutputStream(sealed, checksum) {
                @Override
                public void close() {
                    // The envelope is closed by who opened it.
                }
            });
        }
        if (checksum.getValue() != crc32c) {
            throw new IOException("The message changed while it was stored");
        }
    }

    @Override
    public Optional<HeldMail> find(RecordId id) {
        return index.find(id);
    }

    @Override
    public List<HeldMail> search(Query query) {
        return index.search(query);
    }

    @Override
    public List<Arrived> arrivals(String prefix) {
        return index.arrivals(prefix);
    }

    @Override
    public <T> Optional<T> open(RecordId id, Actor actor, Reader<T> reader) throws IOException {
        Optional<HeldMail> found = index.find(id);
        return found.isEmpty() ? Optional.empty()
            : opened(found.get(), entry(actor, "opened", id, List.of(), ""), message -> reader.read(found.get(), message::writeTo));
    }

    /** What is done with an opened mail. */
    @FunctionalInterface
    private interface Use<T> {
        T of(Bytes message) throws IOException;
    }

    /** @param entry for the audit, written before the mail is used */
    private <T> Optional<T> opened(HeldMail mail, AuditEntry entry, Use<T> use) throws IOException {
        RecordId id = mail.id();
        Actor actor = entry.actor();
        Optional<InputStream> stored = content.get(id);
        if (stored.isEmpty()) {
            if (index.holdings().isKept(id)) {
                throw tampered(mail, actor, new ContentTamperedException("The content of " + id + " is missing"));
            }
            return Optional.empty();
        }
        try (Spool opened = envelopes.open(stored.get())) {
            long start = Binding.check(mail, opened);
            index.audit().append(entry);
            index.holdings().sound(id);
            return Optional.of(use.of(opened.from(start)));
        } catch (ContentTamperedException e) {
            throw tampered(mail, actor, e);
        } finally {
            stored.get().close();
        }
    }

    private ContentTamperedException tampered(HeldMail mail, Actor actor, ContentTamperedException problem) {
        LOGGER.error("The content of held mail {} must not be used: {}", mail.id(), problem.getMessage());
        index.audit().append(entry(actor, "tampered", mail.id(), List.of(), String.valueOf(problem.getMessage())));
        index.holdings().damaged(mail.id(), clock.instant(), String.valueOf(problem.getMessage()));
        return problem;
    }

    @Override
    public Outcome release(RecordId id, Set<String> recipients, Form form, Actor actor) {
        if (form == Form.ORIGINAL && !actor.role().decides()) {
            return new Outcome.FailedToAct("Only an administrator releases the original");
        }
        if (!actor.role().decides() && settings.get().portal().mode() == RecipientMode.REQUEST) {
            return new Outcome.FailedToAct("An administrator has to release this mail");
        }
        return index.find(id).map(mail -> release(mail, targets(mail, recipients, actor), form, actor)).orElseGet(Outcome.Unknown::new);
    }

    private Outcome release(HeldMail mail, Set<String> targets, Form form, Actor actor) {
        if (targets.isEmpty()) {
            return new Outcome.Unknown();
        }
        Set<String> claimed = targets.stream().map(target -> key(mail.id(), target)).filter(underWay::add).collect(Collectors.toSet());
        try {
            jobs.beat();
            List<String> moved = index.move(mail.id(), targets, State.RELEASING, jobs.node(),
                entry(actor, "releasing", mail.id(), List.of(), form == Form.ORIGINAL ? AS_IT_CAME : ""),
                none -> List.of());
            if (moved.isEmpty()) {
                return already(mail.id(), targets);
            }
            return send(mail, moved, form, actor);
        } catch (RuntimeException e) {
            // What is RELEASING stays so, and the background finishes it; a copy that was sent is known by its marker.
            LOGGER.error("The release of held mail {} could not be written down", mail.id(), e);
            return new Outcome.FailedToAct("The quarantine's index does not answer: " + e.getMessage());
        } finally {
            underWay.removeAll(claimed);
        }
    }

    /** Sends to recipients whose state is RELEASING, and writes down what came of it. */
    private Outcome send(HeldMail mail, Collection<String> recipients, Form form, Actor actor) {
        List<String> sent = new ArrayList<>();
        String problem = "";
        Optional<InputStream> stored = Optional.empty();
        try {
            stored = content.get(mail.id());
            if (stored.isEmpty()) {
                throw new ContentTamperedException("The content of " + mail.id() + " is missing");
            }
            try (Spool opened = envelopes.open(stored.get())) {
                long start = Binding.check(mail, opened);
                for (String recipient : recipients) {
                    send(mail, recipient, form, opened.from(start));
                    sent.add(recipient);
                }
            }
        } catch (ContentTamperedException e) {
            problem = String.valueOf(e.getMessage());
            tampered(mail, actor, e);
        } catch (IOException | RuntimeException e) {
            LOGGER.warn("Held mail {} could not be released", mail.id(), e);
            problem = String.valueOf(e.getMessage());
        } finally {
            stored.ifPresent(StoredQuarantine::close);
        }
        return conclude(mail, recipients, sent, problem, form, actor);
    }

    private Outcome conclude(HeldMail mail, Collection<String> recipients, List<String> sent, String problem, Form form, Actor actor) {
        List<String> released = List.of();
        Voice now = voice.get();
        if (!sent.isEmpty()) {
            released = index.move(mail.id(), sent, State.RELEASED, jobs.node(),
                entry(actor, "released", mail.id(), List.of(), form == Form.ORIGINAL ? AS_IT_CAME : ""),
                moved -> letters(now, Event.RELEASED, mail, moved, actor, ""));
            counting.count(Statistics.Kind.RELEASED, released.size());
            wake();
        }
        if (sent.size() < recipients.size()) {
            List<String> failed = recipients.stream().filter(recipient -> !sent.contains(recipient)).toList();
            index.restore(mail.id(), failed, entry(actor, "release failed", mail.id(), List.of(), problem));
            return new Outcome.FailedToAct(problem);
        }
        return new Outcome.Done(State.RELEASED, Set.copyOf(released));
    }

    private void send(HeldMail mail, String recipient, Form form, Bytes original) throws IOException {
        String shown = isShownInPortal() ? links.url(mail, recipient).toString() : "";
        try (Repackager.Package ready = pack(mail, recipient, form, original, shown)) {
            send(ready, mail, recipient, "", "release-" + mail.id() + "-" + shortHash(recipient), mail.envelope().sender());
        }
    }

    private Repackager.Package pack(HeldMail mail, String recipient, Form form, Bytes original, String shown) throws IOException {
        return switch (form) {
            case PROTECTED -> repackager.pack(mail, original, new Repackager.Lock(passwords.of(mail.id(), recipient), shown));
            case ORIGINAL -> repackager.untouched(original);
        };
    }

    private boolean isShownInPortal() {
        return settings.get().release().password() == PasswordPlace.PORTAL;
    }

    private void send(Repackager.Package ready, HeldMail mail, String recipient, String copy, String name, String sender) throws IOException {
        ReleaseMarker.Digest digest = new ReleaseMarker.Digest();
        ready.writeTo(digest);
        byte[] field = marker.field(mail.id(), recipient, copy, digest.digest(), ready.newline()).getBytes(StandardCharsets.US_ASCII);
        outgoing.send(new Outgoing.Message(Outgoing.Kind.RELEASE, name, sender, List.of(recipient), out -> {
            out.write(field);
            ready.writeTo(out);
        }));
    }

    @Override
    public Copy sendCopy(RecordId id, String address, Form form, Actor actor) {
        if (!actor.role().decides()) {
            return new Copy.NotSent("Only an administrator sends copies");
        }
        Optional<HeldMail> found = index.find(id);
        if (found.isEmpty()) {
            return new Copy.NoSuchMail();
        }
        HeldMail mail = found.get();
        // A name of its own: with the release's, the second copy to somebody would be taken for a repetition of the first.
        String copy = UUID.randomUUID().toString();
        AuditEntry entry = entry(actor, "copied", id, List.of(address), form == Form.ORIGINAL ? AS_IT_CAME : "");
        try {
            return opened(mail, entry, original -> {
                String shown = isShownInPortal() ? links.adminUrl(id).toString() : "";
                try (Repackager.Package ready = pack(mail, address, form, original, shown)) {
                    send(ready, mail, address, copy, "copy-" + id + "-" + copy, "");
                }
                return copy;
            })
                .<Copy>map(sent -> new Copy.Sent(form == Form.PROTECTED && isShownInPortal() ? passwords.of(id, address) : ""))
                .orElseGet(Copy.NoSuchMail::new);
        } catch (IOException | RuntimeException e) {
            LOGGER.warn("A copy of held mail {} could not be sent", id, e);
            index.audit().append(entry(actor, "copy failed", id, List.of(address), String.valueOf(e.getMessage())));
            return new Copy.NotSent(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean download(RecordId id, Actor actor, OutputStream zip) throws IOException {
        if (!actor.role().decides()) {
            throw new IllegalArgumentException("Only administrators download held mail");
        }
        Optional<HeldMail> found = index.find(id);
        return found.isPresent() && opened(found.get(), entry(actor, "downloaded", id, List.of(), ""), original -> {
            Repackager.zip(original, downloadPassword(id, actor), zip);
            return true;
        }).isPresent();
    }

    @Override
    public String downloadPassword(RecordId id, Actor actor) {
        // No address has a line end: no recipient's zip has this password.
        return passwords.of(id, "download\n" + actor.name());
    }

    @Override
    public Outcome delete(RecordId id, Set<String> recipients, Actor actor) {
        Outcome outcome = decide(id, recipients, State.DELETED, Event.DELETED, "", actor);
        if (outcome instanceof Outcome.Done && settings.get().portal().undo().isZero()) {
            try {
                removal.removeIfUnused(id);
            } catch (IOException | RuntimeException e) {
                // Decided and written; the background tries again.
                LOGGER.warn("The content of deleted mail {} could not be removed yet", id, e);
            }
        }
        return outcome;
    }

    @Override
    public Outcome undelete(RecordId id, Set<String> recipients, Actor actor) {
        Optional<HeldMail> found = index.find(id);
        if (found.isEmpty()) {
            return new Outcome.Unknown();
        }
        HeldMail mail = found.get();
        Set<String> named = recipients.isEmpty() ? Set.copyOf(mail.envelope().recipients()) : targets(mail, recipients, actor);
        Set<String> own = named.stream().filter(recipient -> undoUntil(id, recipient, actor).isPresent()).collect(Collectors.toSet());
        if (own.isEmpty()) {
            return named.isEmpty() ? new Outcome.Unknown() : already(id, named);
        }
        Voice now = voice.get();
        Instant since = clock.instant().minus(now.settings().portal().undo());
        List<String> restored = index.undelete(id, own, since, entry(actor, "undeleted", id, List.of(), ""),
            back -> now.notices().administrators(Event.RESTORED, mail, back, actor, ""));
        if (restored.isEmpty()) {
            return already(id, own);
        }
        wake();
        State state = index.find(id).map(HeldMail::states).map(states -> states.get(restored.get(0))).orElse(State.HELD);
        return new Outcome.Done(state, Set.copyOf(restored));
    }

    @Override
    public Optional<Instant> undoUntil(RecordId id, String recipient, Actor actor) {
        Instant now = clock.instant();
        Duration undo = settings.get().portal().undo();
        boolean deleted = index.find(id)
            .filter(mail -> named(mail, Set.of(recipient)).stream().anyMatch(one -> mail.states().get(one) == State.DELETED))
            .isPresent();
        if (!deleted || undo.isZero()) {
            return Optional.empty();
        }
        AuditQuery deletions = new AuditQuery(Optional.of(id), "", "deleted", Optional.of(now.minus(undo)), Optional.empty(),
            Optional.empty(), MAX_DELETIONS);
        return index.audit().page(deletions).stream()
            .map(ChainedEntry::entry)
            .filter(entry -> entry.recipients().stream().anyMatch(recipient::equalsIgnoreCase))
            .findFirst()
            .filter(entry -> entry.actor().role() == actor.role() && entry.actor().name().equalsIgnoreCase(actor.name()))
            .map(entry -> entry.at().plus(undo))
            .filter(now::isBefore);
    }

    @Override
    public Outcome deny(RecordId id, Set<String> recipients, String reason, Actor actor) {
        if (!actor.role().decides()) {
            return new Outcome.FailedToAct("An administrator has to answer a request");
        }
        return decide(id, recipients, State.DENIED, Event.DENIED, cut(reason), actor);
    }

    private Outcome decide(RecordId id, Set<String> recipients, State to, Event event, String reason, Actor actor) {
        Optional<HeldMail> found = index.find(id);
        if (found.isEmpty()) {
            return new Outcome.Unknown();
        }
        HeldMail mail = found.get();
        Set<String> targets = targets(mail, recipients, actor);
        if (targets.isEmpty()) {
            return new Outcome.Unknown();
        }
        Voice now = voice.get();
        List<String> moved = index.move(id, targets, to, jobs.node(),
            entry(actor, Keyword.of(event), id, List.of(), reason), changed -> letters(now, event, mail, changed, actor, reason));
        if (moved.isEmpty()) {
            return already(id, targets);
        }
        wake();
        return new Outcome.Done(to, Set.copyOf(moved));
    }

    @Override
    public Outcome request(RecordId id, String recipient, String reason, Actor actor) {
        Optional<HeldMail> found = index.find(id);
        if (found.isEmpty()) {
            return new Outcome.Unknown();
        }
        HeldMail mail = found.get();
        Set<String> targets = named(mail, Set.of(recipient));
        if (targets.isEmpty()) {
            return new Outcome.Unknown();
        }
        String kept = cut(reason);
        Voice now = voice.get();
        List<String> moved = index.move(id, targets, State.REQUESTED, jobs.node(), entry(actor, "requested", id, List.of(), kept),
            changed -> now.notices().administrators(Event.REQUESTED, mail, changed.stream().map(Index.Moved::recipient).toList(), actor, kept));
        if (moved.isEmpty()) {
            return already(id, targets);
        }
        wake();
        return new Outcome.Done(State.REQUESTED, Set.copyOf(moved));
    }

    /** What administrators are told, and recipients who had asked. */
    private List<Letter> letters(Voice now, Event event, HeldMail mail, List<Index.Moved> moved, Actor actor, String reason) {
        List<Letter> letters = new ArrayList<>(now.notices().administrators(event, mail, moved.stream().map(Index.Moved::recipient).toList(), actor,
            reason));
        for (Index.Moved one : moved) {
            boolean answered = event == Event.DENIED || event == Event.RELEASED && actor.role().decides()
                && now.settings().portal().mode() == RecipientMode.REQUEST;
            if (answered && isLocal.test(one.recipient())) {
                letters.add(now.notices().decision(mail, one.recipient(), event == Event.RELEASED, reason));
            }
        }
        return letters;
    }

    @Override
    public Optional<String> releasePassword(RecordId id, String recipient) {
        return index.find(id).flatMap(mail -> named(mail, Set.of(recipient)).stream()
            .filter(name -> mail.states().get(name) == State.RELEASED)
            .findFirst()
            .map(name -> passwords.of(id, name)));
    }

    @Override
    public Optional<Outgoing.Message> notice(HeldMail mail, String recipient) {
        if (!isLocal.test(recipient)) {
            return Optional.empty();
        }
        Voice now = voice.get();
        return ifAlone(mail, now.notices().held(mail, recipient), now);
    }

    private Optional<Outgoing.Message> ifAlone(HeldMail mail, Letter notice, Voice now) {
        boolean alone = index.coalescing().alone(mail.id(), notice, now.settings().notice().perHour(), clock.instant());
        return alone ? Optional.of(notice.message()) : Optional.empty();
    }

    @Override
    public Optional<Outgoing.Message> senderNotice(HeldMail mail, List<String> recipients) {
        String sender = mail.envelope().sender();
        if (sender.isEmpty() || !isLocal.test(sender)) {
            return Optional.empty();
        }
        Voice now = voice.get();
        return ifAlone(mail, now.notices().sender(mail, recipients), now);
    }

    @Override
    public Optional<LegalHold> legalHold(RecordId id) {
        return index.holdings().legalHold(id);
    }

    @Override
    public Optional<LegalHold> placeHold(RecordId id, String reason, Actor actor) {
        onlyAdministrators(actor);
        LegalHold hold = new LegalHold(clock.instant(), actor.name(), cut(reason.strip()));
        index.holdings().placeHold(id, hold, entry(actor, "legal hold set", id, List.of(), hold.reason()));
        return index.holdings().legalHold(id);
    }

    @Override
    public boolean liftHold(RecordId id, Actor actor) {
        onlyAdministrators(actor);
        boolean lifted = index.holdings().liftHold(id, entry(actor, "legal hold lifted", id, List.of(), ""));
        if (lifted) {
            try {
                removal.removeIfUnused(id);
            } catch (IOException | RuntimeException e) {
                LOGGER.warn("The content of deleted mail {} could not be removed yet", id, e);
            }
        }
        return lifted;
    }

    private static void onlyAdministrators(Actor actor) {
        if (!actor.role().decides()) {
            throw new IllegalArgumentException("Only administrators set and lift legal holds");
        }
    }

    @Override
    public Upkeep upkeep() {
        return housekeeping;
    }

    @Override
    public List<Condition> conditions() {
        return checkup.conditions();
    }

    @Override
    public Audit audit() {
        return index.audit();
    }

    @Override
    public Statistics statistics() {
        return counting;
    }

    @Override
    public Lists lists() {
        return lists;
    }

    @Override
    public LiveSettings settings() {
        return settings;
    }

    @Override
    public Links links() {
        return links;
    }

    @Override
    public Marker checkMarker(String arrivalId, List<String> recipients, MessageSource message) throws IOException {
        ReleaseMarker.Digest digest = new ReleaseMarker.Digest();
        message.writeTo(digest);
        return switch (marker.check(digest, recipients)) {
            case ReleaseMarker.Found.None none -> Marker.ABSENT;
            case ReleaseMarker.Found.Worthless worthless -> Marker.FORGED;
            case ReleaseMarker.Found.Genuine genuine -> {
                try {
                    yield index.useMarker(genuine.marker(), arrivalId, clock.instant()).equals(arrivalId) ? Marker.VALID : Marker.REPEATED;
                } catch (RuntimeException e) {
                    throw new IOException("The use of a release marker could not be written down", e);
                }
            }
        };
    }

    @Override
    public void start() {
        started = true;
        background.scheduleWithFixedDelay(() -> guarded("background work", () -> {
            jobs.beat();
            finishReleases();
            sweep();
            flushOutbox();
        }), 0, TICK_SECONDS, TimeUnit.SECONDS);
        background.scheduleWithFixedDelay(() -> guarded("statistics", counting::flush), TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
        background.scheduleWithFixedDelay(() -> guarded("sweeping", () -> jobs.run("leftovers", lease -> sweepLeftovers())), 0, 1, TimeUnit.HOURS);
        upkeep.scheduleWithFixedDelay(() -> guarded("retention",
            () -> runWhenDue(Upkeep.Work.RETENTION, settings.get().retention().interval())), 0, 1, TimeUnit.MINUTES);
        if (envelopes.canOpen()) {
            upkeep.scheduleWithFixedDelay(() -> guarded("the search for content without a record",
                () -> runWhenDue(Upkeep.Work.ORPHANS, BETWEEN_SEARCHES_FOR_ORPHANS)), 0, 1, TimeUnit.MINUTES);
        }
    }

    /** Sends what a node left RELEASING that is gone. What one that lives is at stays with it. */
    void finishReleases() {
        for (Index.Releasing one : index.releasing()) {
            String key = key(one.record(), one.recipient());
            boolean mine = one.owner().equals(jobs.node());
            if ((mine || !jobs.isAlive(one.owner())) && underWay.add(key)) {
                try {
                    // Looked at again under the claim: it may have been finished meanwhile.
                    if (index.takeOver(one, jobs.node())) {
                        index.find(one.record()).ifPresent(mail -> send(mail, List.of(one.recipient()), Form.PROTECTED, SYSTEM));
                    }
                } finally {
                    underWay.remove(key);
                }
            }
        }
    }

    /** The nodes share one last run, so each of them may look whether it is time. */
    private void runWhenDue(Upkeep.Work work, Duration interval) {
        Instant last = clock.instant().minus(interval);
        boolean due = housekeeping.progress(work).flatMap(Upkeep.Progress::finished).filter(last::isBefore).isEmpty();
        if (due) {
            housekeeping.run(work, SYSTEM, progress -> { });
        }
    }

    private List<Letter> adoption(HeldMail mail) {
        return voice.get().notices().administrators(Event.HELD, mail, mail.envelope().recipients(), SYSTEM, "");
    }

    private void sweepLeftovers() {
        try {
            int removed = content.sweep(clock.instant().minus(SWEEP_GRACE));
            if (removed > 0) {
                LOGGER.info("{} unfinished writes that a crash left were removed", removed);
            }
        } catch (IOException e) {
            LOGGER.warn("Unfinished writes could not be looked for", e);
        }
    }

    /** Removes content that nothing keeps. */
    void sweep() {
        if (removal.isDue()) {
            jobs.run("sweep", lease -> removal.sweep());
        }
    }

    /** Sends what is due in the outbox. Looks first: taking turns is written, and mostly there is nothing. */
    void flushOutbox() {
        Instant now = clock.instant();
        if (index.isDue(now) || now.isAfter(forgotten.plus(Coalescing.WINDOW))) {
            jobs.run("outbox", this::flushOutbox);
        }
    }

    private void flushOutbox(Jobs.Lease lease) {
        collectDigests();
        while (lease.isHeld()) {
            Instant now = clock.instant();
            List<Index.Due> due = index.lease(now, now.plus(LEASE), BATCH);
            if (due.isEmpty()) {
                return;
            }
            for (Index.Due one : due) {
                if (!lease.isHeld()) {
                    return;
                }
                String name = one.letter().name();
                if (waits(one)) {
                    continue;
                }
                try {
                    outgoing.send(one.letter().message());
                } catch (IOException | RuntimeException e) {
                    Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(one.attempts(), 10));
                    Instant next = clock.instant().plus(pause.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : pause);
                    LOGGER.warn("{} could not be sent, next attempt at {}", name, next, e);
                    index.postpone(name, String.valueOf(e.getMessage()), next);
                    continue;
                }
                index.sent(name);
            }
        }
    }

    /** Whether an administrator has had enough for now. A digest, and what was tried before, goes out. */
    private boolean waits(Index.Due due) {
        boolean counts = due.letter().kind() == Outgoing.Kind.ADMINISTRATOR_NOTICE && due.attempts() == 0 && !due.letter().summary().isEmpty();
        return counts && !index.coalescing().stillAlone(due.letter(), settings.get().administratorNotices().perHour(), clock.instant());
    }

    /** Puts the digests into the outbox whose time has come. */
    private void collectDigests() {
        Instant now = clock.instant();
        Notices notices = voice.get().notices();
        index.coalescing().collect(Outgoing.Kind.NOTICE, now, (reader, waiting) -> waiting.get(0).summary().isEmpty()
            ? digest(notices, reader, waiting) : Optional.of(notices.senderDigest(collected(waiting), reader, now)));
        index.coalescing().collect(Outgoing.Kind.ADMINISTRATOR_NOTICE, now,
            (administrator, waiting) -> Optional.of(notices.administratorDigest(collected(waiting), administrator, now)));
        if (now.isAfter(forgotten.plus(Coalescing.WINDOW))) {
            index.coalescing().forget(now.minus(NOTICES_KNOWN));
            forgotten = now;
        }
    }

    private static List<Notices.Collected> collected(List<Coalescing.Waiting> waiting) {
        return waiting.stream().map(one -> new Notices.Collected(one.record(), one.summary())).toList();
    }

    /** What was released meanwhile speaks for itself. */
    private static Optional<Letter> digest(Notices notices, String recipient, List<Coalescing.Waiting> waiting) {
        List<HeldMail> mails = waiting.stream().flatMap(one -> one.mail().stream()).filter(mail -> isLeft(mail, recipient)).toList();
        return mails.isEmpty() ? Optional.empty() : Optional.of(notices.digest(mails, recipient));
    }

    private static boolean isLeft(HeldMail mail, String recipient) {
        return mail.states().entrySet().stream().anyMatch(entry -> entry.getKey().equalsIgnoreCase(recipient)
            && entry.getValue() != State.RELEASING && entry.getValue() != State.RELEASED);
    }

    /** Has the outbox looked at, once for all who asked before it is. */
    private void wake() {
        if (started && awake.compareAndSet(false, true)) {
            try {
                background.execute(() -> {
                    awake.set(false);
                    guarded("the outbox", this::flushOutbox);
                });
            } catch (RejectedExecutionException e) {
                LOGGER.debug("Closing; the outbox is sent at the next start");
            }
        }
    }

    private static void guarded(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOGGER.error("A fault in {}; it is tried again", what, e);
        }
    }

    @Override
    public void close() {
        housekeeping.close();
        end(background);
        end(upkeep);
        guarded("statistics", counting::flush);
        guarded("leaving", jobs::leave);
        index.close();
        content.close();
    }

    private static void end(ScheduledExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(10, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** For whom a decision holds: by the setting for all, for all when nobody is named, otherwise for those named. */
    private Set<String> targets(HeldMail mail, Set<String> recipients, Actor actor) {
        boolean all = settings.get().portal().scope() == DecisionScope.ALL;
        if (recipients.isEmpty()) {
            // A recipient decides for all only where the setting says so.
            return all || actor.role().decides() ? Set.copyOf(mail.envelope().recipients()) : Set.of();
        }
        Set<String> named = named(mail, recipients);
        return all && !named.isEmpty() ? Set.copyOf(mail.envelope().recipients()) : named;
    }

    private static Set<String> named(HeldMail mail, Set<String> recipients) {
        Set<String> wanted = recipients.stream().map(recipient -> recipient.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        return mail.envelope().recipients().stream().filter(recipient -> wanted.contains(recipient.toLowerCase(Locale.ROOT)))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Outcome already(RecordId id, Set<String> targets) {
        return index.find(id)
            .flatMap(mail -> targets.stream().map(mail.states()::get).filter(state -> state != null).findFirst())
            .<Outcome>map(Outcome.Already::new)
            .orElseGet(Outcome.Unknown::new);
    }

    private AuditEntry entry(Actor actor, String action, RecordId id, List<String> recipients, String detail) {
        return new AuditEntry(clock.instant(), actor, action, Optional.of(id), recipients, detail);
    }

    private static String cut(String reason) {
        return reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
    }

    private static String key(RecordId id, String recipient) {
        return id + "\n" + recipient.toLowerCase(Locale.ROOT);
    }

    private static String shortHash(String recipient) {
        return HexFormat.of().formatHex(DigestUtils.sha256(recipient.toLowerCase(Locale.ROOT)), 0, 8);
    }

    private static void close(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            LOGGER.debug("A read file could not be closed", e);
        }
    }
}

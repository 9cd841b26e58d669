package org.lazaret.mailets;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.Statistics;
import org.lazaret.quarantine.Upkeep;
import org.lazaret.quarantine.audit.Audit;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Verdict;

/** Keeps in memory what the mailets hand over; local domain is {@code example.org}. */
class FakeQuarantine implements org.lazaret.quarantine.Quarantine {
    record Held(Arrival arrival, String message, Verdict verdict) {
    }

    final Lists lists = new Lists(new InMemoryEntryStore(), () -> ListSettings.DEFAULT, Clock.systemUTC());
    final List<Held> held = new ArrayList<>();
    Marker marker = Marker.ABSENT;
    Throwable failure;

    @Override
    public HeldMail hold(Arrival arrival, MessageSource message, Verdict verdict) throws IOException {
        if (failure instanceof IOException broken) {
            throw broken;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        message.writeTo(bytes);
        held.add(new Held(arrival, bytes.toString(StandardCharsets.ISO_8859_1), verdict));
        Map<String, State> states = new HashMap<>();
        arrival.envelope().recipients().forEach(recipient -> states.put(recipient, State.HELD));
        return new HeldMail(new RecordId("0".repeat(32)), arrival.envelope(), arrival.received(), "", "", "", bytes.size(), "", verdict, states);
    }

    @Override
    public Optional<Outgoing.Message> notice(HeldMail mail, String recipient) {
        return recipient.endsWith("@example.org")
            ? Optional.of(new Outgoing.Message(Outgoing.Kind.NOTICE, "notice", "", List.of(recipient), out -> out.write('x')))
            : Optional.empty();
    }

    @Override
    public Marker checkMarker(String arrivalId, List<String> recipients, MessageSource message) {
        return marker;
    }

    @Override
    public Optional<LegalHold> legalHold(RecordId id) {
        return Optional.empty();
    }

    @Override
    public Optional<LegalHold> placeHold(RecordId id, String reason, Actor actor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean liftHold(RecordId id, Actor actor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Upkeep upkeep() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Condition> conditions() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Audit audit() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Outgoing.Message> senderNotice(HeldMail mail, List<String> recipients) {
        String sender = mail.envelope().sender();
        return sender.endsWith("@example.org")
            ? Optional.of(new Outgoing.Message(Outgoing.Kind.NOTICE, "sender " + recipients, "", List.of(sender), out -> out.write('x')))
            : Optional.empty();
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
        return new Links(new byte[Links.KEY_BYTES], () -> URI.create("http://127.0.0.1"), () -> Duration.ofDays(1), Clock.systemUTC());
    }

    @Override
    public Optional<HeldMail> find(RecordId id) {
        return Optional.empty();
    }

    @Override
    public List<HeldMail> search(Query query) {
        return List.of();
    }

    @Override
    public List<Arrived> arrivals(String prefix) {
        return List.of();
    }

    @Override
    public <T> Optional<T> open(RecordId id, Actor actor, Reader<T> reader) {
        return Optional.empty();
    }

    @Override
    public Outcome release(RecordId id, Set<String> recipients, Form form, Actor actor) {
        return new Outcome.Unknown();
    }

    @Override
    public Copy sendCopy(RecordId id, String address, Form form, Actor actor) {
        return new Copy.NoSuchMail();
    }

    @Override
    public boolean download(RecordId id, Actor actor, OutputStream zip) {
        return false;
    }

    @Override
    public String downloadPassword(RecordId id, Actor actor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Statistics statistics() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome delete(RecordId id, Set<String> recipients, Actor actor) {
        return new Outcome.Unknown();
    }

    @Override
    public Outcome undelete(RecordId id, Set<String> recipients, Actor actor) {
        return new Outcome.Unknown();
    }

    @Override
    public Optional<Instant> undoUntil(RecordId id, String recipient, Actor actor) {
        return Optional.empty();
    }

    @Override
    public Outcome request(RecordId id, String recipient, String reason, Actor actor) {
        return new Outcome.Unknown();
    }

    @Override
    public Outcome deny(RecordId id, Set<String> recipients, String reason, Actor actor) {
        return new Outcome.Unknown();
    }

    @Override
    public Optional<String> releasePassword(RecordId id, String recipient) {
        return Optional.empty();
    }

    @Override
    public void start() {
        // nothing to finish
    }

    @Override
    public void close() {
        // nothing to close
    }
}

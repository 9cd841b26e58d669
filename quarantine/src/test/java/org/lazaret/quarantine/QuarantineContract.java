package org.lazaret.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.lingala.zip4j.io.inputstream.ZipInputStream;
import net.lingala.zip4j.model.LocalFileHeader;
import net.lingala.zip4j.model.enums.AesKeyStrength;
import org.junit.jupiter.api.Test;
import org.lazaret.policy.settings.Settings.DecisionScope;
import org.lazaret.policy.settings.Settings.PasswordPlace;
import org.lazaret.policy.settings.Settings.RecipientMode;
import org.lazaret.quarantine.Quarantine.Marker;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/** What every quarantine does, whatever it keeps its mail in. */
public interface QuarantineContract {
    String ALICE = "alice@example.org";
    String BOB = "bob@example.org";
    String STRANGER = "carol@elsewhere.example";
    String ADMIN = "admin@example.org";
    Actor BY_ALICE = new Actor(Actor.Role.RECIPIENT, ALICE, "192.0.2.1");
    Actor BY_ADMIN = new Actor(Actor.Role.ADMINISTRATOR, ADMIN, "192.0.2.2");
    Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    Verdict MALICIOUS = new Verdict.Scanned(Score.of(9),
        List.of(new Finding("type.executable", Score.of(9), List.of("invoice.exe"), "MZ", "")),
        List.of(new Attachment("invoice.exe", "application/octet-stream", "application/x-dosexec", 4,
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Score.of(9))));
    byte[] MESSAGE = String.join("\r\n",
        "From: Mallory <mallory@evil.example>",
        "To: alice@example.org",
        "Subject: =?UTF-8?Q?Rechnung_f=C3=BCr_Sie?=",
        "Message-ID: <1@evil.example>",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=\"b1\"",
        "",
        "preamble",
        "--b1",
        "Content-Type: text/plain",
        "",
        "See the attachment.",
        "--b1",
        "Content-Type: application/octet-stream; name=\"invoice.exe\"",
        "Content-Disposition: attachment; filename=\"invoice.exe\"",
        "Content-Transfer-Encoding: base64",
        "",
        "dGVzdA==",
        "--b1--",
        "").getBytes(StandardCharsets.US_ASCII);

    /** A quarantine with its surroundings; the same store again when it is opened anew. */
    interface Bench {
        Quarantine quarantine();

        SentMail sent();

        /** Lets the time go on. */
        void advance(Duration time);

        /** Runs what the background would. */
        void runBackground();

        void set(RecipientMode mode, DecisionScope scope, PasswordPlace password);
    }

    Bench bench();

    default HeldMail hold(String arrivalId, String... recipients) throws IOException {
        return bench().quarantine().hold(new Arrival(arrivalId, new Envelope("mallory@evil.example", List.of(recipients)), NOW),
            MessageSource.of(MESSAGE), MALICIOUS);
    }

    default byte[] open(RecordId id) throws IOException {
        return bench().quarantine().open(id, BY_ADMIN, (mail, message) -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            message.writeTo(bytes);
            return bytes.toByteArray();
        }).orElseThrow();
    }

    @Test
    default void holdShouldKeepMessageEnvelopeAndVerdict() throws Exception {
        HeldMail held = hold("a1", ALICE, BOB);

        HeldMail found = bench().quarantine().find(held.id()).orElseThrow();
        assertThat(found).isEqualTo(held);
        assertThat(found.subject()).isEqualTo("Rechnung für Sie");
        assertThat(found.from()).isEqualTo("Mallory <mallory@evil.example>");
        assertThat(found.messageId()).isEqualTo("<1@evil.example>");
        assertThat(found.size()).isEqualTo(MESSAGE.length);
        assertThat(found.verdict()).isEqualTo(MALICIOUS);
        assertThat(found.states()).isEqualTo(Map.of(ALICE, State.HELD, BOB, State.HELD));
        assertThat(open(held.id())).isEqualTo(MESSAGE);
    }

    @Test
    default void holdShouldMakeOneRecordWhenRepeated() throws Exception {
        HeldMail first = hold("a1", ALICE);
        bench().runBackground();

        HeldMail second = hold("a1", ALICE);
        bench().runBackground();

        assertThat(second).isEqualTo(first);
        assertThat(bench().quarantine().search(Query.all())).containsExactly(first);
        assertThat(bench().sent().of(Outgoing.Kind.ADMINISTRATOR_NOTICE)).hasSize(1);
    }

    @Test
    default void holdShouldMakeTwoRecordsWhenArrivalOrEnvelopeDiffers() throws Exception {
        HeldMail first = hold("a1", ALICE);
        HeldMail second = hold("a2", ALICE);
        HeldMail third = hold("a1", BOB);

        assertThat(bench().quarantine().search(Query.all())).containsExactlyInAnyOrder(first, second, third);
    }

    @Test
    default void holdShouldThrowWhenTheMessageCannotBeRead() {
        MessageSource broken = out -> {
            out.write("From: a".getBytes(StandardCharsets.US_ASCII));
            throw new IOException("gone");
        };

        assertThatThrownBy(() -> bench().quarantine().hold(new Arrival("a1", new Envelope("", List.of(ALICE)), NOW), broken, MALICIOUS))
            .isInstanceOf(IOException.class);
        assertThat(bench().quarantine().search(Query.all())).isEmpty();
    }

    /** As by two nodes whose queue gave both the same mail, and whose scans came to other verdicts. */
    @Test
    default void holdShouldLeaveContentThatOpensWhenTheSameMailIsHeldWithAnotherVerdictMeanwhile() throws Exception {
        Arrival arrival = new Arrival("a1", new Envelope("mallory@evil.example", List.of(ALICE)), NOW);
        Verdict other = new Verdict.Failed(Score.NONE, List.of(), List.of(), "an engine does not answer");
        int[] readings = new int[1];
        MessageSource overtaken = out -> {
            // The second reading is the one that is stored.
            if (++readings[0] == 2) {
                bench().quarantine().hold(arrival, MessageSource.of(MESSAGE), MALICIOUS);
            }
            out.write(MESSAGE);
        };

        HeldMail held = bench().quarantine().hold(arrival, overtaken, other);

        assertThat(held.verdict()).isEqualTo(MALICIOUS);
        assertThat(bench().quarantine().search(Query.all())).containsExactly(held);
        assertThat(open(held.id())).isEqualTo(MESSAGE);
    }

    @Test
    default void holdShouldMakeOneRecordWhenFiftyThreadsRepeatIt() throws Exception {
        List<HeldMail> held = together(50, () -> hold("a1", ALICE));
        bench().runBackground();

        assertThat(held.stream().map(HeldMail::id).distinct()).hasSize(1);
        assertThat(bench().quarantine().search(Query.all())).hasSize(1);
        assertThat(bench().sent().of(Outgoing.Kind.ADMINISTRATOR_NOTICE)).hasSize(1);
        assertThat(open(held.get(0).id())).isEqualTo(MESSAGE);
    }

    @Test
    default void searchShouldFindByRecipientStateAndText() throws Exception {
        HeldMail toAlice = hold("a1", "Alice@example.org");
        HeldMail toBob = hold("a2", BOB);
        bench().quarantine().request(toBob.id(), BOB, "please", BY_ADMIN);
        HeldMail requested = bench().quarantine().find(toBob.id()).orElseThrow();
        Quarantine quarantine = bench().quarantine();

        assertThat(quarantine.search(Query.of(ALICE))).containsExactly(toAlice);
        assertThat(quarantine.search(new Query(Optional.empty(), Set.of(State.REQUESTED), "", Optional.empty(), 10))).containsExactly(requested);
        assertThat(quarantine.search(new Query(Optional.of(BOB), Set.of(State.HELD), "", Optional.empty(), 10))).isEmpty();
        assertThat(quarantine.search(new Query(Optional.empty(), Set.of(), "RECHNUNG FÜR", Optional.empty(), 10))).hasSize(2);
        assertThat(quarantine.search(new Query(Optional.empty(), Set.of(), "100%", Optional.empty(), 10))).isEmpty();
        assertThat(quarantine.search(new Query(Optional.empty(), Set.of(), "bob@", Optional.empty(), 10))).containsExactly(requested);
    }

    @Test
    default void searchShouldPageNewestFirst() throws Exception {
        for (int number = 0; number < 5; number++) {
            bench().quarantine().hold(new Arrival("a" + number, new Envelope("", List.of(ALICE)), NOW.plusSeconds(number / 2)),
                MessageSource.of(MESSAGE), MALICIOUS);
        }
        List<HeldMail> all = bench().quarantine().search(Query.all());

        List<HeldMail> first = bench().quarantine().search(new Query(Optional.empty(), Set.of(), "", Optional.empty(), 2));
        List<HeldMail> second = bench().quarantine().search(new Query(Optional.of(ALICE), Set.of(), "", Optional.of(first.get(1).id()), 2));
        List<HeldMail> third = bench().quarantine().search(new Query(Optional.empty(), Set.of(), "", Optional.of(second.get(1).id()), 2));

        assertThat(all).hasSize(5).isSortedAccordingTo((one, other) -> other.received().compareTo(one.received()));
        assertThat(first).isEqualTo(all.subList(0, 2));
        assertThat(second).isEqualTo(all.subList(2, 4));
        assertThat(third).isEqualTo(all.subList(4, 5));
    }

    @Test
    default void releaseShouldSendOnceAndForThatRecipientAlone() throws Exception {
        HeldMail held = hold("a1", ALICE, BOB);

        Outcome outcome = bench().quarantine().release(held.id(), Set.of("ALICE@example.org"), BY_ALICE);
        Outcome again = bench().quarantine().release(held.id(), Set.of(ALICE), BY_ALICE);

        assertThat(outcome).isEqualTo(new Outcome.Done(State.RELEASED, Set.of(ALICE)));
        assertThat(again).isEqualTo(new Outcome.Already(State.RELEASED));
        assertThat(bench().quarantine().find(held.id()).orElseThrow().states()).isEqualTo(Map.of(ALICE, State.RELEASED, BOB, State.HELD));
        assertThat(bench().sent().of(Outgoing.Kind.RELEASE)).singleElement().satisfies(sent -> {
            assertThat(sent.message().recipients()).containsExactly(ALICE);
            assertThat(sent.message().sender()).isEqualTo("mallory@evil.example");
            assertThat(sent.text()).contains("See the attachment.").doesNotContain("invoice.exe").contains("attachments.zip");
        });
    }

    @Test
    default void releaseShouldSendOnceWhenSixteenThreadsClick() throws Exception {
        HeldMail held = hold("a1", ALICE);

        List<Outcome> outcomes = together(16, () -> bench().quarantine().release(held.id(), Set.of(ALICE), BY_ALICE));

        assertThat(outcomes).filteredOn(Outcome.Done.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(Outcome.Already.class::isInstance).hasSize(15);
        assertThat(bench().sent().of(Outgoing.Kind.RELEASE)).hasSize(1);
    }

    @Test
    default void releaseShouldLeaveTheMailAsItWasWhenTheQueueIsDown() throws Exception {
        HeldMail held = hold("a1", ALICE, BOB);
        bench().quarantine().request(held.id(), BOB, "", BY_ADMIN);
        bench().sent().failing(true);

        Outcome outcome = bench().quarantine().release(held.id(), Set.of(), BY_ADMIN);

        assertThat(outcome).isInstanceOf(Outcome.FailedToAct.class);
        assertThat(bench().quarantine().find(held.id()).orElseThrow().states()).isEqualTo(Map.of(ALICE, State.HELD, BOB, State.REQUESTED));

        bench().sent().failing(false);

        assertThat(bench().quarantine().release(held.id(), Set.of(), BY_ADMIN)).isEqualTo(new Outcome.Done(State.RELEASED, Set.of(ALICE, BOB)));
        assertThat(bench().sent().of(Outgoing.Kind.RELEASE)).hasSize(2);
    }

    @Test
    default void releaseShouldHoldForAllWhenTheSettingSaysSo() throws Exception {
        bench().set(RecipientMode.RELEASE, DecisionScope.ALL, PasswordPlace.ATTACHED);
        HeldMail held = hold("a1", ALICE, BOB);

        Outcome outcome = bench().quarantine().release(held.id(), Set.of(ALICE), BY_ALICE);

        assertThat(outcome).isEqualTo(new Outcome.Done(State.RELEASED, Set.of(ALICE, BOB)));
    }

    @Test
    default void releaseShouldBeUnknownForOthersThanItsRecipients() throws Exception {
        HeldMail held = hold("a1", ALICE);

        assertThat(bench().quarantine().release(held.id(), Set.of(BOB), BY_ADMIN)).isEqualTo(new Outcome.Unknown());
        assertThat(bench().quarantine().release(new RecordId("0".repeat(32)), Set.of(ALICE), BY_ADMIN)).isEqualTo(new Outcome.Unknown());
        assertThat(bench().quarantine().release(held.id(), Set.of(), BY_ALICE)).isEqualTo(new Outcome.Unknown());
        assertThat(bench().sent().of(Outgoing.Kind.RELEASE)).isEmpty();
    }

    @Test
    default void releaseShouldBeRefusedToARecipientWhenRequestsAreAsked() throws Exception {
        bench().set(RecipientMode.REQUEST, DecisionScope.RECIPIENT, PasswordPlace.ATTACHED);
        HeldMail held = hold("a1", ALICE);

        assertThat(bench().quarantine().release(held.id(), Set.of(ALICE), BY_ALICE)).isInstanceOf(Outcome.FailedToAct.class);
        assertThat(bench().quarantine().find(held.id()).orElseThrow().states()).containsEntry(ALICE, State.HELD);
    }

    @Test
    default void requestShouldTellAdministratorsAndTheDecisionTheRecipient() throws Exception {
        bench().set(RecipientMode.REQUEST, DecisionScope.RECIPIENT, PasswordPlace.ATTACHED);
        HeldMail held = hold("a1", ALICE, BOB, STRANGER);
        for (String recipient : List.of(ALICE, BOB, STRANGER)) {
            bench().quarantine().request(held.id(), recipient, "I need it", BY_ALICE);
        }

        Outcome denied = bench().quarantine().deny(held.id(), Set.of(ALICE, STRANGER), BY_ADMIN);
        Outcome released = bench().quarantine().release(held.id(), Set.of(BOB), BY_ADMIN);
        bench().runBackground();

        assertThat(denied).isEqualTo(new Outcome.Done(State.DENIED, Set.of(ALICE, STRANGER)));
        assertThat(released).isEqualTo(new Outcome.Done(State.RELEASED, Set.of(BOB)));
        assertThat(bench().sent().of(Outgoing.Kind.ADMINISTRATOR_NOTICE)).filteredOn(sent -> sent.text().contains("I need it")).hasSize(3)
            .allSatisfy(sent -> assertThat(sent.text().replace("=\r\n", "")).contains("/admin/mail/" + held.id()));
        assertThat(bench().sent().of(Outgoing.Kind.NOTICE)).extracting(sent -> sent.message().recipients())
            .containsExactlyInAnyOrder(List.of(ALICE), List.of(BOB));
    }

    @Test
    default void deleteShouldRemoveTheContentWhenItIsTheLastRecipients() throws Exception {
        HeldMail held = hold("a1", ALICE, BOB);

        Outcome first = bench().quarantine().delete(held.id(), Set.of(ALICE), BY_ALICE);

        assertThat(first).isEqualTo(new Outcome.Done(State.DELETED, Set.of(ALICE)));
        assertThat(open(held.id())).isEqualTo(MESSAGE);

        Outcome second = bench().quarantine().delete(held.id(), Set.of(), BY_ADMIN);

        bench().advance(Duration.ofMinutes(16));
        bench().runBackground();

        assertThat(second).isEqualTo(new Outcome.Done(State.DELETED, Set.of(BOB)));
        assertThat(bench().quarantine().open(held.id(), BY_ADMIN, (mail, message) -> 1)).isEmpty();
        assertThat(bench().quarantine().find(held.id())).isPresent();
        assertThat(bench().quarantine().release(held.id(), Set.of(ALICE), BY_ALICE)).isEqualTo(new Outcome.Already(State.DELETED));
    }

    @Test
    default void deletionShouldBeTakenBackByWhoDeletedAndTheAdministratorsTold() throws Exception {
        HeldMail held = hold("a1", ALICE, BOB);
        bench().quarantine().request(held.id(), ALICE, "", BY_ALICE);
        bench().quarantine().delete(held.id(), Set.of(ALICE), BY_ALICE);
        bench().quarantine().delete(held.id(), Set.of(BOB), BY_ADMIN);
        bench().advance(Duration.ofMinutes(9));
        bench().runBackground();
        Quarantine quarantine = bench().quarantine();

        assertThat(quarantine.undoUntil(held.id(), ALICE, BY_ALICE)).contains(NOW.plus(Duration.ofMinutes(10)));
        assertThat(quarantine.undoUntil(held.id(), BOB, BY_ALICE)).isEmpty();
        assertThat(quarantine.undoUntil(held.id(), ALICE, BY_ADMIN)).isEmpty();
        assertThat(quarantine.undelete(held.id(), Set.of(BOB), BY_ALICE)).isEqualTo(new Outcome.Already(State.DELETED));

        Outcome outcome = quarantine.undelete(held.id(), Set.of(ALICE), BY_ALICE);
        bench().advance(Duration.ofDays(1));
        bench().runBackground();

        assertThat(outcome).isEqualTo(new Outcome.Done(State.REQUESTED, Set.of(ALICE)));
        assertThat(quarantine.find(held.id()).orElseThrow().states()).isEqualTo(Map.of(ALICE, State.REQUESTED, BOB, State.DELETED));
        assertThat(open(held.id())).isEqualTo(MESSAGE);
        assertThat(quarantine.undelete(held.id(), Set.of(ALICE), BY_ALICE)).isEqualTo(new Outcome.Already(State.REQUESTED));
        assertThat(bench().sent().of(Outgoing.Kind.ADMINISTRATOR_NOTICE)).extracting(sent -> sent.message().name())
            .anyMatch(name -> name.startsWith("admin-restored"));
    }

    @Test
    default void deletionShouldNotBeTakenBackWhenItIsTooLate() throws Exception {
        HeldMail held = hold("a1", ALICE);
        bench().quarantine().delete(held.id(), Set.of(ALICE), BY_ALICE);
        bench().advance(Duration.ofMinutes(10));
        bench().runBackground();

        assertThat(bench().quarantine().undoUntil(held.id(), ALICE, BY_ALICE)).isEmpty();
        assertThat(bench().quarantine().undelete(held.id(), Set.of(ALICE), BY_ALICE)).isEqualTo(new Outcome.Already(State.DELETED));
        assertThat(bench().quarantine().undelete(new RecordId("f".repeat(32)), Set.of(ALICE), BY_ALICE)).isEqualTo(new Outcome.Unknown());
    }

    @Test
    default void deletedMailShouldTakeNoOtherDecision() throws Exception {
        bench().set(RecipientMode.REQUEST, DecisionScope.RECIPIENT, PasswordPlace.ATTACHED);
        HeldMail held = hold("a1", ALICE);
        bench().quarantine().delete(held.id(), Set.of(ALICE), BY_ALICE);

        assertThat(bench().quarantine().request(held.id(), ALICE, "", BY_ALICE)).isEqualTo(new Outcome.Already(State.DELETED));
        assertThat(bench().quarantine().deny(held.id(), Set.of(), BY_ADMIN)).isEqualTo(new Outcome.Already(State.DELETED));
        assertThat(bench().quarantine().release(held.id(), Set.of(), BY_ADMIN)).isEqualTo(new Outcome.Already(State.DELETED));
    }

    @Test
    default void deniedMailShouldStillBeReleasableByAnAdministrator() throws Exception {
        HeldMail held = hold("a1", ALICE);
        bench().quarantine().request(held.id(), ALICE, "", BY_ALICE);
        bench().quarantine().deny(held.id(), Set.of(), BY_ADMIN);

        assertThat(bench().quarantine().request(held.id(), ALICE, "", BY_ALICE)).isEqualTo(new Outcome.Already(State.DENIED));
        assertThat(bench().quarantine().release(held.id(), Set.of(), BY_ADMIN)).isEqualTo(new Outcome.Done(State.RELEASED, Set.of(ALICE)));
    }

    @Test
    default void denyShouldBeRefusedToARecipient() throws Exception {
        HeldMail held = hold("a1", ALICE);
        bench().quarantine().request(held.id(), ALICE, "", BY_ALICE);

        assertThat(bench().quarantine().deny(held.id(), Set.of(ALICE), BY_ALICE)).isInstanceOf(Outcome.FailedToAct.class);
        assertThat(bench().quarantine().find(held.id()).orElseThrow().states()).containsEntry(ALICE, State.REQUESTED);
    }

    @Test
    default void fiftyThreadsShouldHoldAndReleaseWithoutLosingOrDoublingAnything() throws Exception {
        AtomicInteger number = new AtomicInteger();

        List<Outcome> outcomes = together(50, () -> {
            HeldMail held = hold("a" + number.getAndIncrement(), ALICE, BOB);
            bench().quarantine().delete(held.id(), Set.of(BOB), BY_ADMIN);
            return bench().quarantine().release(held.id(), Set.of(), BY_ADMIN);
        });
        bench().runBackground();

        assertThat(outcomes).containsOnly(new Outcome.Done(State.RELEASED, Set.of(ALICE)));
        assertThat(bench().quarantine().search(Query.all())).hasSize(50)
            .allSatisfy(mail -> assertThat(mail.states()).isEqualTo(Map.of(ALICE, State.RELEASED, BOB, State.DELETED)));
        assertThat(bench().sent().of(Outgoing.Kind.RELEASE).stream().map(sent -> sent.message().name()).distinct()).hasSize(50);
        assertThat(bench().sent().of(Outgoing.Kind.RELEASE)).hasSize(50);
        bench().advance(Duration.ofHours(1));
        bench().runBackground();
        // 20 by themselves, and a digest of the others.
        List<SentMail.Sent> told = bench().sent().of(Outgoing.Kind.ADMINISTRATOR_NOTICE);
        assertThat(told).hasSize(21);
        assertThat(told.get(20).text().split("/admin/mail/", -1)).hasSize(2 * 130 + 1);
    }

    @Test
    default void startShouldSendTheOutboxInTheBackground() throws Exception {
        bench().quarantine().start();

        HeldMail held = hold("a1", ALICE);

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(bench().sent().of(Outgoing.Kind.ADMINISTRATOR_NOTICE)).singleElement()
            .satisfies(sent -> assertThat(sent.text()).contains(held.id().value())));
    }

    @Test
    default void noticesBeyondTheLimitShouldBecomeOneDigestWithEveryLink() throws Exception {
        List<HeldMail> held = new ArrayList<>();
        int alone = 0;
        for (int number = 1; number <= 8; number++) {
            HeldMail mail = hold("a" + number, ALICE);
            held.add(mail);
            alone += bench().quarantine().notice(mail, ALICE).isPresent() ? 1 : 0;
        }
        boolean repeated = bench().quarantine().notice(held.get(7), ALICE).isPresent();
        bench().quarantine().release(held.get(5).id(), Set.of(ALICE), BY_ADMIN);
        bench().runBackground();

        assertThat(alone).isEqualTo(5);
        assertThat(repeated).isFalse();
        assertThat(bench().sent().of(Outgoing.Kind.NOTICE)).isEmpty();

        bench().advance(Duration.ofHours(1));
        bench().runBackground();
        bench().runBackground();

        List<SentMail.Sent> digests = bench().sent().of(Outgoing.Kind.NOTICE);
        assertThat(digests).hasSize(1);
        assertThat(digests.get(0).message().recipients()).containsExactly(ALICE);
        String text = digests.get(0).text().replace("=\r\n", "").replace("=3D", "=");
        for (HeldMail mail : held) {
            boolean waited = held.indexOf(mail) > 5;
            assertThat(text.contains(bench().quarantine().links().url(mail, ALICE).toString())).as("%s", held.indexOf(mail)).isEqualTo(waited);
        }
    }

    @Test
    default void noticesToASenderBeyondTheLimitShouldBecomeOneDigestApartFromWhatTheyReceive() throws Exception {
        List<HeldMail> sent = new ArrayList<>();
        int alone = 0;
        for (int number = 1; number <= 8; number++) {
            HeldMail mail = bench().quarantine().hold(new Arrival("out" + number, new Envelope(ALICE, List.of(STRANGER)), NOW),
                MessageSource.of(MESSAGE), MALICIOUS);
            sent.add(mail);
            alone += bench().quarantine().senderNotice(mail, List.of(STRANGER)).isPresent() ? 1 : 0;
        }
        boolean repeated = bench().quarantine().senderNotice(sent.get(7), List.of(STRANGER)).isPresent();
        boolean received = bench().quarantine().notice(hold("in", ALICE), ALICE).isPresent();
        bench().runBackground();

        assertThat(alone).isEqualTo(5);
        assertThat(repeated).isFalse();
        assertThat(received).isTrue();
        assertThat(bench().sent().of(Outgoing.Kind.NOTICE)).isEmpty();

        bench().advance(Duration.ofHours(1));
        bench().runBackground();
        bench().runBackground();

        assertThat(bench().sent().of(Outgoing.Kind.NOTICE)).singleElement().satisfies(digest -> {
            assertThat(digest.message().recipients()).containsExactly(ALICE);
            assertThat(digest.message().sender()).isEmpty();
            assertThat(digest.text()).contains("Subject: Mails you sent that were held: 3", "They were not delivered.").doesNotContain("/m/");
        });
    }

    @Test
    default void administratorsNoticesBeyondTheLimitShouldBecomeOneDigest() throws Exception {
        List<HeldMail> held = new ArrayList<>();
        for (int number = 1; number <= 23; number++) {
            held.add(hold("a" + number, ALICE));
        }
        bench().runBackground();
        List<SentMail.Sent> alone = bench().sent().of(Outgoing.Kind.ADMINISTRATOR_NOTICE);
        bench().sent().clear();
        bench().advance(Duration.ofHours(1));
        bench().runBackground();

        List<SentMail.Sent> digests = bench().sent().of(Outgoing.Kind.ADMINISTRATOR_NOTICE);
        assertThat(alone).hasSize(20);
        assertThat(digests).hasSize(1);
        assertThat(held).allMatch(mail -> digests.get(0).text().contains("/admin/mail/" + mail.id())
            || alone.stream().anyMatch(one -> one.text().contains("/admin/mail/" + mail.id())));
    }

    @Test
    default void digestThatCannotBeSentShouldBeTriedAgain() throws Exception {
        for (int number = 1; number <= 6; number++) {
            bench().quarantine().notice(hold("a" + number, ALICE), ALICE);
        }
        bench().runBackground();
        bench().advance(Duration.ofHours(1));
        bench().sent().failing(true);
        bench().runBackground();
        bench().sent().failing(false);
        bench().advance(Duration.ofMinutes(1));
        bench().runBackground();

        assertThat(bench().sent().of(Outgoing.Kind.NOTICE)).hasSize(1);
    }

    @Test
    default void noticeShouldBeTheSameBytesEachTimeAndOnlyForLocalRecipients() throws Exception {
        HeldMail held = hold("a1", ALICE, STRANGER);
        Outgoing.Message notice = bench().quarantine().notice(held, ALICE).orElseThrow();
        bench().advance(Duration.ofHours(1));
        Outgoing.Message again = bench().quarantine().notice(held, ALICE).orElseThrow();

        assertThat(bytes(again)).isEqualTo(bytes(notice));
        assertThat(notice.sender()).isEmpty();
        assertThat(notice.recipients()).containsExactly(ALICE);
        assertThat(bench().quarantine().notice(held, STRANGER)).isEmpty();
        String text = new String(bytes(notice), StandardCharsets.US_ASCII).replace("=\r\n", "").replace("=3D", "=");
        String token = text.replaceFirst("(?s).*?/m/([A-Za-z0-9_-]+).*", "$1");
        assertThat(bench().quarantine().links().verify(token)).hasValueSatisfying(capability -> {
            assertThat(capability.record()).isEqualTo(held.id());
            assertThat(capability.recipient()).isEqualTo(ALICE);
        });
    }

    @Test
    default void administratorsNoticesShouldBeRetriedUntilTheQueueTakesThem() throws Exception {
        bench().sent().failing(true);
        hold("a1", ALICE);
        bench().runBackground();
        bench().sent().failing(false);
        bench().runBackground();

        assertThat(bench().sent().all()).isEmpty();

        bench().advance(Duration.ofMinutes(1));
        bench().runBackground();
        bench().runBackground();

        assertThat(bench().sent().of(Outgoing.Kind.ADMINISTRATOR_NOTICE)).hasSize(1);
    }

    @Test
    default void checkMarkerShouldBeValidOnceForTheReleasedMail() throws Exception {
        HeldMail held = hold("a1", ALICE);
        bench().quarantine().release(held.id(), Set.of(ALICE), BY_ALICE);
        byte[] released = bench().sent().of(Outgoing.Kind.RELEASE).get(0).bytes();
        byte[] inTransit = ("Received: from localhost by mail.example.org\r\nReturn-Path: <mallory@evil.example>\r\n"
            + new String(released, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
        Quarantine quarantine = bench().quarantine();

        assertThat(quarantine.checkMarker("r0", List.of(BOB), MessageSource.of(inTransit))).isEqualTo(Marker.FORGED);
        assertThat(quarantine.checkMarker("r1", List.of(ALICE), MessageSource.of(inTransit))).isEqualTo(Marker.VALID);
        assertThat(quarantine.checkMarker("r1", List.of(ALICE), MessageSource.of(inTransit))).isEqualTo(Marker.VALID);
        assertThat(quarantine.checkMarker("r2", List.of(ALICE), MessageSource.of(inTransit))).isEqualTo(Marker.REPEATED);
        assertThat(quarantine.checkMarker("r3", List.of(ALICE), MessageSource.of(MESSAGE))).isEqualTo(Marker.ABSENT);

        bench().advance(Duration.ofDays(2));

        assertThat(quarantine.checkMarker("r1", List.of(ALICE), MessageSource.of(inTransit))).isEqualTo(Marker.FORGED);
    }

    @Test
    default void administratorShouldReleaseTheUntouchedOriginal() throws Exception {
        HeldMail held = hold("a1", ALICE, BOB);

        Outcome refused = bench().quarantine().release(held.id(), Set.of(ALICE), Quarantine.Form.ORIGINAL, BY_ALICE);
        Outcome outcome = bench().quarantine().release(held.id(), Set.of(ALICE), Quarantine.Form.ORIGINAL, BY_ADMIN);

        assertThat(refused).isInstanceOf(Outcome.FailedToAct.class);
        assertThat(outcome).isEqualTo(new Outcome.Done(State.RELEASED, Set.of(ALICE)));
        String sent = new String(bench().sent().of(Outgoing.Kind.RELEASE).get(0).bytes(), StandardCharsets.ISO_8859_1);
        assertThat(sent).startsWith("X-Lazaret-Release: ").endsWith(new String(MESSAGE, StandardCharsets.ISO_8859_1));
        assertThat(sent.length() - MESSAGE.length).isLessThan(300);
        assertThat(bench().quarantine().checkMarker("r1", List.of(ALICE), MessageSource.of(sent.getBytes(StandardCharsets.ISO_8859_1))))
            .isEqualTo(Marker.VALID);
    }

    @Test
    default void copyShouldGoToAnybodyPassTheFilterAndChangeNothing() throws Exception {
        HeldMail held = hold("a1", ALICE);
        Quarantine quarantine = bench().quarantine();
        quarantine.release(held.id(), Set.of(ALICE), BY_ADMIN);
        bench().sent().clear();

        assertThat(quarantine.sendCopy(held.id(), STRANGER, Quarantine.Form.ORIGINAL, BY_ADMIN)).isEqualTo(new Quarantine.Copy.Sent(""));
        assertThat(quarantine.sendCopy(held.id(), STRANGER, Quarantine.Form.PROTECTED, BY_ADMIN)).isEqualTo(new Quarantine.Copy.Sent(""));
        assertThat(quarantine.sendCopy(held.id(), ALICE, Quarantine.Form.PROTECTED, BY_ADMIN)).isEqualTo(new Quarantine.Copy.Sent(""));
        assertThat(quarantine.sendCopy(held.id(), STRANGER, Quarantine.Form.ORIGINAL, BY_ALICE)).isInstanceOf(Quarantine.Copy.NotSent.class);
        assertThat(quarantine.sendCopy(new RecordId("f".repeat(32)), STRANGER, Quarantine.Form.ORIGINAL, BY_ADMIN))
            .isEqualTo(new Quarantine.Copy.NoSuchMail());

        List<SentMail.Sent> copies = bench().sent().of(Outgoing.Kind.RELEASE);
        assertThat(copies).extracting(copy -> copy.message().recipients()).containsExactly(List.of(STRANGER), List.of(STRANGER), List.of(ALICE));
        assertThat(copies).extracting(copy -> copy.message().sender()).containsOnly("");
        assertThat(copies.get(1).text()).contains("attachments.zip", "Password for").doesNotContain("dGVzdA==");
        // Each is delivered: none is taken for a repetition of another.
        for (SentMail.Sent copy : copies) {
            assertThat(quarantine.checkMarker(copy.message().name(), copy.message().recipients(), MessageSource.of(copy.bytes())))
                .isEqualTo(Marker.VALID);
        }
        assertThat(quarantine.find(held.id()).orElseThrow().states()).isEqualTo(Map.of(ALICE, State.RELEASED));
        assertThat(quarantine.audit().page(AuditQuery.of(held.id()))).extracting(link -> link.entry().action() + link.entry().recipients())
            .startsWith("copied[" + ALICE + "]", "copied[" + STRANGER + "]", "copied[" + STRANGER + "]", "released[" + ALICE + "]");
    }

    @Test
    default void copyThatTheQueueDoesNotTakeShouldSayWhyAndBeAudited() throws Exception {
        HeldMail held = hold("a1", ALICE);
        bench().sent().failing(true);

        assertThat(bench().quarantine().sendCopy(held.id(), STRANGER, Quarantine.Form.PROTECTED, BY_ADMIN))
            .isEqualTo(new Quarantine.Copy.NotSent("the queue is down"));

        assertThat(bench().quarantine().audit().page(AuditQuery.of(held.id()))).extracting(link -> link.entry().action())
            .startsWith("copy failed", "copied");
    }

    @Test
    default void passwordOfACopyShouldBeShownWhereTheMailDoesNotHoldIt() throws Exception {
        bench().set(RecipientMode.RELEASE, DecisionScope.RECIPIENT, PasswordPlace.PORTAL);
        HeldMail held = hold("a1", ALICE);

        Quarantine.Copy copy = bench().quarantine().sendCopy(held.id(), STRANGER, Quarantine.Form.PROTECTED, BY_ADMIN);

        assertThat(copy).isInstanceOfSatisfying(Quarantine.Copy.Sent.class, sent -> {
            assertThat(sent.password()).matches("([2-9a-km-np-z]{5}-){5}[2-9a-km-np-z]");
            assertThat(bench().sent().of(Outgoing.Kind.RELEASE).get(0).text()).doesNotContain(sent.password())
                .contains("/admin/mail/" + held.id());
        });
    }

    @Test
    default void downloadShouldBeAProtectedZipOfTheOriginal() throws Exception {
        HeldMail held = hold("a1", ALICE);
        Quarantine quarantine = bench().quarantine();
        ByteArrayOutputStream zip = new ByteArrayOutputStream();

        assertThat(quarantine.download(held.id(), BY_ADMIN, zip)).isTrue();
        assertThat(quarantine.download(new RecordId("f".repeat(32)), BY_ADMIN, zip)).isFalse();
        assertThatThrownBy(() -> quarantine.download(held.id(), BY_ALICE, zip)).isInstanceOf(IllegalArgumentException.class);

        String password = quarantine.downloadPassword(held.id(), BY_ADMIN);
        assertThat(unzip(zip.toByteArray(), password)).isEqualTo(MESSAGE);
        assertThatThrownBy(() -> unzip(zip.toByteArray(), password.substring(1))).isInstanceOf(IOException.class);
        assertThat(quarantine.audit().page(AuditQuery.of(held.id()))).extracting(link -> link.entry().action()).startsWith("downloaded");
    }

    private static byte[] unzip(byte[] zip, String password) throws IOException {
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip), password.toCharArray())) {
            LocalFileHeader entry = in.getNextEntry();
            assertThat(entry.getFileName()).isEqualTo("original.eml");
            assertThat(entry.getAesExtraDataRecord().getAesKeyStrength()).isEqualTo(AesKeyStrength.KEY_STRENGTH_256);
            return in.readAllBytes();
        }
    }

    @Test
    default void reasonOfADenialShouldReachTheRecipientAndTheAudit() throws Exception {
        HeldMail held = hold("a1", ALICE);
        bench().quarantine().request(held.id(), ALICE, "", BY_ALICE);

        bench().quarantine().deny(held.id(), Set.of(ALICE), "It is a virus", BY_ADMIN);
        bench().runBackground();

        assertThat(bench().sent().of(Outgoing.Kind.NOTICE)).anySatisfy(notice -> assertThat(notice.text()).contains("It is a virus"));
        assertThat(bench().quarantine().audit().page(AuditQuery.of(held.id())).get(0).entry().detail()).isEqualTo("It is a virus");
    }

    @Test
    default void auditorShouldDecideNothing() throws Exception {
        Actor auditor = new Actor(Actor.Role.AUDITOR, "audit@example.org", "192.0.2.3");
        HeldMail held = hold("a1", ALICE);
        Quarantine quarantine = bench().quarantine();
        quarantine.request(held.id(), ALICE, "", BY_ALICE);

        assertThat(quarantine.deny(held.id(), Set.of(ALICE), auditor)).isInstanceOf(Outcome.FailedToAct.class);
        assertThat(quarantine.release(held.id(), Set.of(), auditor)).isEqualTo(new Outcome.Unknown());
        assertThat(quarantine.delete(held.id(), Set.of(), auditor)).isEqualTo(new Outcome.Unknown());
        assertThatThrownBy(() -> quarantine.placeHold(held.id(), "why", auditor)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> quarantine.liftHold(held.id(), auditor)).isInstanceOf(IllegalArgumentException.class);
        assertThat(quarantine.sendCopy(held.id(), ALICE, Quarantine.Form.ORIGINAL, auditor)).isInstanceOf(Quarantine.Copy.NotSent.class);

        assertThat(quarantine.find(held.id()).orElseThrow().states()).isEqualTo(Map.of(ALICE, State.REQUESTED));
    }

    @Test
    default void statisticsShouldCountWhatIsHeldOnceAndWhatIsReleased() throws Exception {
        HeldMail held = hold("a1", ALICE, BOB);
        hold("a1", ALICE, BOB);
        hold("a2", ALICE);
        Quarantine quarantine = bench().quarantine();
        quarantine.release(held.id(), Set.of(ALICE, BOB), BY_ADMIN);
        quarantine.release(held.id(), Set.of(ALICE), BY_ADMIN);
        quarantine.statistics().count(Statistics.Kind.SCANNED, 2);
        bench().advance(Duration.ofHours(1));
        quarantine.statistics().count(Statistics.Kind.SCANNED, 1);

        List<Statistics.Hour> hours = quarantine.statistics().hours(NOW, NOW.plus(Duration.ofHours(2)));

        assertThat(hours).containsExactly(
            new Statistics.Hour(NOW, Map.of(Statistics.Kind.QUARANTINED, 2L, Statistics.Kind.RELEASED, 2L, Statistics.Kind.SCANNED, 2L)),
            new Statistics.Hour(NOW.plus(Duration.ofHours(1)), Map.of(Statistics.Kind.SCANNED, 1L)));
        assertThat(quarantine.statistics().hours(NOW.plus(Duration.ofHours(1)), NOW.plus(Duration.ofHours(2)))).hasSize(1);
    }

    @Test
    default void releasePasswordShouldBeTheOneInTheMail() throws Exception {
        HeldMail held = hold("a1", ALICE, BOB);
        bench().quarantine().release(held.id(), Set.of(ALICE), BY_ALICE);

        String password = bench().quarantine().releasePassword(held.id(), ALICE).orElseThrow();

        assertThat(bench().sent().of(Outgoing.Kind.RELEASE).get(0).text()).contains(password);
        assertThat(password).matches("([2-9a-km-np-z]{5}-){5}[2-9a-km-np-z]");
        assertThat(bench().quarantine().releasePassword(held.id(), BOB)).isEmpty();
    }

    @Test
    default void releasedMailShouldNotHoldThePasswordWhenThePortalShowsIt() throws Exception {
        bench().set(RecipientMode.RELEASE, DecisionScope.RECIPIENT, PasswordPlace.PORTAL);
        HeldMail held = hold("a1", ALICE);
        bench().quarantine().release(held.id(), Set.of(ALICE), BY_ALICE);

        String released = bench().sent().of(Outgoing.Kind.RELEASE).get(0).text();

        assertThat(released).doesNotContain(bench().quarantine().releasePassword(held.id(), ALICE).orElseThrow()).contains("/m/");
    }

    static byte[] bytes(Outgoing.Message message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        message.body().writeTo(bytes);
        return bytes.toByteArray();
    }

    static <T> List<T> together(int threads, Callable<T> work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> futures = executor.invokeAll(IntStream.range(0, threads).mapToObj(number -> work).toList());
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            executor.shutdown();
        }
    }
}

package org.lazaret.mailets.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.apache.james.server.task.json.JsonTaskAdditionalInformationSerializer;
import org.apache.james.server.task.json.JsonTaskSerializer;
import org.apache.james.server.task.json.dto.AdditionalInformationDTOModule;
import org.apache.james.server.task.json.dto.TaskDTOModule;
import org.apache.james.task.Task;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Outcome;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.Quarantine.Form;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.scan.engine.Engines;

class DecisionTaskTest {
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.org";
    private static final String FIRST = "1".repeat(32);
    private static final String SECOND = "2".repeat(32);
    private static final String THIRD = "3".repeat(32);
    private static final Actor ACTOR = new Actor(Actor.Role.ADMINISTRATOR, "webadmin:anna", "192.0.2.1");

    private final Quarantine quarantine = mock(Quarantine.class);

    private static DecisionTask.Order order(Map<String, String> search, String... mails) {
        return new DecisionTask.Order(DecisionTask.TYPE, Decision.DELETE, search, List.of(mails), Form.PROTECTED, "", ACTOR);
    }

    private static String figures(Task task) {
        DecisionTask.Progress progress = (DecisionTask.Progress) task.details().orElseThrow();
        return progress.done() + " " + progress.skipped() + " " + progress.failed() + " " + progress.remaining();
    }

    private void answers(String mail, Outcome outcome) {
        when(quarantine.delete(eq(new RecordId(mail)), any(), eq(ACTOR))).thenReturn(outcome);
    }

    @Test
    void runShouldGoOnAndCountWhenMailsFail() throws Exception {
        when(quarantine.delete(eq(new RecordId(FIRST)), any(), eq(ACTOR))).thenThrow(new IllegalStateException("no index"));
        answers(SECOND, new Outcome.FailedToAct("no content"));
        answers(THIRD, new Outcome.Done(State.DELETED, Set.of(ALICE)));
        DecisionTask task = new DecisionTask(quarantine, order(Map.of(), FIRST, SECOND, THIRD));

        assertThat(figures(task)).isEqualTo("0 0 0 3");
        assertThat(task.run()).isEqualTo(Task.Result.PARTIAL);
        assertThat(figures(task)).isEqualTo("1 0 2 0");
    }

    @Test
    void runShouldCountAsSkippedWhenTheStateDoesNotAllowIt() throws Exception {
        answers(FIRST, new Outcome.Already(State.RELEASED));
        answers(SECOND, new Outcome.Unknown());
        DecisionTask task = new DecisionTask(quarantine, order(Map.of(), FIRST, SECOND));

        assertThat(task.run()).isEqualTo(Task.Result.COMPLETED);
        assertThat(figures(task)).isEqualTo("0 2 0 0");
    }

    @Test
    void runShouldFindPageByPageAndDecideForTheRecipientsThatAreMeant() throws Exception {
        HeldMail first = mail(FIRST, Map.of(ALICE, State.RELEASED, BOB, State.HELD));
        HeldMail second = mail(SECOND, Map.of(ALICE, State.RELEASED, BOB, State.RELEASED));
        when(quarantine.search(any())).thenReturn(List.of(first), List.of(second), List.of());
        answers(FIRST, new Outcome.Done(State.DELETED, Set.of(BOB)));
        DecisionTask task = new DecisionTask(quarantine, order(Map.of("state", "held")));

        assertThat(task.run()).isEqualTo(Task.Result.COMPLETED);
        // The second was released to all after it was found.
        assertThat(figures(task)).isEqualTo("1 1 0 0");
        verify(quarantine).delete(new RecordId(FIRST), Set.of(BOB), ACTOR);
        verify(quarantine).search(new MailSearch(Map.of("state", "held")).query().withLimit(1_000).withAfter(new RecordId(SECOND)));
    }

    private HeldMail mail(String id, Map<String, State> states) {
        HeldMail mail = mock(HeldMail.class);
        when(mail.id()).thenReturn(new RecordId(id));
        when(mail.envelope()).thenReturn(new Envelope("billing@northwind.example", List.of(ALICE, BOB)));
        when(mail.states()).thenReturn(states);
        when(quarantine.find(new RecordId(id))).thenReturn(Optional.of(mail));
        return mail;
    }

    @Test
    void runShouldFinishTheMailAndStopWhenCancelled() throws Exception {
        CountDownLatch deciding = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        when(quarantine.delete(eq(new RecordId(FIRST)), any(), eq(ACTOR))).thenAnswer(call -> {
            deciding.countDown();
            goOn.await();
            return new Outcome.Done(State.DELETED, Set.of(ALICE));
        });
        DecisionTask task = new DecisionTask(quarantine, order(Map.of(), FIRST, SECOND));
        FutureTask<Task.Result> run = new FutureTask<>(task::run);
        Thread worker = Thread.ofPlatform().start(run);
        deciding.await();

        worker.interrupt();
        Awaitility.await("it waits for the mail, no longer for the end").until(() ->
            Arrays.stream(worker.getStackTrace()).anyMatch(frame -> frame.getMethodName().equals("join")));
        goOn.countDown();

        assertThatThrownBy(run::get).hasCauseInstanceOf(InterruptedException.class);
        assertThat(figures(task)).isEqualTo("1 0 0 1");
        verify(quarantine, never()).delete(eq(new RecordId(SECOND)), any(), any());
    }

    @Test
    void tasksShouldBeTheSameWhenAnotherServerReadsThem() throws Exception {
        LazaretTasks tasks = new LazaretTasks(() -> quarantine, Engines::none, () -> new Mailboxes(Optional.empty()));
        JsonTaskSerializer serializer = JsonTaskSerializer.of(tasks.taskDTOModules().toArray(TaskDTOModule[]::new));
        JsonTaskAdditionalInformationSerializer details = JsonTaskAdditionalInformationSerializer.of(
            tasks.taskAdditionalInformationDTOModules().toArray(AdditionalInformationDTOModule[]::new));
        DecisionTask.Order order = new DecisionTask.Order(DecisionTask.TYPE, Decision.RELEASE, Map.of("state", "held", "minScore", "7"),
            List.of(FIRST), Form.ORIGINAL, "why", ACTOR);
        DecisionTask.Progress progress = new DecisionTask.Progress(DecisionTask.TYPE, "release", 1, 2, 3, 4,
            Instant.parse("2026-11-24T00:00:00.123Z"));

        DecisionTask read = (DecisionTask) serializer.deserialize(serializer.serialize(new DecisionTask(quarantine, order)));

        assertThat(read.order()).isEqualTo(order);
        assertThat(read.type().asString()).isEqualTo("lazaret-mails-release");
        assertThat(details.deserialize(details.serialize(progress))).isEqualTo(progress);

        SimulationTask.Order simulated = new SimulationTask.Order(SimulationTask.TYPE, Map.of("state", "held"), Map.of("threshold.malicious", "6"),
            "", "", "", ACTOR);
        SimulationTask.Progress result = new SimulationTask.Progress(SimulationTask.TYPE, 3, 1, 0, 0, Map.of("quarantine → warn", 1L),
            List.of(new SimulationTask.Line(FIRST, "Hello", List.of("a@example.org"), "9.0", "quarantine", "9.0", "warn",
                List.of("type.executable"))),
            Instant.parse("2026-11-24T00:00:00.123Z"));
        SimulationTask again = (SimulationTask) serializer.deserialize(serializer.serialize(
            new SimulationTask(quarantine, Engines.none(), new Mailboxes(Optional.empty()), simulated)));
        assertThat(again.order()).isEqualTo(simulated);
        assertThat(details.deserialize(details.serialize(result))).isEqualTo(result);
    }

    @Test
    void searchShouldEndWhenItWasAskedForUnlessItEndsBefore() {
        Instant now = Instant.parse("2026-11-24T00:00:00Z");
        Instant before = Instant.parse("2026-01-01T00:00:00Z");

        assertThat(new MailSearch(Map.of("state", "held")).before(now).query().until()).hasValue(now);
        assertThat(new MailSearch(Map.of("until", "2999-01-01T00:00:00Z")).before(now).query().until()).hasValue(now);
        assertThat(new MailSearch(Map.of("until", before.toString())).before(now).query().until()).hasValue(before);
    }
}

package org.lazaret.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import jakarta.mail.MessagingException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lazaret.matchers.Deferrals;
import org.lazaret.matchers.VerdictAttribute;
import org.lazaret.policy.Policies;
import org.lazaret.policy.Policy;
import org.lazaret.policy.PolicySettings;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

class DeferTest {
    private static final String MESSAGE = "Subject: x\n\nbody\n";
    private static final Verdict FAILED = new Verdict.Failed(Score.NONE, List.of(), List.of(), "an engine is down");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    /** Mail as the queue took it, before who gave it disposes of it. */
    private record Queued(String name, String state, String message, int attempts, String arrivalId, boolean judged, Duration delay) {
    }

    private final List<Queued> queued = new ArrayList<>();
    private final RecordingMetricFactory metrics = new RecordingMetricFactory();
    private final MailQueue queue = mock(MailQueue.class);
    private final MailQueueFactory<MailQueue> queues = mock();
    private MailImpl mail;

    @BeforeEach
    void setUp() throws Exception {
        when(queues.createQueue(MailQueueFactory.SPOOL)).thenReturn(queue);
        doAnswer(call -> {
            Mail given = call.getArgument(0);
            return queued.add(new Queued(given.getName(), given.getState(), Mails.raw(given), Deferrals.attempts(given), Transit.arrivalId(given),
                given.getAttribute(VerdictAttribute.NAME).isPresent(), call.getArgument(1)));
        }).when(queue).enQueue(any(), any(Duration.class));
        mail = Mails.mail(MESSAGE, "a@example.org");
        mail.setState("transport");
        VerdictAttribute.set(mail, FAILED);
    }

    @Test
    void serviceShouldPutTheMailBackIntoTheProcessorItIsInAndEndThisOne() throws Exception {
        service(mail);

        assertThat(queued).singleElement().satisfies(given -> {
            assertThat(given.state()).isEqualTo("transport");
            assertThat(given.message()).isEqualTo(MESSAGE);
            assertThat(given.delay()).isEqualTo(Duration.ofMinutes(1));
            assertThat(given.attempts()).isOne();
            assertThat(given.arrivalId()).isEqualTo("Mail-1");
            assertThat(given.name()).isNotEqualTo("Mail-1");
            assertThat(given.judged()).isFalse();
        });
        assertThat(mail.getState()).isEqualTo(Mail.GHOST);
    }

    @Test
    void serviceShouldWaitLongerWithEachAttempt() throws Exception {
        for (int attempt = 0; attempt < 8; attempt++) {
            mail.setState("transport");
            service(mail);
            Deferrals.count(mail, CLOCK.instant(), Duration.ofMinutes(1));
        }

        assertThat(queued).extracting(Queued::delay).extracting(Duration::toMinutes).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
        assertThatThrownBy(() -> service(mail)).isInstanceOf(MessagingException.class).hasMessageContaining("as often as defer.attempts allows");
    }

    @Test
    void serviceShouldThrowAndLeaveTheMailWhenTheQueueDoesNotTakeIt() throws Exception {
        doThrow(new MailQueue.MailQueueException("disk full")).when(queue).enQueue(any(), any(Duration.class));

        assertThatThrownBy(() -> service(mail)).isInstanceOf(MessagingException.class);
        assertThat(mail.getState()).isEqualTo("transport");
        assertThat(Deferrals.attempts(mail)).isZero();
        assertThat(Mails.raw(mail)).isEqualTo(MESSAGE);
    }

    @Test
    void serviceShouldThrowWhenTheCopyWouldLoseItsAttributes() throws Exception {
        AttributeValue<String> uncopyable = mock();
        when(uncopyable.duplicate()).thenThrow(new IllegalStateException("of another class loader"));
        mail.setAttribute(new Attribute(AttributeName.of("uncopyable"), uncopyable));

        assertThatThrownBy(() -> service(mail)).isInstanceOf(MessagingException.class);
        assertThat(queued).isEmpty();
        assertThat(mail.getState()).isEqualTo("transport");
    }

    @Test
    void serviceShouldLetAReleasedMailPass() throws Exception {
        VerdictAttribute.setReleased(mail);

        service(mail);

        assertThat(queued).isEmpty();
        assertThat(mail.getState()).isEqualTo("transport");
    }

    @Test
    void serviceShouldKeepTheMessageReadableForWhoeverHoldsTheMailWhenTheCopyIsDisposedOf() throws Exception {
        service(mail);

        verify(queue).enQueue(any(), any(Duration.class));
        assertThat(Mails.raw(mail)).isEqualTo(MESSAGE);
    }

    private void service(Mail given) throws MessagingException {
        Mails.init(new Defer(queues, Policies.of(new Policy(PolicySettings.DEFAULT)), CLOCK, new Meters(metrics))).service(given);
    }
}

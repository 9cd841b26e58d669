package org.lazaret.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lazaret.matchers.Deferrals;
import org.lazaret.matchers.Directions;
import org.lazaret.matchers.VerdictAttribute;
import org.lazaret.policy.Deferral;
import org.lazaret.policy.Policies;
import org.lazaret.policy.Policy;
import org.lazaret.policy.PolicySettings;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.QuotaException;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

class QuarantineTest {
    private static final String MESSAGE = "Subject: x\n\nbody\n";
    private static final Verdict MALICIOUS = new Verdict.Scanned(Score.of(9), List.of(), List.of());

    private final FakeQuarantine quarantine = new FakeQuarantine();
    private final RecordingMetricFactory metrics = new RecordingMetricFactory();
    private final List<Outgoing.Message> sent = new ArrayList<>();
    private final DomainList domains = mock(DomainList.class);
    private final MailQueue queue = mock(MailQueue.class);
    private final MailQueueFactory<MailQueue> queues = mock();

    @BeforeEach
    void setUp() throws Exception {
        when(domains.containsDomain(Domain.of("example.org"))).thenReturn(true);
        when(queues.createQueue(MailQueueFactory.SPOOL)).thenReturn(queue);
    }

    @Test
    void serviceShouldHoldTheMailAndSendEachLocalRecipientANotice() throws Exception {
        MailImpl mail = Mails.mail(MESSAGE, "a@example.org", "b@example.org", "c@elsewhere.example");
        VerdictAttribute.set(mail, MALICIOUS);

        service(mail);

        assertThat(quarantine.held).singleElement().satisfies(held -> {
            assertThat(held.message()).isEqualTo(MESSAGE.replace("\n", "\r\n"));
            assertThat(held.verdict()).isEqualTo(MALICIOUS);
            assertThat(held.arrival().arrivalId()).isEqualTo("Mail-1");
            assertThat(held.arrival().envelope().sender()).isEqualTo("sender@elsewhere.example");
            assertThat(held.arrival().envelope().recipients()).containsExactly("a@example.org", "b@example.org", "c@elsewhere.example");
        });
        assertThat(sent).extracting(Outgoing.Message::recipients).containsExactly(List.of("a@example.org"), List.of("b@example.org"));
        assertThat(mail.getState()).isEqualTo(Mail.GHOST);
    }

    @Test
    void serviceShouldTellTheLocalSenderAndNobodyElsewhereWhenTheMailIsOnItsWayOut() throws Exception {
        MailImpl mail = Mails.mail(MESSAGE, "c@elsewhere.example", "d@elsewhere.example", "a@example.org");
        mail.setSender(new MailAddress("b@example.org"));
        mail.setAttribute(new Attribute(Mail.SMTP_AUTH_USER, AttributeValue.of("b@example.org")));
        VerdictAttribute.set(mail, MALICIOUS);

        service(mail);

        assertThat(sent).extracting(Outgoing.Message::name, Outgoing.Message::recipients).containsExactly(
            tuple("notice", List.of("a@example.org")), tuple("sender [c@elsewhere.example, d@elsewhere.example]", List.of("b@example.org")));
    }

    @Test
    void serviceShouldNotTellASenderThatAnybodyCouldHaveWritten() throws Exception {
        MailImpl mail = Mails.mail(MESSAGE, "c@elsewhere.example");
        mail.setSender(new MailAddress("b@example.org"));
        VerdictAttribute.set(mail, MALICIOUS);

        service(mail);

        assertThat(sent).isEmpty();
        assertThat(quarantine.held).hasSize(1);
    }

    @Test
    void serviceShouldKeepTheArrivalIdWhenJamesSplitsAndRenamesTheMail() throws Exception {
        MailImpl mail = Mails.mail(MESSAGE, "a@example.org");
        Mails.init(new RemoveForgedHeaders(quarantine, new Meters(metrics))).service(mail);
        Mail split = mail.duplicate();
        VerdictAttribute.set(split, MALICIOUS);

        service(split);

        assertThat(split.getName()).isNotEqualTo("Mail-1");
        assertThat(quarantine.held.getFirst().arrival().arrivalId()).isEqualTo("Mail-1");
    }

    @Test
    void serviceShouldHoldAMailThatWasNotScanned() throws Exception {
        MailImpl mail = Mails.mail(MESSAGE, "a@example.org");

        service(mail);

        assertThat(quarantine.held.getFirst().verdict()).isInstanceOf(Verdict.Failed.class);
    }

    @Test
    void serviceShouldLetAReleasedMailPass() throws Exception {
        MailImpl mail = Mails.mail(MESSAGE, "a@example.org");
        VerdictAttribute.setReleased(mail);

        service(mail);

        assertThat(quarantine.held).isEmpty();
        assertThat(mail.getState()).isNotEqualTo(Mail.GHOST);
    }

    @Test
    void serviceShouldTurnAnErrorIntoAnExceptionThatJamesCatches() throws Exception {
        quarantine.failure = new StackOverflowError();
        MailImpl mail = Mails.mail(MESSAGE, "a@example.org");
        VerdictAttribute.set(mail, MALICIOUS);

        assertThatThrownBy(() -> service(mail)).isInstanceOf(MessagingException.class);
    }

    @Test
    void initShouldRefuseParameters() {
        assertThatThrownBy(() -> Mails.init(mailet(), "repositoryPath", "x"))
            .isInstanceOf(MessagingException.class)
            .hasMessage("Quarantine has no parameter repositoryPath; it has none");
    }

    static Stream<IOException> reasons() {
        return Stream.of(new QuotaException("full"), new IOException("No space left on device"));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void serviceShouldPutTheMailBackIntoTheQueueWhenItCannotBeStored(IOException reason) throws Exception {
        quarantine.failure = reason;
        MailImpl mail = Mails.mail(MESSAGE, "a@example.org");
        mail.setState("transport");
        VerdictAttribute.set(mail, MALICIOUS);
        List<String> queued = new ArrayList<>();
        doAnswer(call -> {
            Mail given = call.getArgument(0);
            return queued.add(given.getState() + " " + given.getRecipients() + " " + Deferrals.attempts(given) + " " + Transit.arrivalId(given) + " "
                + given.getAttribute(VerdictAttribute.NAME).isPresent() + " " + call.getArgument(1));
        }).when(queue).enQueue(any(), any(Duration.class));

        service(mail);

        assertThat(queued).containsExactly("transport [a@example.org] 1 Mail-1 false PT1M");
        assertThat(mail.getState()).isEqualTo(Mail.GHOST);
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void serviceShouldThrowWhenItCannotBeStoredAndWasPutBackAsOftenAsItMay(IOException reason) throws Exception {
        quarantine.failure = reason;
        MailImpl mail = Mails.mail(MESSAGE, "a@example.org");
        VerdictAttribute.set(mail, MALICIOUS);
        for (int attempt = 0; attempt < Deferral.DEFAULT.attempts(); attempt++) {
            Deferrals.count(mail, Instant.EPOCH, Duration.ofMinutes(1));
        }

        assertThatThrownBy(() -> service(mail)).isInstanceOf(MessagingException.class).hasMessageContaining("defer.attempts")
            .hasMessageContaining(reason.getMessage());
        assertThat(mail.getState()).isNotEqualTo(Mail.GHOST);
        verify(queue, never()).enQueue(any(), any(Duration.class));
    }

    @Test
    void serviceShouldThrowWhenTheQuarantineIsFullAndTheQueueDoesNotTakeTheMail() throws Exception {
        quarantine.failure = new QuotaException("full");
        doThrow(new MailQueue.MailQueueException("disk full")).when(queue).enQueue(any(), any(Duration.class));
        MailImpl mail = Mails.mail(MESSAGE, "a@example.org");
        VerdictAttribute.set(mail, MALICIOUS);

        assertThatThrownBy(() -> service(mail)).isInstanceOf(MessagingException.class);
        assertThat(mail.getState()).isNotEqualTo(Mail.GHOST);
        assertThat(Mails.raw(mail)).isEqualTo(MESSAGE);
    }

    private Quarantine mailet() {
        return new Quarantine(quarantine, sent::add, new Directions(domains), queues, Policies.of(new Policy(PolicySettings.DEFAULT)),
            Clock.systemUTC(), new Meters(metrics));
    }

    private void service(Mail mail) throws MessagingException {
        Mails.init(mailet()).service(mail);
    }
}

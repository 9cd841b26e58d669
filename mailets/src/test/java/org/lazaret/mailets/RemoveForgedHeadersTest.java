package org.lazaret.mailets;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.matchers.Examined;
import org.lazaret.matchers.VerdictAttribute;
import org.lazaret.quarantine.Quarantine.Marker;

class RemoveForgedHeadersTest {
    private static final String BODY = "\nSee --- the\n\nX-Lazaret-Verdict: in the body stays\n";

    private final FakeQuarantine quarantine = new FakeQuarantine();
    private final RecordingMetricFactory metrics = new RecordingMetricFactory();

    @ParameterizedTest
    @ValueSource(strings = {"X-Lazaret-Verdict: scanned; score=0.0\n", "x-lazaret-verdict : x\n", "X-LAZARET-Anything:\n folded\n\tvalue\n",
        "X-Quarantine-ID: 00\n", "X-Lazaret-Verdict: 1\nX-Lazaret-Verdict: 2\n"})
    void serviceShouldRemoveOurHeadersAndNothingElse(String forged) throws Exception {
        Mail mail = Mails.mail("Subject: hello\n" + forged + "To: b@example.org\n" + BODY, "b@example.org");

        Mails.init(new RemoveForgedHeaders(quarantine, new Meters(metrics))).service(mail);

        assertThat(Mails.raw(mail)).isEqualTo("Subject: hello\nTo: b@example.org\n" + BODY);
    }

    @Test
    void serviceShouldLeaveTheMessageAloneWhenItHasNoneOfOurHeaders() throws Exception {
        Mail mail = Mails.mail("Subject: hello\nX-Spam-Flag: YES\n" + BODY, "b@example.org");
        Object message = mail.getMessage();

        Mails.init(new RemoveForgedHeaders(quarantine, new Meters(metrics))).service(mail);

        assertThat(mail.getMessage()).isSameAs(message);
    }

    @Test
    void serviceShouldKeepAValidMarkerAndExemptTheMail() throws Exception {
        quarantine.marker = Marker.VALID;
        Mail mail = Mails.mail("X-Lazaret-Release: v=1\nX-Lazaret-Verdict: x\nSubject: hello\n" + BODY, "b@example.org");

        Mails.init(new RemoveForgedHeaders(quarantine, new Meters(metrics))).service(mail);

        assertThat(Mails.raw(mail)).isEqualTo("X-Lazaret-Release: v=1\nSubject: hello\n" + BODY);
        assertThat(VerdictAttribute.get(mail)).isEqualTo(new Examined.Released());
    }

    @Test
    void serviceShouldRemoveAForgedMarkerAndRememberIt() throws Exception {
        quarantine.marker = Marker.FORGED;
        Mail mail = Mails.mail("X-Lazaret-Release: v=1\nSubject: hello\n" + BODY, "b@example.org");

        Mails.init(new RemoveForgedHeaders(quarantine, new Meters(metrics))).service(mail);

        assertThat(Mails.raw(mail)).isEqualTo("Subject: hello\n" + BODY);
        assertThat(RemoveForgedHeaders.hadForgedMarker(mail)).isTrue();
        assertThat(mail.getAttribute(VerdictAttribute.NAME)).isEmpty();
    }

    @Test
    void serviceShouldEndASecondCopyOfARelease() throws Exception {
        quarantine.marker = Marker.REPEATED;
        Mail mail = Mails.mail("X-Lazaret-Release: v=1\n" + BODY, "b@example.org");

        Mails.init(new RemoveForgedHeaders(quarantine, new Meters(metrics))).service(mail);

        assertThat(mail.getState()).isEqualTo(Mail.GHOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Lazaret-Verdict: x\n", "X-Lazaret-Verdict: x\n\n", "X-Lazaret-Verdict: x"})
    void serviceShouldCopeWithAMessageWithoutBody(String message) throws Exception {
        Mail mail = Mails.mail(message, "b@example.org");

        Mails.init(new RemoveForgedHeaders(quarantine, new Meters(metrics))).service(mail);

        assertThat(Mails.raw(mail)).isBlank();
    }
}

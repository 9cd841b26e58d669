package org.lazaret.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeUtility;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.matchers.VerdictAttribute;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.SettingsReader;
import org.lazaret.quarantine.Statistics;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

class AddWarningHeadersTest {
    private static final Verdict VERDICT = new Verdict.Scanned(Score.of(5),
        List.of(new Finding("name.blocked", Score.of(5), List.of("a.zip", "Überweisung\r\nX-Evil: 1.url"), "", "")), List.of());
    private static final String BODY = "\nbody \u00e9 --\n.\n";

    private final FakeStatistics statistics = new FakeStatistics();
    private final Meters meters = new Meters(new RecordingMetricFactory());

    @Test
    void serviceShouldAddWhatIsSetAndLeaveEverythingElse() throws Exception {
        Mail mail = mail("From: a@b.example\nSubject: Rechnung\nX-Odd:  kept   as is \n\tfolded\n");

        service(mail, "distribution", "bulk", "spamFlag", "true");

        assertThat(Mails.raw(mail))
            .contains("X-Distribution: Bulk\n", "X-Spam-Flag: YES\n", "Subject: [SUSPICIOUS] Rechnung\n",
                "From: a@b.example\n", "X-Odd:  kept   as is \n\tfolded\n")
            .endsWith(BODY);
    }

    @Test
    void serviceShouldAddNeitherFlagNorDistributionByDefault() throws Exception {
        Mail mail = mail("Subject: x\n");

        service(mail);

        assertThat(Mails.raw(mail)).doesNotContain("X-Distribution", "X-Spam-Flag").contains("X-Lazaret-Verdict: scanned; score=5.0");
    }

    @Test
    void serviceShouldAddEverythingOnceWhenRepeated() throws Exception {
        Mail mail = mail("Subject: x\n");

        service(mail, "distribution", "spam", "spamFlag", "true");
        String once = Mails.raw(mail);
        service(mail, "distribution", "spam", "spamFlag", "true");

        assertThat(Mails.raw(mail)).isEqualTo(once);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "=?utf-8?B?w5xiZXJ3ZWlzdW5n?=|[SUSPICIOUS] Überweisung",
        "=?iso-8859-1?Q?caf=E9?= =?utf-8?Q?_=E2=82=AC?=|[SUSPICIOUS] café €",
        "=?utf-8?Q?[SUSPICIOUS]_x?=|[SUSPICIOUS] x",
        "=?utf-8?Q?a=0D=0ABcc:_victim@example.org?=|[SUSPICIOUS] a  Bcc: victim@example.org"})
    void serviceShouldPrefixEncodedSubjects(String subject, String expected) throws Exception {
        Mail mail = mail("Subject: " + subject + "\n");

        service(mail);

        assertThat(MimeUtility.decodeText(MimeUtility.unfold(mail.getMessage().getHeader("Subject", null)))).isEqualTo(expected);
        assertThat(mail.getMessage().getHeader("Bcc")).isNull();
    }

    @Test
    void serviceShouldCountWhatItMarks() throws Exception {
        service(mail("Subject: x\n"));

        assertThat(statistics.counted).isEqualTo(Map.of(Statistics.Kind.WARNED, 1L));
    }

    @Test
    void serviceShouldKeepASubjectThatNobodyCanDecode() throws Exception {
        Mail mail = mail("Subject: =?unknown?Q?a?=\n");

        service(mail);

        assertThat(mail.getMessage().getHeader("Subject", null)).isEqualTo("[SUSPICIOUS] =?unknown?Q?a?=");
    }

    @Test
    void serviceShouldReadRaw8BitSubjectsAsUtf8() throws Exception {
        Mail mail = mail("Subject: " + new String("Grüße".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1) + "\n");

        service(mail);

        assertThat(mail.getMessage().getSubject()).isEqualTo("[SUSPICIOUS] Grüße");
    }

    @Test
    void serviceShouldNotLetAnAttachmentNameStartAField() throws Exception {
        Mail mail = mail("Subject: x\n");

        service(mail);

        assertThat(mail.getMessage().getHeader("X-Evil")).isNull();
        assertThat(MimeUtility.decodeText(MimeUtility.unfold(mail.getMessage().getHeader("X-Lazaret-Verdict", null))))
            .contains("name.blocked 5.0 in a.zip > Überweisung  X-Evil: 1.url");
        assertThat(Mails.raw(mail).lines()).allMatch(line -> line.length() <= 78);
    }

    @Test
    void serviceShouldNameTheReasonsWhenUnscannable() throws Exception {
        Mail mail = Mails.mail("Subject: x\n" + BODY, "b@example.org");
        VerdictAttribute.set(mail, new Verdict.NotScannable(Score.NONE, List.of(), List.of(),
            List.of(new Unscannable(Unscannable.Reason.OVER_LIMIT, "time", List.of()))));

        service(mail);

        assertThat(Mails.raw(mail)).contains("X-Lazaret-Verdict: unscannable; reasons=over-limit; score=0.0\n");
    }

    @Test
    void serviceShouldLeaveAReleasedMailAlone() throws Exception {
        Mail mail = Mails.mail("Subject: x\n" + BODY, "b@example.org");
        VerdictAttribute.setReleased(mail);

        service(mail);

        assertThat(Mails.raw(mail)).isEqualTo("Subject: x\n" + BODY);
    }

    @Test
    void serviceShouldThrowWhenTheMailWasNotScanned() {
        assertThatThrownBy(() -> service(Mails.mail("Subject: x\n" + BODY, "b@example.org")))
            .isInstanceOf(MessagingException.class)
            .hasMessageContaining("was not scanned");
    }

    @Test
    void initShouldNameTheParameterWhenItIsUnknownOrWrong() {
        assertThatThrownBy(() -> init("prefix", "x"))
            .isInstanceOf(MessagingException.class)
            .hasMessageContaining("AddWarningHeaders has no parameter prefix; it has distribution, spamFlag, subjectPrefix");
        assertThatThrownBy(() -> init("distribution", "Bulky")).hasMessageContaining("distribution = Bulky: allowed is none, bulk, spam");
        assertThatThrownBy(() -> init("spamFlag", "yes")).hasMessageContaining("allowed is true, false");
    }

    private static Mail mail(String header) throws MessagingException {
        Mail mail = Mails.mail(header + BODY, "b@example.org");
        VerdictAttribute.set(mail, VERDICT);
        return mail;
    }

    private void service(Mail mail, String... parameters) throws Exception {
        init(parameters).service(mail);
    }

    private AddWarningHeaders init(String... parameters) throws Exception {
        Settings settings = SettingsReader.read("lazaret.properties", "", Path.of("."));
        return Mails.init(new AddWarningHeaders(LiveSettings.of(settings), statistics, meters), parameters);
    }
}

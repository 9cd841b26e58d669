package org.lazaret.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.lazaret.it.client.Await;
import org.lazaret.it.client.Browser;
import org.lazaret.it.client.Samples;
import org.lazaret.it.client.SmtpClient;

/** Mail that no decent program writes. Each gets a verdict: it arrives, or a notice does; nothing is lost and James stays up. */
class BadInputIT {
    private static final String SENDER = "sender@example.com";
    private static final int SPOOLER_THREADS = 8;

    @TempDir
    static Path folder;
    static JamesServer server;

    private JamesServer.Account account;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void addRecipient(TestInfo test) throws Exception {
        account = new JamesServer.Account(test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT) + "@example.org", "secret");
        server.addUser(account.address(), account.password());
    }

    @AfterEach
    void serverShouldStillDeliver() throws Exception {
        String subject = "still there after " + account.address();
        server.smtp().send(SENDER, List.of(JamesServer.BOB.address()),
            (SmtpClient.Message) out -> write(out, "Subject: " + subject + "\r\n\r\ntext\r\n"));
        assertThat(server.mailbox(JamesServer.BOB).await("a plain mail afterwards", mail -> mail.subject().equals(subject))).isNotNull();
        Browser.Page failed = new Browser().open(server.webadmin("/mailRepositories/var%2Fmail%2Flazaret-failed%2F/mails"));
        assertThat(failed.status() == 404 || failed.text().equals("[]")).as(failed.text()).isTrue();
    }

    @Test
    void emptyMail() throws Exception {
        send("");

        assertThat(arrived()).isNotNull();
    }

    @Test
    void noBody() throws Exception {
        send("Subject: no body\r\nContent-Type: multipart/mixed; boundary=b\r\n");

        assertThat(arrived()).isNotNull();
    }

    @Test
    void tenThousandParts() throws Exception {
        server.smtp().send(SENDER, List.of(account.address()), out -> {
            write(out, "Subject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n");
            for (int i = 0; i < 10_000; i++) {
                write(out, "--b\r\nContent-Type: application/octet-stream; name=\"" + i + ".bin\"\r\n\r\n" + i + "\r\n");
            }
            write(out, "--b--\r\n");
        });

        assertThat(arrived()).isNotNull();
    }

    @Test
    void thousandNestedMultiparts() throws Exception {
        StringBuilder mail = new StringBuilder("Subject: nested\r\nMIME-Version: 1.0\r\n");
        for (int i = 0; i < 1_000; i++) {
            mail.append("Content-Type: multipart/mixed; boundary=b").append(i).append("\r\n\r\n--b").append(i).append("\r\n");
        }
        mail.append("Content-Type: application/octet-stream; name=x.exe\r\n\r\nMZ\r\n");
        for (int i = 999; i >= 0; i--) {
            mail.append("--b").append(i).append("--\r\n");
        }
        send(mail.toString());

        assertThat(arrived().subject()).isEqualTo("Malware Detected");
    }

    @Test
    void moreBrokenMailsThanThereAreSpoolerThreads() throws Exception {
        String mail = "Subject: comments\r\nMIME-Version: 1.0\r\nContent-Type: text/plain " + ("(".repeat(900) + "\r\n ").repeat(50)
            + "x\r\n\r\ntext\r\n";
        for (int i = 0; i < 2 * SPOOLER_THREADS; i++) {
            send(mail);
        }

        Await.until("all mails arrived", () -> mailbox().messages().size() >= 2 * SPOOLER_THREADS);
    }

    @Test
    void brokenBase64() throws Exception {
        send("Subject: broken\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + "AAAA====BBBB\r\n!!!not base64!!!\r\nQUJ\r\n");

        assertThat(arrived()).isNotNull();
    }

    @Test
    void nameWithLineBreak() throws Exception {
        send(named("filename*=utf-8''a%0D%0ABcc%3A%20x%40example.com%0D%0A.exe"));

        Received notice = arrived();
        assertThat(notice.subject()).isEqualTo("Malware Detected");
        assertThat(notice.header("Bcc")).isEmpty();
    }

    @Test
    void nameThatClimbs() throws Exception {
        send(named("filename=\"../../../../../../tmp/lazaret-climbed.exe\""));

        assertThat(arrived().subject()).isEqualTo("Malware Detected");
        assertThat(Path.of("/tmp/lazaret-climbed.exe")).doesNotExist();
    }

    @Test
    void nameOfTenKilobytes() throws Exception {
        StringBuilder sections = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            sections.append("filename*").append(i).append("=\"").append("n".repeat(512)).append("\";\r\n ");
        }
        send(named(sections + "filename*20=\".exe\""));

        assertThat(arrived().subject()).isEqualTo("Malware Detected");
    }

    @Test
    void cleanAttachmentOfFiftyMegabytes() throws Exception {
        byte[] line = new byte[57];
        sendLarge("application/octet-stream", "data.bin", line, line);

        // Its size on the heap would not be a matter of Lazaret: only whether it arrived is looked at.
        assertThat(mailbox().subjectWhenThere()).isEqualTo("large");
    }

    @Test
    void harmfulAttachmentOfFiftyMegabytes() throws Exception {
        byte[] random = new byte[57];
        new Random(1).nextBytes(random);
        byte[] head = Arrays.copyOf(Samples.executable(), 57 * 18);
        sendLarge("application/pdf", "large.pdf", head, random);

        Received notice = arrived();
        assertThat(notice.subject()).isEqualTo("Malware Detected");
        Recipient recipient = new Recipient(server, account);
        assertThat(recipient.openNotice("large").text()).contains("large.pdf");
    }

    private void sendLarge(String mediaType, String name, byte[] head, byte[] line) throws IOException {
        server.smtp().send(SENDER, List.of(account.address()), out -> {
            write(out, "Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: " + mediaType + "; name=" + name
                + "\r\nContent-Disposition: attachment; filename=" + name + "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
            write(out, Base64.getMimeEncoder().encodeToString(head) + "\r\n");
            byte[] encoded = (Base64.getEncoder().encodeToString(line) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (long written = 0; written < 50L << 20; written += line.length) {
                out.write(encoded);
            }
        });
    }

    private static String named(String parameter) {
        return "Subject: named\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; " + parameter
            + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + Base64.getMimeEncoder().encodeToString(Samples.executable()) + "\r\n";
    }

    private void send(String mail) throws IOException {
        server.smtp().send(SENDER, List.of(account.address()), (SmtpClient.Message) out -> write(out, mail));
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Mailbox mailbox() {
        return server.mailbox(account);
    }

    private Received arrived() throws IOException {
        return mailbox().await("the mail or a notice", mail -> true);
    }
}

package org.lazaret.portal;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

/** Held mails for tests. */
final class Samples {
    static final Instant NOW = Instant.parse("2026-11-23T13:00:00Z");
    static final String ALICE = "alice@example.org";
    static final String BOB = "bob@example.org";
    static final String AUDITOR = "auditor@example.org";
    static final String ADMIN = "admin@example.org";
    static final String SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    static final String OTHER_SHA256 = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";

    static final String MESSAGE = """
        From: "Billing, Northwind" <billing@northwind.example>
        To: =?utf-8?Q?Alic=C3=A9?= <alice@example.org>
        Subject: Invoice 2026-1107
        Date: Mon, 23 Nov 2026 12:58:00 +0000
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b1

        --b1
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Dear Alice,

        please find attached our invoice for November. It is due within seven days,
        otherwise we have to charge a fee of 40 €.

        Kind regards
        Northwind Billing

        --b1
        Content-Type: application/zip; name=invoice.zip
        Content-Disposition: attachment; filename=invoice.zip
        Content-Transfer-Encoding: base64

        UEsDBA==
        --b1--
        """;

    private Samples() {
    }

    static RecordId id(int number) {
        return new RecordId(String.format("%032x", number));
    }

    static HeldMail mail(int number, String subject, String from, Verdict verdict, String... recipients) {
        Map<String, State> states = new HashMap<>();
        for (String recipient : recipients) {
            states.put(recipient, State.HELD);
        }
        String sender = from.replaceAll(".*<|>.*", "");
        return new HeldMail(id(number), new Envelope(sender, List.of(recipients)), NOW.minusSeconds(60L * number), subject, from,
            "<" + number + "@northwind.example>", 48_213, SHA256, verdict, states);
    }

    static HeldMail invoice(int number, String... recipients) {
        return mail(number, "Invoice 2026-1107", "\"Billing, Northwind\" <billing@northwind.example>", malicious(), recipients);
    }

    static Verdict malicious() {
        return new Verdict.Scanned(Score.of(9.6), List.of(
            new Finding("type.executable", Score.of(9), List.of("invoice.zip", "Invoice-2026-1107.pdf.exe"), "PE32 executable", SHA256),
            new Finding("name.double-extension", Score.of(7), List.of("invoice.zip", "Invoice-2026-1107.pdf.exe"), ".pdf.exe", ""),
            new Finding("engine.clamav", Score.of(9), List.of("invoice.zip"), "clamd: Win.Trojan.Agent-1234567", SHA256)),
            List.of(new Attachment("invoice.zip", "application/pdf", "application/zip", 48_213, SHA256, Score.of(9.6)),
                new Attachment("terms.pdf", "application/pdf", "application/pdf", 120_400, SHA256, Score.of(0))));
    }

    /** Markup and misleading characters wherever a mail can have text. */
    static HeldMail hostile(int number, String... recipients) {
        String attack = "\"><script>alert(1)</script><img src=x \"onerror=alert(1)>\u202Egpj";
        Verdict verdict = new Verdict.Failed(Score.of(9), List.of(new Finding("type.executable", Score.of(9), List.of(attack, attack), attack, "")),
            List.of(new Attachment(attack, "text/" + attack, "text/" + attack, 4, SHA256, Score.of(9))),
            List.of(new Unscannable(Unscannable.Reason.ENCRYPTED, attack, List.of(attack))), attack);
        HeldMail plain = mail(number, attack, "\"" + attack + "\" <mallory@evil.example>", verdict, recipients);
        return new HeldMail(plain.id(), new Envelope("mallory@evil.example", List.of(recipients)), plain.received(), attack, plain.from(), attack,
            plain.size(), plain.sha256(), verdict, plain.states());
    }

    static Verdict encrypted() {
        return new Verdict.NotScannable(Score.of(3), List.of(), List.of(
            new Attachment("salary.zip", "application/zip", "application/zip", 2_400, SHA256, Score.of(3))),
            List.of(new Unscannable(Unscannable.Reason.ENCRYPTED, "AES", List.of("salary.zip"))));
    }

    static Verdict failed() {
        return new Verdict.Failed(Score.NONE, List.of(), List.of(
            new Attachment("report.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document", 1_400_000, OTHER_SHA256, Score.NONE)),
            "clamd does not answer on <127.0.0.1:3310>");
    }
}

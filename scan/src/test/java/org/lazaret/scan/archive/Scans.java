package org.lazaret.scan.archive;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.lazaret.scan.Finding;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.Verdict;

/** Scans samples and tells what was found. */
final class Scans {
    private static final Scanner SCANNER = new Scanner(ScanSettings.defaults());

    private Scans() {
    }

    static Verdict scan(String name, byte[] content) {
        return SCANNER.scanFile(name, "application/octet-stream", new ByteArrayInputStream(content));
    }

    /** The content attached to a mail with a text. */
    static Verdict mail(String text, String name, byte[] content) {
        String mail = "From: a@example.com\r\nTo: b@example.com\r\nSubject: files\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="
            + "b\r\n\r\n"
            + "--b\r\nContent-Type: text/plain\r\n\r\n" + text + "\r\n--b\r\nContent-Type: application/octet-stream; name=\"" + name + "\"\r\n"
            + "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"" + name + "\"\r\n\r\n"
            + Base64.getMimeEncoder().encodeToString(content) + "\r\n--b--\r\n";
        return SCANNER.scanMessage(MessageSource.of(mail.getBytes(StandardCharsets.UTF_8)));
    }

    static Set<String> rules(Verdict verdict) {
        return verdict.findings().stream().map(Finding::rule).collect(Collectors.toSet());
    }

    /** Paths below the attachment of findings by a rule. */
    static List<String> places(Verdict verdict, String rule) {
        return verdict.findings().stream().filter(finding -> finding.rule().equals(rule))
            .map(finding -> String.join(" > ", finding.path().subList(1, finding.path().size()))).toList();
    }

    static Set<Reason> reasons(Verdict verdict) {
        return verdict instanceof Verdict.NotScannable unscannable
            ? unscannable.obstacles().stream().map(Unscannable::reason).collect(Collectors.toSet())
            : Set.of();
    }
}

package org.lazaret.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.lazaret.policy.Context;
import org.lazaret.policy.Direction;
import org.lazaret.policy.Policy;
import org.lazaret.policy.PolicySettings;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

/** Verdicts as they come out of scans. */
final class VerdictFixture {
    static final String SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private VerdictFixture() {
    }

    static Verdict scanned(double score) {
        return new Verdict.Scanned(Score.of(score), List.of(), List.of());
    }

    static Verdict unscannable(double score) {
        return new Verdict.NotScannable(Score.of(score), List.of(), List.of(),
            List.of(new Unscannable(Unscannable.Reason.ENCRYPTED, "AES", List.of("a.zip"))));
    }

    static Verdict failed() {
        return new Verdict.Failed(Score.NONE, List.of(), List.of(), "engine down");
    }

    /** An encrypted zip with hostile names, beside a clean picture. */
    static Verdict rich() {
        return new Verdict.NotScannable(Score.of(8.5),
            List.of(new Finding("name.executable", Score.of(8.5), List.of("in\u202Evoice.zip", "b\u001b[2J.exe"), "b\u001b[2J.exe", ""),
                new Finding("archive.encrypted", Score.of(4), List.of("in\u202Evoice.zip"), "AES-256", SHA256)),
            List.of(new Attachment("in\u202Evoice.zip", "application/zip", "application/zip", 2048, SHA256, Score.of(8.5)),
                new Attachment("", "image/jpeg", "image/png", 5, "0".repeat(64), Score.NONE)),
            List.of(new Unscannable(Unscannable.Reason.END_TO_END_ENCRYPTED, "no key\r\n", List.of("in\u202Evoice.zip"))));
    }

    static Result result(String label, Verdict verdict) {
        Input input = new Input(label, Path.of("x"), label, Optional.empty(), Optional.empty());
        return new Result(input, Input.Form.FILE, verdict, ExitStatus.of(verdict, PolicySettings.DEFAULT),
            new Policy(PolicySettings.DEFAULT).decide(verdict, new Context("", Direction.INBOUND, true)), 12);
    }
}

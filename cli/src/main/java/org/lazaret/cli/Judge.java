package org.lazaret.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import org.lazaret.policy.Context;
import org.lazaret.policy.Direction;
import org.lazaret.policy.Policy;
import org.lazaret.policy.PolicySettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Score;
import org.lazaret.scan.Verdict;

/** Scans one input and asks the policy. An input that cannot be read is {@link Verdict.Failed}, never left out. */
final class Judge {
    private static final String ANY_TYPE = "application/octet-stream";

    private static final Context ANYBODY = new Context("", Direction.INBOUND, true);

    private final Scanner scanner;
    private final PolicySettings settings;
    private final Policy policy;

    Judge(Scanner scanner, PolicySettings settings) {
        this.scanner = scanner;
        this.settings = settings;
        this.policy = new Policy(settings);
    }

    Result judge(Input input) {
        long begin = System.nanoTime();
        Input.Form form = Input.Form.FILE;
        Verdict verdict;
        try {
            form = form(input);
            verdict = scan(input, form);
        } catch (NoSuchFileException e) {
            verdict = failed("no such file");
        } catch (IOException e) {
            verdict = failed("cannot be read: " + e);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            verdict = failed("a fault of the scanner: " + e);
        }
        long millis = (System.nanoTime() - begin) / 1_000_000;
        return new Result(input, form, verdict, ExitStatus.of(verdict, settings), policy.decide(verdict, ANYBODY), millis);
    }

    private static Verdict failed(String cause) {
        return new Verdict.Failed(Score.NONE, List.of(), List.of(), cause);
    }

    private static Input.Form form(Input input) throws IOException {
        if (input.form().isPresent()) {
            return input.form().get();
        }
        if (input.declaredType().isPresent()) {
            return input.declaredType().get().toLowerCase(Locale.ROOT).equals("message/rfc822") ? Input.Form.MESSAGE : Input.Form.FILE;
        }
        try (InputStream content = Files.newInputStream(input.file())) {
            return MessageSniffer.isMessage(input.name(), content.readNBytes(MessageSniffer.WINDOW)) ? Input.Form.MESSAGE : Input.Form.FILE;
        }
    }

    private Verdict scan(Input input, Input.Form form) throws IOException {
        return switch (form) {
            case MESSAGE -> scanMessage(input);
            case FILE -> {
                try (InputStream content = Files.newInputStream(input.file())) {
                    yield scanner.scanFile(input.name(), input.declaredType().orElse(ANY_TYPE), content);
                }
            }
        };
    }

    private Verdict scanMessage(Input input) throws IOException {
        // A scanner that meets a defect judges the mail; that this file cannot be read must not look like one.
        try (InputStream readable = Files.newInputStream(input.file())) {
            readable.read();
        }
        return scanner.scanMessage(out -> Files.copy(input.file(), out));
    }
}

package org.lazaret.cli;

import java.util.Locale;
import org.lazaret.policy.PolicySettings;
import org.lazaret.scan.Verdict;

/**
 * What a run says to the shell. Declared from best to worst: of several inputs the worst counts.
 *
 * <p>Malicious is worse than unscannable, for inputs among each other as for an input that is both: what is known outranks what is
 * not. Failed is worst, since the run is then not the answer that was asked for.
 */
enum ExitStatus {
    CLEAN(0), SUSPICIOUS(1), UNSCANNABLE(3), MALICIOUS(2), FAILED(4);

    /** Wrong options or arguments; nothing was scanned. */
    static final int USAGE = 64;

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** As written in reports: lower case. */
    String keyword() {
        return name().toLowerCase(Locale.ROOT);
    }

    ExitStatus worst(ExitStatus other) {
        return compareTo(other) >= 0 ? this : other;
    }

    static ExitStatus of(Verdict verdict, PolicySettings settings) {
        boolean malicious = verdict.score().atLeast(settings.maliciousFrom());
        return switch (verdict) {
            case Verdict.Failed failed -> FAILED;
            case Verdict.NotScannable unscannable -> malicious ? MALICIOUS : UNSCANNABLE;
            case Verdict.Scanned scanned when malicious -> MALICIOUS;
            case Verdict.Scanned scanned when verdict.score().atLeast(settings.suspiciousFrom()) -> SUSPICIOUS;
            case Verdict.Scanned scanned -> CLEAN;
        };
    }
}

package org.lazaret.policy;

import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

/** Decides what becomes of a mail. When several rules apply, the strictest action wins. */
public final class Policy {
    private final PolicySettings settings;

    public Policy(PolicySettings settings) {
        this.settings = settings;
    }

    public Action decide(Verdict verdict) {
        Action byScore = byScore(verdict);
        return switch (verdict) {
            case Verdict.Scanned scanned -> byScore;
            case Verdict.NotScannable unscannable -> unscannable.obstacles().stream()
                .map(Unscannable::reason)
                .map(reason -> settings.unscannable().getOrDefault(reason, Action.QUARANTINE))
                .reduce(byScore, Policy::stricter);
            case Verdict.Failed failed -> stricter(byScore, settings.failed());
        };
    }

    private Action byScore(Verdict verdict) {
        if (verdict.score().atLeast(settings.maliciousFrom())) {
            return settings.malicious();
        }
        if (verdict.score().atLeast(settings.suspiciousFrom())) {
            return settings.suspicious();
        }
        return Action.PERMIT;
    }

    private static Action stricter(Action one, Action other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}

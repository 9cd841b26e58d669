package org.lazaret.policy;

import java.util.List;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

/** Decides what becomes of a mail for a recipient. When several rules apply, the strictest action wins. */
public final class Policy {
    private final PolicyScopes scopes;

    public Policy(PolicyScopes scopes) {
        this.scopes = scopes;
    }

    /** The same settings for everybody. */
    public Policy(PolicySettings settings) {
        this(PolicyScopes.of(settings));
    }

    public Deferral deferral() {
        return scopes.deferral();
    }

    public Action decide(Verdict verdict, Context context) {
        PolicySettings settings = scopes.of(context.recipient(), context.direction());
        Action byScore = byScore(verdict, settings);
        return switch (verdict) {
            case Verdict.Scanned scanned -> byScore;
            case Verdict.NotScannable unscannable -> stricter(byScore, byObstacles(unscannable.obstacles(), settings));
            case Verdict.Failed failed ->
                stricter(stricter(byScore, byObstacles(failed.obstacles(), settings)), failed(settings, context));
        };
    }

    private static Action byObstacles(List<Unscannable> obstacles, PolicySettings settings) {
        return obstacles.stream()
            .map(Unscannable::reason)
            .map(reason -> settings.unscannable().getOrDefault(reason, Action.QUARANTINE))
            .reduce(Action.PERMIT, Policy::stricter);
    }

    private static Action failed(PolicySettings settings, Context context) {
        return settings.failed() == Action.DEFER && !context.deferrable() ? settings.failedAfter() : settings.failed();
    }

    /** What a score means. */
    public enum Threat { NONE, SUSPICIOUS, MALICIOUS }

    /** What a mail's score means for a recipient. */
    public Threat threat(Verdict verdict, Context context) {
        return threat(verdict, scopes.of(context.recipient(), context.direction()));
    }

    private static Threat threat(Verdict verdict, PolicySettings settings) {
        if (verdict.score().atLeast(settings.maliciousFrom())) {
            return Threat.MALICIOUS;
        }
        return verdict.score().atLeast(settings.suspiciousFrom()) ? Threat.SUSPICIOUS : Threat.NONE;
    }

    private static Action byScore(Verdict verdict, PolicySettings settings) {
        return switch (threat(verdict, settings)) {
            case MALICIOUS -> settings.malicious();
            case SUSPICIOUS -> settings.suspicious();
            case NONE -> Action.PERMIT;
        };
    }

    private static Action stricter(Action one, Action other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}

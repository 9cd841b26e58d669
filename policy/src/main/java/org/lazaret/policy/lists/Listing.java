package org.lazaret.policy.lists;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lazaret.policy.Keyword;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Rules;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

/**
 * What the lists say of a mail for one recipient.
 *
 * @param allowed  the entry that lets it through unseen
 * @param blocked  the entries that make it malicious; none when it is allowed
 * @param harmless SHA-256 of attachments whose findings and obstacles do not count
 */
public record Listing(Optional<Hit> allowed, List<Hit> blocked, Set<String> harmless) {
    public static final Listing NONE = new Listing(Optional.empty(), List.of(), Set.of());

    private static final Rules.Rule BLOCKED = Rules.load().rule("list.blocked");
    /** Above this, the scanner leaves out what is less bad: what was left out could be the mail's own. */
    private static final int MAX_REPORTED = 1_000;
    /** By so much findings of several families can raise a score. */
    private static final int SUPPORT_TENTHS = 10;

    /**
     * An entry that matched.
     *
     * @param entry its id
     * @param path  the attachment; empty for the mail
     */
    public record Hit(String entry, Field field, String pattern, List<String> path) {
        public Hit {
            path = List.copyOf(path);
        }

        @Override
        public String toString() {
            return Keyword.of(field) + " " + pattern + " (entry " + entry + ")";
        }
    }

    public Listing {
        blocked = List.copyOf(blocked);
        harmless = Set.copyOf(harmless);
    }

    /** The verdict as it counts for this recipient. */
    public Verdict applyTo(Verdict verdict) {
        Verdict result = harmless.isEmpty() ? verdict : withoutHarmless(verdict);
        for (Hit hit : blocked) {
            result = result.with(new Finding(BLOCKED.id(), BLOCKED.weight(), hit.path(), hit.toString(),
                hit.field() == Field.ATTACHMENT ? hit.pattern() : ""));
        }
        return result;
    }

    /**
     * A finding or an obstacle is left out when every attachment that it could be of is allowed: attachments can have the same name, and what
     * is said of the mail as a whole counts always.
     */
    private Verdict withoutHarmless(Verdict verdict) {
        List<Unscannable> obstacles = verdict.obstacles();
        if (Math.max(verdict.attachments().size(), Math.max(verdict.findings().size(), obstacles.size())) >= MAX_REPORTED) {
            return verdict;
        }
        List<Attachment> attachments = verdict.attachments();
        List<Finding> findings = verdict.findings().stream().filter(finding -> !isHarmless(finding.path(), attachments)).toList();
        List<Unscannable> kept = obstacles.stream().filter(obstacle -> !isHarmless(obstacle.path(), attachments)).toList();
        List<Attachment> judged = attachments.stream().map(attachment -> harmless.contains(attachment.sha256()) ? cleared(attachment) : attachment)
            .toList();
        Score score = score(verdict.score(), findings, judged);
        return switch (verdict) {
            case Verdict.Scanned scanned -> new Verdict.Scanned(score, findings, judged);
            case Verdict.NotScannable unscannable -> kept.isEmpty() ? new Verdict.Scanned(score, findings, judged)
                : new Verdict.NotScannable(score, findings, judged, kept);
            case Verdict.Failed failed -> new Verdict.Failed(score, findings, judged, kept, failed.cause());
        };
    }

    private boolean isHarmless(List<String> path, List<Attachment> attachments) {
        if (path.isEmpty()) {
            return false;
        }
        List<Attachment> possible = attachments.stream().filter(attachment -> attachment.name().equals(path.getFirst())).toList();
        return !possible.isEmpty() && possible.stream().allMatch(attachment -> harmless.contains(attachment.sha256()));
    }

    /** Never above what the whole mail had, and never below what is left: the mail's own findings may have supported each other. */
    private static Score score(Score before, List<Finding> findings, List<Attachment> attachments) {
        Score left = attachments.stream().map(Attachment::score).max(Comparator.naturalOrder()).orElse(Score.NONE);
        List<Score> weights = new ArrayList<>(findings.stream().map(Finding::weight).toList());
        Score worst = weights.stream().max(Comparator.naturalOrder()).orElse(Score.NONE);
        if (findings.stream().filter(finding -> finding.path().isEmpty()).count() > 1) {
            worst = new Score(Math.min(Score.WORST.tenths(), worst.tenths() + SUPPORT_TENTHS));
        }
        Score score = left.max(worst);
        return score.compareTo(before) > 0 ? before : score;
    }

    private static Attachment cleared(Attachment attachment) {
        return new Attachment(attachment.name(), attachment.declaredType(), attachment.detectedType(), attachment.size(), attachment.sha256(),
            Score.NONE);
    }
}

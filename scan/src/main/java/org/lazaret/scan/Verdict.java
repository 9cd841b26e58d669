package org.lazaret.scan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What was found in a mail. Three outcomes, never two: unknown is not clean.
 *
 * <p>The score always counts what could be seen: an encrypted zip with a dangerous entry name is {@link NotScannable} and has
 * that name's score.
 */
public sealed interface Verdict {

    /** The score of the worst attachment. */
    Score score();

    /** Why, worst first. */
    List<Finding> findings();

    /** The attachments in the order of the mail; empty for a mail without any. */
    List<Attachment> attachments();

    /** What could not be looked into. */
    List<Unscannable> obstacles();

    /** The same verdict with one more finding about the mail as a whole; its weight is the least the score becomes. */
    default Verdict with(Finding finding) {
        List<Finding> more = new ArrayList<>(findings());
        more.add(finding);
        more.sort(Comparator.comparing(Finding::weight).reversed());
        Score worst = score().max(finding.weight());
        return switch (this) {
            case Scanned scanned -> new Scanned(worst, more, scanned.attachments());
            case NotScannable unscannable -> new NotScannable(worst, more, unscannable.attachments(), unscannable.obstacles());
            case Failed failed -> new Failed(worst, more, failed.attachments(), failed.obstacles(), failed.cause());
        };
    }

    /** Everything was looked at. */
    record Scanned(Score score, List<Finding> findings, List<Attachment> attachments) implements Verdict {
        /** A mail with nothing to look at. */
        public static final Scanned NO_ATTACHMENT = new Scanned(Score.NONE, List.of(), List.of());

        public Scanned {
            findings = List.copyOf(findings);
            attachments = List.copyOf(attachments);
        }

        @Override
        public List<Unscannable> obstacles() {
            return List.of();
        }
    }

    /** Something could not be looked into. */
    record NotScannable(Score score, List<Finding> findings, List<Attachment> attachments, List<Unscannable> obstacles) implements Verdict {
        public NotScannable {
            findings = List.copyOf(findings);
            attachments = List.copyOf(attachments);
            obstacles = List.copyOf(obstacles);
            if (obstacles.isEmpty()) {
                throw new IllegalArgumentException("Not scannable without an obstacle");
            }
        }
    }

    /**
     * The scan itself broke: an engine is down, or a fault of ours. Whatever was found all the same is kept, since it may be reason enough.
     *
     * @param obstacles what could not be looked into besides; may be empty
     * @param cause     for people
     */
    record Failed(Score score, List<Finding> findings, List<Attachment> attachments, List<Unscannable> obstacles, String cause) implements Verdict {
        public Failed {
            findings = List.copyOf(findings);
            attachments = List.copyOf(attachments);
            obstacles = List.copyOf(obstacles);
        }

        public Failed(Score score, List<Finding> findings, List<Attachment> attachments, String cause) {
            this(score, findings, attachments, List.of(), cause);
        }
    }
}

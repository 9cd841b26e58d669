package org.lazaret.policy;

import java.util.EnumMap;
import java.util.Map;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable.Reason;

/**
 * Which action follows which verdict.
 *
 * @param malicious      action from the malicious threshold on; not less strict than {@code suspicious}
 * @param suspicious     action from the suspicious threshold up to the malicious one
 * @param unscannable    action for each reason; a reason that is missing is quarantined
 * @param failed         action when the scan itself broke; alone may be {@link Action#DEFER}, since another scan of the same mail changes
 *                       nothing about the rest
 * @param failedAfter    action when it broke and the mail cannot be deferred again
 * @param maliciousFrom  score from which a mail is malicious (Juniper recommends 7)
 * @param suspiciousFrom score from which a mail is suspicious; not above {@code maliciousFrom}
 */
public record PolicySettings(Action malicious, Action suspicious, Map<Reason, Action> unscannable, Action failed, Action failedAfter,
                             Score maliciousFrom, Score suspiciousFrom) {

    /**
     * Encrypted attachments are daily mail and are delivered with a warning; what readers could disagree on is held. What an engine or we
     * could not do now is tried again, and then held.
     */
    public static final PolicySettings DEFAULT = new PolicySettings(Action.QUARANTINE, Action.WARN,
        Map.of(Reason.ENCRYPTED, Action.WARN, Reason.END_TO_END_ENCRYPTED, Action.PERMIT, Reason.UNSUPPORTED, Action.WARN,
            Reason.OVER_ENGINE_LIMIT, Action.WARN, Reason.OVER_LIMIT, Action.QUARANTINE, Reason.MALFORMED, Action.QUARANTINE,
            Reason.AMBIGUOUS, Action.QUARANTINE),
        Action.DEFER, Action.QUARANTINE, Score.of(7), Score.of(4));

    public PolicySettings {
        Map<Reason, Action> complete = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            complete.put(reason, unscannable.getOrDefault(reason, Action.QUARANTINE));
        }
        unscannable = Map.copyOf(complete);
        if (!maliciousFrom.atLeast(suspiciousFrom)) {
            throw new IllegalArgumentException("The suspicious threshold " + suspiciousFrom + " is above the malicious one " + maliciousFrom);
        }
        if (malicious.compareTo(suspicious) < 0) {
            throw new IllegalArgumentException("Malicious mail is treated less strictly than suspicious mail");
        }
        if (malicious == Action.DEFER || suspicious == Action.DEFER || failedAfter == Action.DEFER || unscannable.containsValue(Action.DEFER)) {
            throw new IllegalArgumentException("Only a failed scan can be deferred");
        }
    }

    public PolicySettings withThresholds(Score malicious, Score suspicious) {
        return new PolicySettings(this.malicious, this.suspicious, unscannable, failed, failedAfter, malicious, suspicious);
    }
}

package org.lazaret.mailets.james;

import java.util.Map;
import java.util.function.Consumer;
import org.lazaret.mailets.Meters;
import org.lazaret.mailets.Meters.Count;
import org.lazaret.quarantine.audit.AuditEntry;

/** Passes on what this server writes into the audit: to James' metrics. Of what is decided for recipients, each recipient counts. */
final class Witness implements Consumer<AuditEntry> {
    private static final Map<String, Count> FOR_EACH_RECIPIENT = Map.of("requested", Count.REQUESTED, "released", Count.RELEASED,
        "release failed", Count.RELEASE_FAILED, "deleted", Count.DELETED, "undeleted", Count.UNDELETED, "denied", Count.DENIED,
        "expired", Count.EXPIRED);
    private static final Map<String, Count> FOR_EACH_MAIL = Map.of("held", Count.HELD, "opened", Count.OPENED, "downloaded", Count.OPENED,
        "copied", Count.OPENED, "tampered", Count.TAMPERED);

    private final Meters meters;

    Witness(Meters meters) {
        this.meters = meters;
    }

    @Override
    public void accept(AuditEntry entry) {
        if (FOR_EACH_RECIPIENT.containsKey(entry.action())) {
            meters.count(FOR_EACH_RECIPIENT.getOrDefault(entry.action(), Count.REQUESTED), entry.recipients().size());
        } else if (FOR_EACH_MAIL.containsKey(entry.action())) {
            meters.count(FOR_EACH_MAIL.getOrDefault(entry.action(), Count.HELD));
        }
    }
}

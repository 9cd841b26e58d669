package org.lazaret.mailets.james;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.lazaret.mailets.Meters;
import org.lazaret.mailets.Meters.Count;
import org.lazaret.mailets.compat.Trail;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.scan.log.Log;

/**
 * Passes on what this server writes into the audit: to James' audit trail as a line for each entry, and to James' metrics, where of what is decided
 * for recipients each recipient counts.
 */
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
        count(entry);
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("record", entry.record().map(RecordId::value).orElse(""));
        parameters.put("recipients", Log.text(String.join(",", entry.recipients())));
        parameters.put("role", entry.actor().role().name());
        parameters.put("detail", Log.text(entry.detail()));
        String user = Log.text(entry.actor().name());
        String address = Log.text(entry.actor().address());
        Trail.log(user, address, entry.action(), parameters, line(entry.action(), user, address, parameters));
    }

    /** All of it in the message too: most configurations of a log show nothing else. */
    private static String line(String action, String user, String address, Map<String, String> parameters) {
        StringBuilder line = new StringBuilder("Lazaret action=").append(quoted(action)).append(" by=").append(quoted(user)).append(" from=")
            .append(quoted(address));
        parameters.forEach((name, value) -> line.append(' ').append(name).append('=').append(quoted(value)));
        return line.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private void count(AuditEntry entry) {
        if (FOR_EACH_RECIPIENT.containsKey(entry.action())) {
            meters.count(FOR_EACH_RECIPIENT.getOrDefault(entry.action(), Count.REQUESTED), entry.recipients().size());
        } else if (FOR_EACH_MAIL.containsKey(entry.action())) {
            meters.count(FOR_EACH_MAIL.getOrDefault(entry.action(), Count.HELD));
        }
    }
}

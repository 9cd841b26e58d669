package org.lazaret.quarantine.simulation;

import java.util.List;

/**
 * What would become of one mail.
 *
 * @param subject     decoded; escape before display, as all texts of it
 * @param differences by recipients for whom it is the same; at least one
 * @param findings    rules that count against it and what could not be looked into, worst first; what went wrong when the scan failed
 */
public record Row(String label, String sender, String subject, List<Difference> differences, List<String> findings) {
    public Row {
        differences = List.copyOf(differences);
        findings = List.copyOf(findings);
    }

    /** Before and after; the same where nothing changes. */
    public record Difference(List<String> recipients, Decision before, Decision after) {
        public Difference {
            recipients = List.copyOf(recipients);
        }

        /** Whether something else becomes of the mail; another score alone changes nothing. */
        public boolean changes() {
            return before.action() != after.action();
        }
    }

    public boolean changes() {
        return differences.stream().anyMatch(Difference::changes);
    }
}

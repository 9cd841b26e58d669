package org.lazaret.portal.view;

import java.util.Locale;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.audit.ChainedEntry;

/**
 * A link of the audit for people.
 *
 * @param record id of the mail; empty when it is about none
 */
public record AuditView(long sequence, String at, String atIso, Shown actor, String role, Shown address, Shown action, String record,
                        Shown recipients, Shown detail) {
    private static final int MAX = 1_000;

    public static AuditView of(ChainedEntry link, Views views) {
        AuditEntry entry = link.entry();
        return new AuditView(link.sequence(), views.exactDate(entry.at()), entry.at().toString(), Shown.line(entry.actor().name()),
            views.role(entry.actor().role().name().toLowerCase(Locale.ROOT)), Shown.line(entry.actor().address()), Shown.line(entry.action()),
            entry.record().map(RecordId::value).orElse(""), Shown.line(String.join(", ", entry.recipients()), MAX), detail(entry.detail()));
    }

    /** Changed settings stand in lines. */
    private static Shown detail(String text) {
        return Shown.lines(text.length() <= MAX ? text : text.substring(0, MAX) + "…");
    }
}

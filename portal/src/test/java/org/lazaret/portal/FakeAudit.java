package org.lazaret.portal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.lazaret.quarantine.audit.Audit;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.audit.AuditHead;
import org.lazaret.quarantine.audit.AuditQuery;
import org.lazaret.quarantine.audit.ChainedEntry;

/** A chain in memory. */
final class FakeAudit implements Audit {
    final List<ChainedEntry> chain = new ArrayList<>();
    final List<AuditQuery> queries = new ArrayList<>();
    Optional<AuditCheck> result = Optional.empty();

    @Override
    public void watch(Consumer<AuditEntry> watcher) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized void append(AuditEntry entry) {
        AuditHead head = head();
        chain.add(ChainedEntry.after(head.hash(), head.sequence() + 1, entry, ""));
    }

    @Override
    public synchronized List<ChainedEntry> page(AuditQuery query) {
        queries.add(query);
        return chain.stream()
            .filter(link -> query.record().isEmpty() || link.entry().record().equals(query.record()))
            .filter(link -> query.actor().isEmpty() || link.entry().actor().name().equals(query.actor()))
            .filter(link -> query.action().isEmpty() || link.entry().action().equals(query.action()))
            .filter(link -> query.from().isEmpty() || !link.entry().at().isBefore(query.from().get()))
            .filter(link -> query.to().isEmpty() || link.entry().at().isBefore(query.to().get()))
            .filter(link -> query.before().isEmpty() || link.sequence() < query.before().get())
            .sorted(Comparator.comparing(ChainedEntry::sequence).reversed())
            .limit(query.limit())
            .toList();
    }

    @Override
    public synchronized List<ChainedEntry> after(long sequence, int limit) {
        return chain.stream().filter(link -> link.sequence() > sequence).limit(limit).toList();
    }

    @Override
    public synchronized AuditHead head() {
        return chain.isEmpty() ? AuditHead.NONE : new AuditHead(chain.getLast().sequence(), chain.getLast().hash());
    }

    @Override
    public synchronized AuditCheck check(Optional<AuditHead> known) {
        if (result.isPresent()) {
            return result.get();
        }
        AuditCheck.Walk walk = new AuditCheck.Walk(known);
        chain.forEach(walk::next);
        return walk.end(Optional.of(head()));
    }
}

package org.lazaret.quarantine.index;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.lazaret.quarantine.HeldMail;

/** The second half of {@code V4}: the search terms of the records that there are. */
final class IndexOldTerms extends StatementsMigration {
    private static final int BATCH = 500;

    private final FullText fullText;

    IndexOldTerms(FullText fullText) {
        super("5", "terms of old records");
        this.fullText = fullText;
    }

    @Override
    void migrate(Handle handle) {
        String last = "";
        for (List<String> ids = after(handle, last); !ids.isEmpty(); ids = after(handle, last)) {
            for (HeldMail mail : JdbcIndex.load(handle, ids)) {
                long number = handle.createQuery("SELECT number FROM record WHERE id = :id")
                    .bind("id", mail.id().value())
                    .mapTo(Long.class)
                    .one();
                JdbcIndex.insertTerms(handle, fullText, number, mail);
            }
            last = ids.getLast();
        }
    }

    private static List<String> after(Handle handle, String last) {
        return handle.createQuery("SELECT id FROM record WHERE id > :last ORDER BY id LIMIT :limit")
            .bind("last", last)
            .bind("limit", BATCH)
            .mapTo(String.class)
            .list();
    }
}

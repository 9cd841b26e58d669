package org.lazaret.quarantine.index;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings the tables up to date: {@code V*__*.sql} in the folder of the dialect, each run once and in order. */
final class Schema {
    private Schema() {
    }

    static void migrate(DataSource source, String dialect, FullText fullText) {
        // Our own loader: in a server that loads extensions, the context class loader does not see the migrations.
        Flyway.configure(Schema.class.getClassLoader())
            .dataSource(source)
            .locations("classpath:org/lazaret/quarantine/index/" + dialect)
            .javaMigrations(new IndexOldTerms(fullText), new ChainOldEntries())
            .table("schema_version")
            .loggers("slf4j")
            .load()
            .migrate();
    }
}

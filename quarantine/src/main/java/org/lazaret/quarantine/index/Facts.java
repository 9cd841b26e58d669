package org.lazaret.quarantine.index;

import java.util.Optional;

/** What all nodes on one database have to agree on: the first one says it, and it holds for the others. */
public final class Facts {
    private final Database database;

    public Facts(Database database) {
        this.database = database;
    }

    public Optional<String> find(String name) {
        return database.read(handle -> handle.createQuery("SELECT content FROM agreed WHERE name = :name")
            .bind("name", name)
            .mapTo(String.class)
            .findFirst());
    }

    /**
     * Says something, unless it was said before.
     *
     * @return what holds
     */
    public String agree(String name, String content) {
        database.write(handle -> handle.createUpdate("INSERT INTO agreed (name, content) VALUES (:name, :content) ON CONFLICT DO NOTHING")
            .bind("name", name)
            .bind("content", content)
            .execute());
        return find(name).orElse(content);
    }
}

-- What all nodes on this database have to agree on.
CREATE TABLE agreed (
    name    TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL
) WITHOUT ROWID;

-- Jobs that one node does at a time, and the nodes that are alive; until then, by the clock of the database.
CREATE TABLE lease (
    name       TEXT NOT NULL PRIMARY KEY,
    owner      TEXT NOT NULL,
    held_until INTEGER NOT NULL
) WITHOUT ROWID;

-- Content: 0 removed, 1 kept, 2 to be removed.
UPDATE record SET content = 2 WHERE content = 1 AND NOT EXISTS
    (SELECT 1 FROM record_recipient p WHERE p.record_id = record.id AND p.state NOT IN ('DELETED', 'EXPIRED'));
CREATE INDEX record_to_be_removed ON record (id) WHERE content = 2;

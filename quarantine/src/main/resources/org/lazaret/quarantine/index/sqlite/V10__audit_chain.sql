-- The audit as a chain: each entry carries the hash of the one before it. What was there before is chained by the next migration.
DROP TRIGGER audit_no_update;
DROP TRIGGER audit_no_delete;
DROP INDEX audit_by_record;
ALTER TABLE audit RENAME TO audit_unchained;

CREATE TABLE audit (
    sequence   INTEGER NOT NULL PRIMARY KEY,
    at         INTEGER NOT NULL,
    role       TEXT    NOT NULL,
    actor      TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    record_id  TEXT    NOT NULL,
    recipients TEXT    NOT NULL,
    detail     TEXT    NOT NULL,
    sha256     TEXT    NOT NULL,
    previous   TEXT    NOT NULL,
    hash       TEXT    NOT NULL
);
CREATE INDEX audit_by_record ON audit (record_id, sequence);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'The audit is only appended to'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'The audit is only appended to'); END;

-- One row: whoever appends takes its lock, so that entries follow one another.
CREATE TABLE audit_head (
    one      INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL,
    hash     TEXT    NOT NULL
);
INSERT INTO audit_head (one, sequence, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

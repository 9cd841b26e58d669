-- The audit as a chain: each entry carries the hash of the one before it. What was there before is chained by the next migration.
DROP TRIGGER audit_no_change ON audit;
DROP INDEX audit_by_record;
ALTER TABLE audit RENAME TO audit_unchained;

CREATE TABLE audit (
    sequence   BIGINT           NOT NULL CONSTRAINT audit_by_sequence PRIMARY KEY,
    at         BIGINT           NOT NULL,
    role       TEXT             NOT NULL,
    actor      TEXT             NOT NULL,
    address    TEXT             NOT NULL,
    action     TEXT             NOT NULL,
    record_id  TEXT COLLATE "C" NOT NULL,
    recipients TEXT             NOT NULL,
    detail     TEXT             NOT NULL,
    sha256     TEXT COLLATE "C" NOT NULL,
    previous   TEXT COLLATE "C" NOT NULL,
    hash       TEXT COLLATE "C" NOT NULL
);
CREATE INDEX audit_by_record ON audit (record_id, sequence);
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_appended_to();

-- One row: whoever appends takes its lock, so that entries follow one another.
CREATE TABLE audit_head (
    one      INTEGER          NOT NULL PRIMARY KEY CHECK (one = 1),
    sequence BIGINT           NOT NULL,
    hash     TEXT COLLATE "C" NOT NULL
);
INSERT INTO audit_head (one, sequence, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

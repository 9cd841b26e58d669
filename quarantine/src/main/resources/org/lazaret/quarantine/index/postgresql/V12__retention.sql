-- A mail on legal hold has the time since when; 0 is none.
ALTER TABLE record ADD COLUMN hold_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN hold_author TEXT NOT NULL DEFAULT '';
ALTER TABLE record ADD COLUMN hold_reason TEXT NOT NULL DEFAULT '';
CREATE INDEX record_with_content ON record (received, id) WHERE content <> 0;

-- One row: bytes of the messages whose content is kept.
CREATE TABLE stored (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    bytes BIGINT NOT NULL
);
INSERT INTO stored (one, bytes) SELECT 1, COALESCE(SUM(size), 0) FROM record WHERE content <> 0;

-- Content that was found to be another than was stored.
CREATE TABLE damaged (
    record_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    found     BIGINT NOT NULL,
    problem   TEXT NOT NULL
);

-- The last run of each work, by whichever node.
CREATE TABLE work (
    name     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    started  BIGINT NOT NULL,
    updated  BIGINT NOT NULL,
    finished BIGINT NOT NULL,
    position TEXT COLLATE "C" NOT NULL,
    total    BIGINT NOT NULL,
    done     BIGINT NOT NULL,
    failed   BIGINT NOT NULL,
    problem  TEXT NOT NULL
);

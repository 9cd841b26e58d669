-- Times are milliseconds since 1970 (UTC). Addresses are kept as in the envelope, with a lower-case key to compare by.
CREATE TABLE record (
    id          TEXT    NOT NULL PRIMARY KEY,
    arrival_id  TEXT    NOT NULL,
    sender      TEXT    NOT NULL,
    received    INTEGER NOT NULL,
    subject     TEXT    NOT NULL,
    header_from TEXT    NOT NULL,
    message_id  TEXT    NOT NULL,
    size        INTEGER NOT NULL,
    sha256      TEXT    NOT NULL,
    score       INTEGER NOT NULL,
    verdict     TEXT    NOT NULL,
    search      TEXT    NOT NULL,
    content     INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
CREATE INDEX record_by_arrival ON record (arrival_id);
CREATE INDEX record_by_time ON record (received DESC, id DESC);

CREATE TABLE record_recipient (
    record_id   TEXT    NOT NULL REFERENCES record (id),
    position    INTEGER NOT NULL,
    address     TEXT    NOT NULL,
    address_key TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    previous    TEXT    NOT NULL,
    owner       TEXT    NOT NULL DEFAULT '',
    changed     INTEGER NOT NULL,
    received    INTEGER NOT NULL,
    PRIMARY KEY (record_id, position)
) WITHOUT ROWID;
CREATE INDEX record_recipient_by_address ON record_recipient (address_key, received DESC, record_id DESC);
CREATE INDEX record_recipient_releasing ON record_recipient (record_id) WHERE state = 'RELEASING';

CREATE TABLE attachment (
    record_id     TEXT    NOT NULL REFERENCES record (id),
    position      INTEGER NOT NULL,
    name          TEXT    NOT NULL,
    declared_type TEXT    NOT NULL,
    detected_type TEXT    NOT NULL,
    size          INTEGER NOT NULL,
    sha256        TEXT    NOT NULL,
    score         INTEGER NOT NULL,
    PRIMARY KEY (record_id, position)
) WITHOUT ROWID;
CREATE INDEX attachment_by_sha256 ON attachment (sha256);

CREATE TABLE outbox (
    name         TEXT    NOT NULL PRIMARY KEY,
    record_id    TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    sender       TEXT    NOT NULL,
    recipients   TEXT    NOT NULL,
    body         BLOB    NOT NULL,
    created      INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_attempt INTEGER NOT NULL,
    lease_until  INTEGER NOT NULL DEFAULT 0,
    problem      TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX outbox_by_next_attempt ON outbox (next_attempt);

CREATE TABLE marker_use (
    marker     TEXT    NOT NULL PRIMARY KEY,
    arrival_id TEXT    NOT NULL,
    used       INTEGER NOT NULL
) WITHOUT ROWID;

-- Appended to, never changed.
CREATE TABLE audit (
    sequence   INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    role       TEXT    NOT NULL,
    actor      TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    record_id  TEXT    NOT NULL,
    recipients TEXT    NOT NULL,
    detail     TEXT    NOT NULL
);
CREATE INDEX audit_by_record ON audit (record_id, sequence);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'The audit is only appended to'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'The audit is only appended to'); END;

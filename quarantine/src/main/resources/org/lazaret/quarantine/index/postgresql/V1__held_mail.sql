-- Times are milliseconds since 1970 (UTC). Addresses are kept as in the envelope, with a lower-case key to compare by. Whatever is ordered or
-- compared by its beginning has the collation "C", so that it is ordered by bytes whatever the database's locale.
CREATE TABLE record (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    arrival_id  TEXT COLLATE "C" NOT NULL,
    sender      TEXT             NOT NULL,
    received    BIGINT           NOT NULL,
    subject     TEXT             NOT NULL,
    header_from TEXT             NOT NULL,
    message_id  TEXT             NOT NULL,
    size        BIGINT           NOT NULL,
    sha256      TEXT COLLATE "C" NOT NULL,
    score       INTEGER          NOT NULL,
    verdict     TEXT             NOT NULL,
    search      TEXT COLLATE "C" NOT NULL,
    content     INTEGER          NOT NULL DEFAULT 1
);
CREATE INDEX record_by_arrival ON record (arrival_id);
CREATE INDEX record_by_time ON record (received DESC, id DESC);

CREATE TABLE record_recipient (
    record_id   TEXT COLLATE "C" NOT NULL REFERENCES record (id),
    position    INTEGER          NOT NULL,
    address     TEXT             NOT NULL,
    address_key TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    previous    TEXT COLLATE "C" NOT NULL,
    owner       TEXT COLLATE "C" NOT NULL DEFAULT '',
    changed     BIGINT           NOT NULL,
    received    BIGINT           NOT NULL,
    PRIMARY KEY (record_id, position)
);
CREATE INDEX record_recipient_by_address ON record_recipient (address_key, received DESC, record_id DESC);
CREATE INDEX record_recipient_releasing ON record_recipient (record_id) WHERE state = 'RELEASING';

CREATE TABLE attachment (
    record_id     TEXT COLLATE "C" NOT NULL REFERENCES record (id),
    position      INTEGER          NOT NULL,
    name          TEXT             NOT NULL,
    declared_type TEXT             NOT NULL,
    detected_type TEXT             NOT NULL,
    size          BIGINT           NOT NULL,
    sha256        TEXT COLLATE "C" NOT NULL,
    score         INTEGER          NOT NULL,
    PRIMARY KEY (record_id, position)
);
CREATE INDEX attachment_by_sha256 ON attachment (sha256);

CREATE TABLE outbox (
    name         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    record_id    TEXT COLLATE "C" NOT NULL,
    kind         TEXT             NOT NULL,
    sender       TEXT             NOT NULL,
    recipients   TEXT             NOT NULL,
    body         BYTEA            NOT NULL,
    created      BIGINT           NOT NULL,
    attempts     INTEGER          NOT NULL DEFAULT 0,
    next_attempt BIGINT           NOT NULL,
    lease_until  BIGINT           NOT NULL DEFAULT 0,
    problem      TEXT             NOT NULL DEFAULT ''
);
CREATE INDEX outbox_by_next_attempt ON outbox (next_attempt);

CREATE TABLE marker_use (
    marker     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    arrival_id TEXT COLLATE "C" NOT NULL,
    used       BIGINT           NOT NULL
);

-- Appended to, never changed.
CREATE TABLE audit (
    sequence   BIGINT           NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         BIGINT           NOT NULL,
    role       TEXT             NOT NULL,
    actor      TEXT             NOT NULL,
    address    TEXT             NOT NULL,
    action     TEXT             NOT NULL,
    record_id  TEXT COLLATE "C" NOT NULL,
    recipients TEXT             NOT NULL,
    detail     TEXT             NOT NULL
);
CREATE INDEX audit_by_record ON audit (record_id, sequence);
CREATE FUNCTION audit_is_only_appended_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit is only appended to';
END
$$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_appended_to();

-- A letter with digest_at waits in the outbox until then and goes into its reader's digest; its body is empty or not sent.
ALTER TABLE outbox ADD COLUMN reader TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN summary TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN digest_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outbox_by_digest ON outbox (digest_at) WHERE digest_at > 0;

-- How many letters a reader got since the window opened.
CREATE TABLE notice_window (
    reader  TEXT    NOT NULL PRIMARY KEY,
    started INTEGER NOT NULL,
    given   INTEGER NOT NULL
) WITHOUT ROWID;

-- What was answered for a notice, so that a repetition after a crash is answered alike.
CREATE TABLE notice_given (
    name  TEXT    NOT NULL PRIMARY KEY,
    at    INTEGER NOT NULL,
    alone INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX notice_given_by_time ON notice_given (at);

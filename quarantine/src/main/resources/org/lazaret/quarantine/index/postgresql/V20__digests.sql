-- A letter with digest_at waits in the outbox until then and goes into its reader's digest; its body is empty or not sent.
ALTER TABLE outbox ADD COLUMN reader TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN summary TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN digest_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX outbox_by_digest ON outbox (digest_at) WHERE digest_at > 0;

-- How many letters a reader got since the window opened.
CREATE TABLE notice_window (
    reader  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    started BIGINT NOT NULL,
    given   INTEGER NOT NULL
);

-- What was answered for a notice, so that a repetition after a crash is answered alike.
CREATE TABLE notice_given (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    at    BIGINT NOT NULL,
    alone INTEGER NOT NULL
);
CREATE INDEX notice_given_by_time ON notice_given (at);

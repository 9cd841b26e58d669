-- Allow and block lists. The version grows with each change, so that nodes see that what they know is old.
CREATE TABLE list_entry (
    id        TEXT    NOT NULL PRIMARY KEY,
    effect    TEXT    NOT NULL,
    field     TEXT    NOT NULL,
    pattern   TEXT    NOT NULL,
    recipient TEXT    NOT NULL DEFAULT '',
    expires   INTEGER,
    reason    TEXT    NOT NULL,
    author    TEXT    NOT NULL,
    created   INTEGER NOT NULL,
    UNIQUE (field, pattern, recipient)
) WITHOUT ROWID;

CREATE TABLE list_version (
    one     INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL
);
INSERT INTO list_version (one, version) VALUES (1, 0);

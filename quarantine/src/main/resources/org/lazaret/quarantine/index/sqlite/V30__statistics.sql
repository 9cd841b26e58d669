-- How many mails there were: hours since 1970 (UTC), added up over all nodes.
CREATE TABLE statistic (
    hour  INTEGER NOT NULL,
    kind  TEXT NOT NULL,
    mails INTEGER NOT NULL,
    PRIMARY KEY (hour, kind)
) WITHOUT ROWID;

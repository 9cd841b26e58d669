-- How many mails there were: hours since 1970 (UTC), added up over all nodes.
CREATE TABLE statistic (
    hour  BIGINT NOT NULL,
    kind  TEXT NOT NULL,
    mails BIGINT NOT NULL,
    PRIMARY KEY (hour, kind)
);

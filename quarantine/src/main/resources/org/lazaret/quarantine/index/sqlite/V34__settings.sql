-- Settings saved in the portal: each version has all of its lines, as they would stand in lazaret.properties.
CREATE TABLE settings_version (
    number  BIGINT NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL,
    author  TEXT   NOT NULL,
    address TEXT   NOT NULL,
    comment TEXT   NOT NULL
);

CREATE TABLE settings_line (
    number  BIGINT NOT NULL REFERENCES settings_version (number),
    name    TEXT NOT NULL,
    content TEXT   NOT NULL,
    PRIMARY KEY (number, name)
);

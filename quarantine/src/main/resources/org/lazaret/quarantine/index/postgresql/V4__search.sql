-- Each record has a number that grows with the time of its receipt: milliseconds since 1970 * 65536, and something to tell records of the same
-- millisecond apart. Lists are in its order, and pages go on below a number.
ALTER TABLE record ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
UPDATE record SET number = received * 65536 + n.place
    FROM (SELECT id, row_number() OVER (PARTITION BY received ORDER BY id) AS place FROM record) n WHERE n.id = record.id;
CREATE UNIQUE INDEX record_by_number ON record (number);
DROP INDEX record_by_time;
ALTER TABLE record DROP COLUMN search;

DROP INDEX record_recipient_by_address;
ALTER TABLE record_recipient DROP COLUMN received;
ALTER TABLE record_recipient ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
UPDATE record_recipient SET number = (SELECT r.number FROM record r WHERE r.id = record_recipient.record_id);
CREATE INDEX record_recipient_by_address ON record_recipient (address_key, number);
CREATE INDEX record_recipient_by_state ON record_recipient (state, number);

-- What a record can be found by. See SearchTerms; filled by migration V5 for the records that there are.
CREATE TABLE record_term (
    number BIGINT   NOT NULL PRIMARY KEY,
    terms  TSVECTOR NOT NULL
);
-- The planner has to know which terms are common.
ALTER TABLE record_term ALTER COLUMN terms SET STATISTICS 1000;
CREATE INDEX record_term_by_term ON record_term USING GIN (terms) WITH (gin_pending_list_limit = 512);

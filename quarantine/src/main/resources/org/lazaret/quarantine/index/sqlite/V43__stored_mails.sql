-- How many mails have their content kept, beside their bytes: told without counting them.
ALTER TABLE stored ADD COLUMN mails INTEGER NOT NULL DEFAULT 0;
UPDATE stored SET mails = (SELECT count(*) FROM record WHERE content <> 0) WHERE one = 1;

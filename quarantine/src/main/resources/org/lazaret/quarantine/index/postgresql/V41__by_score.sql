-- For lists that begin with the highest score.
CREATE INDEX record_by_score ON record (score, number);

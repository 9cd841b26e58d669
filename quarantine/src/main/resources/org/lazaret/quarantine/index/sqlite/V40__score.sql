-- Wide ranges of scores are found by looking at each score in the order of the numbers.
CREATE INDEX record_by_number_score ON record (number, score);

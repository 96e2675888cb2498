-- The words of a statement, as onrecord.ledger.postgres makes them.

ALTER TABLE attributions ADD COLUMN search TSVECTOR NOT NULL DEFAULT '';

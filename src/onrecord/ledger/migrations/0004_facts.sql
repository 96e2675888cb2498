-- Version 4: what a statement is asked for stands with it, so that a search is one look into the index, and counts of
-- voices are kept. The program fills the new columns (onrecord.ledger.refilling); version 5 then builds the index.

DROP VIEW statements;
DROP VIEW voices;
DROP VIEW disputes;
DROP VIEW assessments;

CREATE TABLE outlets (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    plain_name TEXT NOT NULL
);

CREATE TABLE bands (
    low $real NOT NULL,
    high $real NOT NULL,
    PRIMARY KEY (low, high)
);

ALTER TABLE attributions ADD COLUMN is_current INTEGER NOT NULL DEFAULT 1;
ALTER TABLE attributions ADD COLUMN outlet INTEGER REFERENCES outlets (id);
ALTER TABLE attributions ADD COLUMN disputed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attributions ADD COLUMN facts TEXT NOT NULL DEFAULT '';

ALTER TABLE ledger_voices ADD COLUMN statements INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger_voices ADD COLUMN reports INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger_voices ADD COLUMN first_seen TEXT;
ALTER TABLE ledger_voices ADD COLUMN last_seen TEXT;

-- Full text of the statements: words are matched by their stem (porter), facts as they are. Built in one pass. The
-- quoted content="..." is what Datasette looks for.

CREATE VIRTUAL TABLE attributions_fts USING fts5 (
    content_text, source_text, facts,
    content="attributions", content_rowid="id", tokenize="porter unicode61"
);
INSERT INTO attributions_fts (attributions_fts) VALUES ('rebuild');

CREATE TRIGGER attributions_fts_insert AFTER INSERT ON attributions BEGIN
    INSERT INTO attributions_fts (rowid, content_text, source_text, facts)
    VALUES (new.id, new.content_text, new.source_text, new.facts);
END;

CREATE TRIGGER attributions_fts_delete AFTER DELETE ON attributions BEGIN
    INSERT INTO attributions_fts (attributions_fts, rowid, content_text, source_text, facts)
    VALUES ('delete', old.id, old.content_text, old.source_text, old.facts);
END;

CREATE TRIGGER attributions_fts_update AFTER UPDATE OF id, content_text, source_text, facts ON attributions BEGIN
    INSERT INTO attributions_fts (attributions_fts, rowid, content_text, source_text, facts)
    VALUES ('delete', old.id, old.content_text, old.source_text, old.facts);
    INSERT INTO attributions_fts (rowid, content_text, source_text, facts)
    VALUES (new.id, new.content_text, new.source_text, new.facts);
END;

-- Parts of the names of voices.

CREATE VIRTUAL TABLE ledger_voices_fts USING fts5 (
    plain_name, content="ledger_voices", content_rowid="id", tokenize="trigram"
);
INSERT INTO ledger_voices_fts (ledger_voices_fts) VALUES ('rebuild');

CREATE TRIGGER ledger_voices_fts_insert AFTER INSERT ON ledger_voices BEGIN
    INSERT INTO ledger_voices_fts (rowid, plain_name) VALUES (new.id, new.plain_name);
END;

CREATE TRIGGER ledger_voices_fts_delete AFTER DELETE ON ledger_voices BEGIN
    INSERT INTO ledger_voices_fts (ledger_voices_fts, rowid, plain_name)
    VALUES ('delete', old.id, old.plain_name);
END;

-- Full text of the statements: words are matched by their stem (porter). The quoted content="..." is what
-- Datasette looks for.

CREATE VIRTUAL TABLE attributions_fts USING fts5 (
    content_text, source_text,
    content="attributions", content_rowid="id", tokenize="porter unicode61"
);

CREATE TRIGGER attributions_fts_insert AFTER INSERT ON attributions BEGIN
    INSERT INTO attributions_fts (rowid, content_text, source_text)
    VALUES (new.id, new.content_text, new.source_text);
END;

CREATE TRIGGER attributions_fts_delete AFTER DELETE ON attributions BEGIN
    INSERT INTO attributions_fts (attributions_fts, rowid, content_text, source_text)
    VALUES ('delete', old.id, old.content_text, old.source_text);
END;

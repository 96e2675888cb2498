-- The index is built anew in version 5.

DROP TRIGGER attributions_fts_insert;
DROP TRIGGER attributions_fts_delete;
DROP TABLE attributions_fts;

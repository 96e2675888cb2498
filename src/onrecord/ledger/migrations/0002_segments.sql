-- Version 2: how far each segment of input was taken in, so that a run that was stopped goes on where it was.
--
-- A segment is named by the hash of its bytes and of the settings that it is read with (onrecord.batch).

CREATE TABLE segments (
    name TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    done INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    at TEXT NOT NULL
);

-- Version 3: what a corrected report changed in its statements, and what watching feeds has to remember.

CREATE TABLE corrections (
    version INTEGER NOT NULL REFERENCES versions (id),
    number INTEGER NOT NULL,
    what TEXT NOT NULL,
    voice TEXT NOT NULL,
    before_row TEXT,
    before_text TEXT,
    after_row TEXT,
    after_text TEXT,
    PRIMARY KEY (version, number)
);

CREATE TABLE feeds (
    url TEXT PRIMARY KEY,
    title TEXT,
    etag TEXT,
    modified TEXT,
    checked_at TEXT,
    due_at TEXT,
    tries INTEGER NOT NULL,
    state TEXT NOT NULL
);

CREATE TABLE feed_items (
    url TEXT PRIMARY KEY,
    feed TEXT NOT NULL,
    entry_id TEXT,
    host TEXT NOT NULL,
    state TEXT NOT NULL,
    stamp TEXT NOT NULL,
    title TEXT,
    published TEXT,
    outlet TEXT,
    etag TEXT,
    modified TEXT,
    report TEXT,
    report_url TEXT,
    text_sha256 TEXT,
    first_seen TEXT NOT NULL,
    fetched_at TEXT,
    due_at TEXT,
    tries INTEGER NOT NULL
);
CREATE INDEX feed_items_due ON feed_items (host, due_at);
CREATE INDEX feed_items_entry ON feed_items (feed, entry_id);
CREATE INDEX feed_items_report ON feed_items (report);

CREATE TABLE feed_hosts (
    host TEXT PRIMARY KEY,
    robots TEXT,
    robots_at TEXT,
    free_at TEXT,
    tries INTEGER NOT NULL
);

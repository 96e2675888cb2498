-- Version 1: reports and their versions, and the rows of a reading.
--
-- A row of a reading is named by its version and by the id it has in the reading ("a3", "v1"), so that no
-- number has to be known before it is written. $identity, $blob and $real are filled in per database.

CREATE TABLE reports (
    id $identity,
    report_key TEXT NOT NULL UNIQUE,
    identity TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL
);

CREATE TABLE versions (
    id $identity,
    report INTEGER NOT NULL REFERENCES reports (id),
    number INTEGER NOT NULL,
    is_current INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    content_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    made_with TEXT NOT NULL,
    source TEXT NOT NULL,
    url TEXT,
    title TEXT,
    published TEXT,
    byline TEXT,
    site TEXT,
    outlet TEXT,
    language TEXT,
    fetched TEXT,
    read_at TEXT NOT NULL,
    text TEXT NOT NULL,
    notes TEXT NOT NULL,
    reading $blob NOT NULL,
    UNIQUE (report, number),
    UNIQUE (report, sha256)
);
CREATE INDEX versions_content_id ON versions (content_id);
CREATE INDEX versions_source ON versions (source);
CREATE INDEX versions_published ON versions (is_current, published);

CREATE TABLE blocks (
    version INTEGER NOT NULL REFERENCES versions (id),
    number INTEGER NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    kind TEXT NOT NULL,
    place TEXT,
    PRIMARY KEY (version, number)
);

CREATE TABLE ledger_voices (
    id $identity,
    voice_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    plain_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    is_local INTEGER NOT NULL,
    merged_into INTEGER REFERENCES ledger_voices (id)
);
CREATE INDEX ledger_voices_plain_name ON ledger_voices (plain_name);
CREATE INDEX ledger_voices_merged ON ledger_voices (merged_into);

CREATE TABLE voice_choices (
    report INTEGER NOT NULL REFERENCES reports (id),
    voice_key TEXT NOT NULL,
    ledger_voice INTEGER NOT NULL REFERENCES ledger_voices (id),
    PRIMARY KEY (report, voice_key)
);

CREATE TABLE voice_log (
    id $identity,
    at TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    action TEXT NOT NULL,
    voice TEXT NOT NULL,
    other TEXT NOT NULL,
    report TEXT,
    note TEXT NOT NULL
);

CREATE TABLE report_voices (
    version INTEGER NOT NULL REFERENCES versions (id),
    row_id TEXT NOT NULL,
    ledger_voice INTEGER NOT NULL REFERENCES ledger_voices (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    roles TEXT NOT NULL,
    speaks_for TEXT,
    mentions TEXT NOT NULL,
    why TEXT NOT NULL,
    confidence $real NOT NULL,
    count INTEGER,
    made_by TEXT NOT NULL,
    PRIMARY KEY (version, row_id)
);
CREATE INDEX report_voices_ledger_voice ON report_voices (ledger_voice);

CREATE TABLE attributions (
    id $identity,
    version INTEGER NOT NULL REFERENCES versions (id),
    row_id TEXT NOT NULL,
    within TEXT,
    voice TEXT,
    ledger_voice INTEGER REFERENCES ledger_voices (id),
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    source_text TEXT NOT NULL,
    cue_text TEXT NOT NULL,
    content_text TEXT NOT NULL,
    chain TEXT NOT NULL,
    depth INTEGER NOT NULL,
    quotation TEXT NOT NULL,
    act TEXT NOT NULL,
    said_value TEXT,
    said_start_char INTEGER,
    said_end_char INTEGER,
    confidence $real NOT NULL,
    made_by TEXT NOT NULL,
    UNIQUE (version, row_id)
);
CREATE INDEX attributions_ledger_voice ON attributions (ledger_voice);

CREATE TABLE spans (
    version INTEGER NOT NULL REFERENCES versions (id),
    row_id TEXT NOT NULL,
    role TEXT NOT NULL,
    number INTEGER NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    PRIMARY KEY (version, row_id, role, number)
);

CREATE TABLE times (
    version INTEGER NOT NULL REFERENCES versions (id),
    row_id TEXT NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    text TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    anchor TEXT,
    granularity TEXT,
    made_by TEXT NOT NULL,
    PRIMARY KEY (version, row_id)
);

CREATE TABLE certainties (
    version INTEGER NOT NULL REFERENCES versions (id),
    row_id TEXT NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    text TEXT NOT NULL,
    term TEXT NOT NULL,
    direction TEXT NOT NULL,
    holder TEXT NOT NULL,
    yardstick TEXT,
    low $real,
    high $real,
    analytic_confidence TEXT,
    notes TEXT NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (version, row_id)
);
CREATE INDEX certainties_holder ON certainties (version, holder);
CREATE INDEX certainties_low ON certainties (low);

CREATE TABLE report_disputes (
    version INTEGER NOT NULL REFERENCES versions (id),
    row_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    claim TEXT,
    claim_start_char INTEGER NOT NULL,
    claim_end_char INTEGER NOT NULL,
    claim_text TEXT NOT NULL,
    denial TEXT,
    denial_start_char INTEGER NOT NULL,
    denial_end_char INTEGER NOT NULL,
    denial_text TEXT NOT NULL,
    cue_start_char INTEGER NOT NULL,
    cue_end_char INTEGER NOT NULL,
    cue_text TEXT NOT NULL,
    why TEXT NOT NULL,
    confidence $real NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (version, row_id)
);
CREATE INDEX report_disputes_claim ON report_disputes (version, claim);
CREATE INDEX report_disputes_denial ON report_disputes (version, denial);

CREATE TABLE headline_checks (
    version INTEGER NOT NULL REFERENCES versions (id),
    row_id TEXT NOT NULL,
    verdict TEXT NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    text TEXT NOT NULL,
    rests_on TEXT NOT NULL,
    why TEXT NOT NULL,
    confidence $real NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (version, row_id)
);

CREATE TABLE headline_differences (
    version INTEGER NOT NULL REFERENCES versions (id),
    row_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    what TEXT NOT NULL,
    headline_start_char INTEGER NOT NULL,
    headline_end_char INTEGER NOT NULL,
    headline_text TEXT NOT NULL,
    body_start_char INTEGER NOT NULL,
    body_end_char INTEGER NOT NULL,
    body_text TEXT NOT NULL,
    PRIMARY KEY (version, row_id, number)
);

CREATE TABLE reviews (
    version INTEGER NOT NULL REFERENCES versions (id),
    row_id TEXT NOT NULL,
    state TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (version, row_id)
);

CREATE TABLE review_log (
    id $identity,
    report TEXT NOT NULL,
    version_number INTEGER NOT NULL,
    row_id TEXT NOT NULL,
    at TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX review_log_report ON review_log (report, row_id);

CREATE TABLE forget_log (
    id $identity,
    at TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    report TEXT NOT NULL,
    note TEXT NOT NULL
);

CREATE TABLE failures (
    source TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    kind TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    times_seen INTEGER NOT NULL
);

-- The views carry the plain names; they show the current version of each report.

CREATE VIEW statements AS
SELECT a.id AS id,
       r.report_key || '.' || a.row_id AS statement,
       v.published AS published,
       v.outlet AS outlet,
       v.title AS title,
       COALESCE(b.name, o.name) AS voice,
       COALESCE(b.kind, o.kind) AS voice_kind,
       a.source_text AS source,
       a.cue_text AS cue,
       a.content_text AS content,
       a.chain AS chain,
       a.quotation AS quotation,
       a.act AS act,
       a.said_value AS said,
       CASE WHEN EXISTS (SELECT 1 FROM report_disputes d
                         WHERE d.version = a.version AND (d.claim = a.row_id OR d.denial = a.row_id))
            THEN 1 ELSE 0 END AS disputed,
       a.confidence AS confidence,
       a.made_by AS made_by,
       COALESCE(w.state, 'machine') AS review,
       r.report_key AS report,
       v.url AS url,
       a.start_char AS start_char,
       a.end_char AS end_char
FROM attributions a
JOIN versions v ON v.id = a.version AND v.is_current = 1
JOIN reports r ON r.id = v.report
LEFT JOIN ledger_voices o ON o.id = a.ledger_voice
LEFT JOIN ledger_voices b ON b.id = o.merged_into
LEFT JOIN reviews w ON w.version = a.version AND w.row_id = a.row_id;

CREATE VIEW voices AS
SELECT COALESCE(b.id, o.id) AS id,
       COALESCE(b.name, o.name) AS voice,
       COALESCE(b.kind, o.kind) AS kind,
       COUNT(a.id) AS statements,
       COUNT(DISTINCT v.report) AS reports,
       MIN(v.published) AS first_seen,
       MAX(v.published) AS last_seen
FROM report_voices p
JOIN versions v ON v.id = p.version AND v.is_current = 1
JOIN ledger_voices o ON o.id = p.ledger_voice
LEFT JOIN ledger_voices b ON b.id = o.merged_into
LEFT JOIN attributions a ON a.version = p.version AND a.voice = p.row_id
GROUP BY COALESCE(b.id, o.id), COALESCE(b.name, o.name), COALESCE(b.kind, o.kind);

CREATE VIEW disputes AS
SELECT r.report_key || '.' || d.row_id AS dispute,
       v.published AS published,
       v.outlet AS outlet,
       v.title AS title,
       d.kind AS kind,
       c.chain AS claim_by,
       d.claim_text AS claim,
       n.chain AS denial_by,
       d.denial_text AS denial,
       d.cue_text AS cue,
       d.why AS why,
       d.confidence AS confidence,
       d.made_by AS made_by,
       COALESCE(w.state, 'machine') AS review,
       r.report_key AS report,
       v.url AS url
FROM report_disputes d
JOIN versions v ON v.id = d.version AND v.is_current = 1
JOIN reports r ON r.id = v.report
LEFT JOIN attributions c ON c.version = d.version AND c.row_id = d.claim
LEFT JOIN attributions n ON n.version = d.version AND n.row_id = d.denial
LEFT JOIN reviews w ON w.version = d.version AND w.row_id = d.row_id;

CREATE VIEW assessments AS
SELECT r.report_key || '.' || c.row_id AS assessment,
       v.published AS published,
       v.outlet AS outlet,
       CASE WHEN c.holder = 'reporter' THEN 'reporter' ELSE COALESCE(b.name, o.name) END AS holder,
       c.text AS words,
       c.term AS term,
       c.direction AS direction,
       c.yardstick AS yardstick,
       c.low AS low,
       c.high AS high,
       c.analytic_confidence AS analytic_confidence,
       a.content_text AS content,
       c.notes AS notes,
       c.made_by AS made_by,
       COALESCE(w.state, 'machine') AS review,
       r.report_key AS report,
       v.url AS url
FROM certainties c
JOIN versions v ON v.id = c.version AND v.is_current = 1
JOIN reports r ON r.id = v.report
LEFT JOIN attributions a ON a.version = c.version AND a.row_id = c.holder
LEFT JOIN ledger_voices o ON o.id = a.ledger_voice
LEFT JOIN ledger_voices b ON b.id = o.merged_into
LEFT JOIN reviews w ON w.version = c.version AND w.row_id = c.row_id;

-- Version 6: a report that came without an outlet's name is its site's.

DROP VIEW statements;
DROP VIEW disputes;
DROP VIEW assessments;

CREATE VIEW statements AS
SELECT a.id AS id,
       r.report_key || '.' || a.row_id AS statement,
       v.published AS published,
       COALESCE(NULLIF(v.outlet, ''), v.site) AS outlet,
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
       a.disputed AS disputed,
       a.confidence AS confidence,
       a.made_by AS made_by,
       COALESCE(w.state, 'machine') AS review,
       r.report_key AS report,
       v.url AS url,
       a.start_char AS start_char,
       a.end_char AS end_char
FROM attributions a
JOIN versions v ON v.id = a.version
JOIN reports r ON r.id = v.report
LEFT JOIN ledger_voices o ON o.id = a.ledger_voice
LEFT JOIN ledger_voices b ON b.id = o.merged_into
LEFT JOIN reviews w ON w.version = a.version AND w.row_id = a.row_id
WHERE a.is_current = 1;

CREATE VIEW disputes AS
SELECT r.report_key || '.' || d.row_id AS dispute,
       v.published AS published,
       COALESCE(NULLIF(v.outlet, ''), v.site) AS outlet,
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
       COALESCE(NULLIF(v.outlet, ''), v.site) AS outlet,
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

"""Reviews: what people decided about machine-made rows, and the audit trail."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, text

from onrecord.errors import UsageError
from onrecord.ledger import reports
from onrecord.ledger.identity import storable
from onrecord.ledger.records import REVIEW_STATES, Judgement, Review, ReviewState, RowKind, Signature
from onrecord.ledger.rows import reviewable

_WHAT: dict[RowKind, tuple[str, str]] = {
    "dispute": ("report_disputes", "x.denial_text || ' ⟷ ' || x.claim_text"),
    "headline": ("headline_checks", "x.verdict || ': ' || x.text"),
    "statement": ("attributions", "x.chain || ': ' || x.content_text"),
    "voice": ("report_voices", "x.name || ' (' || x.kind || '): ' || x.why"),
    "certainty": ("certainties", "x.text || ' (' || x.direction || ', ' || x.holder || ')'"),
    "time": ("times", "x.text || ' = ' || x.value"),
}
_NOT_MEASURED = {"certainty", "time"}
"""Kinds whose rows carry no confidence of their own."""


def review(connection: Connection, row: str, state: ReviewState, signed: Signature) -> Review:
    """Set the state of a row of a report's current version. Raises UsageError if there is no such row."""
    if state not in REVIEW_STATES:
        raise UsageError(f"{state!r} is no review state. Use one of: {', '.join(REVIEW_STATES)}.")
    key, row_id = _named(connection, row)
    version = connection.execute(
        text(
            "SELECT v.id, v.number FROM versions v JOIN reports r ON r.id = v.report "
            "WHERE r.report_key = :key AND v.is_current = 1"
        ),
        {"key": key},
    ).one()
    here = {"version": version.id, "row_id": row_id}
    before = connection.execute(
        text("SELECT state FROM reviews WHERE version = :version AND row_id = :row_id"), here
    ).scalar()
    values = here | {
        "state": state,
        "by_whom": storable(signed.by),
        "at": signed.at,
        "note": storable(signed.note),
    }
    connection.execute(
        text(
            "INSERT INTO reviews (version, row_id, state, by_whom, at, note) "
            "VALUES (:version, :row_id, :state, :by_whom, :at, :note) "
            "ON CONFLICT (version, row_id) DO UPDATE SET state = :state, by_whom = :by_whom, at = :at, note = :note"
        ),
        values,
    )
    connection.execute(
        text(
            "INSERT INTO review_log (report, version_number, row_id, at, by_whom, from_state, to_state, note) "
            "VALUES (:report, :number, :row_id, :at, :by_whom, :before, :state, :note)"
        ),
        values | {"report": key, "number": version.number, "before": before or "machine"},
    )
    return Review(
        f"{key}.{row_id}", version.number, signed.at, signed.by, before or "machine", state, signed.note
    )


def _named(connection: Connection, row: str) -> tuple[str, str]:
    report, dot, row_id = row.rpartition(".")
    if not dot or not report or not row_id:
        raise UsageError(f"{row!r} names no row. Write the report's key and the row, e.g. 5f0c2a.d1.")
    key = reports.key_of(connection, report)
    known = reviewable(reports.reading(connection, key, None))
    if row_id not in known:
        raise UsageError(f"Report {key} has no row {row_id!r}. See its rows with: onrecord show LEDGER {key}")
    return key, row_id


def states(connection: Connection, name: str) -> dict[str, ReviewState]:
    """The reviewed rows of a report's current version."""
    rows = connection.execute(
        text(
            "SELECT w.row_id, w.state FROM reviews w JOIN versions v ON v.id = w.version AND v.is_current = 1 "
            "JOIN reports r ON r.id = v.report WHERE r.report_key = :key"
        ),
        {"key": reports.key_of(connection, name)},
    )
    return {row.row_id: row.state for row in rows}


def judgements(
    connection: Connection, kinds: Sequence[RowKind], wanted: Sequence[ReviewState], limit: int | None
) -> tuple[Judgement, ...]:
    """Rows of the kinds in the states, latest reports first."""
    parts = [_select(kind) for kind in kinds]
    rows = connection.execute(
        text(
            f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS judgements WHERE state IN :states "
            "ORDER BY published DESC NULLS LAST, report_key, kind, start_char, row_id LIMIT :limit"
        ).bindparams(bindparam("states", expanding=True)),
        {"states": list(wanted), "limit": 2**62 if limit is None else limit},
    )
    return tuple(
        Judgement(
            f"{row.report_key}.{row.row_id}",
            row.kind,
            " ".join(row.what.split()),
            row.state,
            row.title,
            row.published,
            row.made_by,
            row.confidence,
        )
        for row in rows
    )


def _select(kind: RowKind) -> str:
    name, what = _WHAT[kind]
    start = {"report_disputes": "x.denial_start_char", "report_voices": "0"}.get(name, "x.start_char")
    confidence = "1.0" if kind in _NOT_MEASURED else "x.confidence"
    return (
        f"SELECT r.report_key, x.row_id, '{kind}' AS kind, {what} AS what, COALESCE(w.state, 'machine') AS state, "
        f"v.title, v.published, x.made_by, {confidence} AS confidence, {start} AS start_char FROM {name} x "
        "JOIN versions v ON v.id = x.version AND v.is_current = 1 JOIN reports r ON r.id = v.report "
        "LEFT JOIN reviews w ON w.version = x.version AND w.row_id = x.row_id"
    )


def changes(connection: Connection, row: str | None) -> tuple[Review, ...]:
    """The audit trail, oldest first."""
    where, values = "", {}
    if row is not None:
        report, _, row_id = row.rpartition(".")
        where = "WHERE report = :report AND row_id = :row_id"
        values = {"report": reports.key_of(connection, report), "row_id": row_id}
    rows = connection.execute(text(f"SELECT * FROM review_log {where} ORDER BY id"), values)
    return tuple(
        Review(f"{r.report}.{r.row_id}", r.version_number, r.at, r.by_whom, r.from_state, r.to_state, r.note)
        for r in rows
    )

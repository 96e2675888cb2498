"""Reports in the ledger: finding one by what a person types, listing them, giving back readings."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, text

from onrecord.errors import UsageError
from onrecord.ledger.identity import storable
from onrecord.ledger.records import ReportEntry
from onrecord.ledger.rows import unpack
from onrecord.model import Reading

_ENTRY = """
SELECT r.report_key AS report, v.number AS version, v.source, v.url, v.title, v.published, v.outlet, v.site,
       v.language, v.read_at, v.notes, v.made_with,
       (SELECT COUNT(*) FROM attributions a WHERE a.version = v.id) AS statements,
       (SELECT COUNT(*) FROM report_voices p WHERE p.version = v.id) AS voices,
       (SELECT COUNT(*) FROM report_disputes d WHERE d.version = v.id) AS disputes,
       (SELECT h.verdict FROM headline_checks h WHERE h.version = v.id AND h.row_id = 'h1') AS verdict
FROM versions v JOIN reports r ON r.id = v.report
"""


def reports(connection: Connection, limit: int | None, offset: int) -> tuple[ReportEntry, ...]:
    """The reports by their current versions, latest publication first, those without a date last."""
    rows = connection.execute(
        text(
            f"{_ENTRY} WHERE v.is_current = 1 "
            "ORDER BY v.published DESC NULLS LAST, r.report_key LIMIT :limit OFFSET :offset"
        ),
        {"limit": 2**62 if limit is None else limit, "offset": offset},
    )
    return tuple(_entry(row) for row in rows.mappings())


def corrected(connection: Connection, limit: int) -> tuple[ReportEntry, ...]:
    """The reports that have more than one version, the one changed last first."""
    rows = connection.execute(
        text(
            f"{_ENTRY} WHERE v.is_current = 1 AND v.number > 1 ORDER BY v.read_at DESC, v.id DESC LIMIT :limit"
        ),
        {"limit": limit},
    )
    return tuple(_entry(row) for row in rows.mappings())


def report(connection: Connection, name: str) -> ReportEntry:
    """The current version of one report."""
    key = key_of(connection, name)
    rows = connection.execute(text(f"{_ENTRY} WHERE v.is_current = 1 AND r.report_key = :key"), {"key": key})
    return _entry(rows.mappings().one())


def versions(connection: Connection, name: str) -> tuple[ReportEntry, ...]:
    """All versions of one report, oldest first."""
    key = key_of(connection, name)
    rows = connection.execute(text(f"{_ENTRY} WHERE r.report_key = :key ORDER BY v.number"), {"key": key})
    return tuple(_entry(row) for row in rows.mappings())


def reading(connection: Connection, name: str, version: int | None) -> Reading:
    """The reading as it was added."""
    key = key_of(connection, name)
    rows = connection.execute(
        text(
            "SELECT v.id, v.number, v.is_current FROM versions v JOIN reports r ON r.id = v.report "
            "WHERE r.report_key = :key"
        ),
        {"key": key},
    ).all()
    for row in rows:
        if row.number == version or (version is None and row.is_current):
            packed = connection.execute(text("SELECT reading FROM versions WHERE id = :id"), {"id": row.id})
            return unpack(packed.scalar_one())
    raise UsageError(f"Report {key} has the versions 1 to {len(rows)}, not {version}.")


def key_of(connection: Connection, name: str) -> str:
    """The key of the report that a key, the start of a key, a URL or a source names.

    Raises UsageError, with what was meant perhaps, if there is none or more than one.
    """
    name = storable(name)
    known = {"name": name}
    # The key first, by its index: the other names need a walk through all versions.
    if connection.execute(text("SELECT 1 FROM reports WHERE report_key = :name"), known).first():
        return name
    exact = connection.execute(
        text(
            "SELECT DISTINCT r.report_key FROM reports r LEFT JOIN versions v ON v.report = r.id "
            "WHERE r.report_key = :name OR r.identity = :name OR v.source = :name OR v.url = :name "
            "OR v.content_id = :name"
        ),
        known,
    ).scalars()
    return _only(connection, name, list(exact) or _starting(connection, name) or _ending(connection, name))


def _starting(connection: Connection, name: str) -> list[str]:
    if not name or any(ch not in "0123456789abcdef" for ch in name.lower()):
        return []
    found = connection.execute(
        text(
            "SELECT report_key FROM reports WHERE report_key BETWEEN :start AND :stop ORDER BY report_key LIMIT 6"
        ),
        {"start": name.lower(), "stop": name.lower() + "g"},
    )
    return list(found.scalars())


def _ending(connection: Connection, name: str) -> list[str]:
    """The reports whose source has this file name, wherever it lies."""
    if not name.strip("/"):
        return []
    found = connection.execute(
        text(
            "SELECT DISTINCT r.report_key FROM reports r JOIN versions v ON v.report = r.id "
            "WHERE substr(v.source, -length(:ending)) = :ending ORDER BY 1 LIMIT 6"
        ),
        {"ending": "/" + name.strip("/")},
    )
    return list(found.scalars())


def _only(connection: Connection, name: str, keys: Sequence[str]) -> str:
    if len(keys) == 1:
        return keys[0]
    if keys:
        raise UsageError(f"{name!r} names several reports: {', '.join(keys)}. Give more of the key.")
    raise UsageError(f"The ledger has no report {name!r}.{_perhaps(connection, name)}")


def _perhaps(connection: Connection, name: str) -> str:
    rows = connection.execute(
        text(
            "SELECT r.report_key, v.source, v.title FROM versions v JOIN reports r ON r.id = v.report "
            "WHERE v.is_current = 1 ORDER BY v.id DESC LIMIT 2000"
        )
    ).all()
    labels = {
        label: row.report_key for row in rows for label in (row.report_key, row.source, row.title) if label
    }
    low = name.lower()
    close = [label for label in labels if low and low in label.lower()]
    close += difflib.get_close_matches(name, labels, n=3, cutoff=0.5)
    hints = list(dict.fromkeys(f"{labels[label]} ({label})" for label in close))[:3]
    if hints:
        return f" Did you mean {' or '.join(hints)}?"
    return " List the reports with: onrecord show LEDGER"


def _entry(row: RowMapping) -> ReportEntry:
    return ReportEntry(**{**row, "notes": tuple(json.loads(row["notes"]))})

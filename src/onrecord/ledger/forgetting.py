"""Forgetting a report: every trace of its text goes, the audit trail says that somebody did it."""

from __future__ import annotations

from sqlalchemy import Connection, text

from onrecord.ledger import counting, dialects, reports, watching
from onrecord.ledger.identity import storable
from onrecord.ledger.records import Signature
from onrecord.ledger.rows import ROW_TABLES

_NEEDED = ("report_voices", "attributions", "voice_choices")
"""Tables that keep a voice in the ledger as long as they name it."""


def forget(connection: Connection, name: str, signed: Signature) -> str:
    """Delete all versions of a report, and the voices that no other report has. Gives the report's key."""
    key = reports.key_of(connection, name)
    here = {"key": key}
    versions = "(SELECT v.id FROM versions v JOIN reports r ON r.id = v.report WHERE r.report_key = :key)"
    voices = list(
        connection.execute(
            text(f"SELECT DISTINCT ledger_voice FROM report_voices WHERE version IN {versions}"), here
        ).scalars()
    )
    for table in ("reviews", "corrections", *ROW_TABLES):
        connection.execute(text(f"DELETE FROM {table} WHERE version IN {versions}"), here)
    report = "(SELECT id FROM reports WHERE report_key = :key)"
    for table in ("voice_choices", "versions"):
        connection.execute(text(f"DELETE FROM {table} WHERE report = {report}"), here)
    connection.execute(text("DELETE FROM reports WHERE report_key = :key"), here)
    connection.execute(text("DELETE FROM review_log WHERE report = :key"), here)
    watching.forget(connection, key)
    counting.recount(connection, voices)
    for voice in voices:
        _drop_if_unused(connection, voice)
    connection.execute(
        text("INSERT INTO forget_log (at, by_whom, report, note) VALUES (:at, :by, :key, :note)"),
        {"at": signed.at, "by": storable(signed.by), "key": key, "note": storable(signed.note)},
    )
    # Segments that were taken in are looked through again, so that the page can be read again.
    connection.execute(text("DELETE FROM segments"))
    dialects.of(connection).settle(connection)
    return key


def _drop_if_unused(connection: Connection, voice: int) -> None:
    """A voice that people merged stays: their decision holds for reports that come later."""
    unused = " AND ".join(f"NOT EXISTS (SELECT 1 FROM {table} WHERE ledger_voice = :id)" for table in _NEEDED)
    connection.execute(
        text(
            f"DELETE FROM ledger_voices WHERE id = :id AND merged_into IS NULL AND {unused} "
            "AND NOT EXISTS (SELECT 1 FROM ledger_voices l WHERE l.merged_into = :id)"
        ),
        {"id": voice},
    )

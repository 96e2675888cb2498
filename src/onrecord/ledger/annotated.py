"""What people added to a reading stays when the same page is read again."""

from __future__ import annotations

from sqlalchemy import Connection, text

from onrecord.exports.brat import Annotated, with_added
from onrecord.ledger.rows import Prepared, prepare, unpack
from onrecord.ledger.versions import Known
from onrecord.model import Attribution, Reading

ANNOTATOR = "annotator "
"""What `made_by` of a statement begins with that a person added (onrecord import-brat)."""


def kept(connection: Connection, prepared: Prepared, known: Known | None) -> Prepared:
    """The reading with the statements that people added to the one that it replaces, if it replaces one."""
    same = known.versions.get(prepared.version["sha256"]) if known else None
    if same is None or same.fingerprint == prepared.version["fingerprint"]:
        return prepared
    blob = connection.execute(
        text("SELECT reading FROM versions WHERE id = :id"), {"id": same.id}
    ).scalar_one()
    merged = _merged(unpack(blob), prepared.reading)
    return prepared if merged is prepared.reading else prepare(merged, prepared.version["made_with"])


def _merged(before: Reading, after: Reading) -> Reading:
    """`after` with what people added to `before`, where the words still stand at their places."""
    there = {_place(row) for row in after.attributions or ()}
    for row in before.attributions or ():
        if not row.made_by.startswith(ANNOTATOR) or _place(row) in there:
            continue
        spans = (*row.source, *row.cue, *row.content)
        if before.report.at(spans) == after.report.at(spans) and after.report.at(spans):
            added = Annotated(None, "added", row.source, row.cue, row.content)
            after = with_added(after, [added], row.made_by)
    return after


def _place(row: Attribution) -> tuple[object, ...]:
    return row.source, row.cue, row.content

"""What migration 4 cannot say in SQL: the numbers, facts and counts of statements that were there before.

Also the way back to a sound ledger if the facts of its statements should ever not fit their rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from onrecord.ledger import counting, dialects, facts, placing
from onrecord.ledger.lists import rows_in
from onrecord.ledger.placing import Numbers

_AT_ONCE = 200
"""Versions that are worked on together."""


def refill(connection: Connection) -> None:
    """Number all statements by day, and write what they are found by; count the voices anew."""
    versions = connection.execute(
        text("SELECT id, published, outlet, is_current FROM versions ORDER BY id")
    ).all()
    numbers = Numbers(connection)
    outlets = placing.outlets(connection, (row.outlet for row in versions), numbers)
    rows = connection.execute(text("SELECT id, plain_name FROM ledger_voices"))
    names = {row.id: row.plain_name for row in rows}
    for first in range(0, len(versions), _AT_ONCE):
        part = versions[first : first + _AT_ONCE]
        _refill(connection, part, outlets, names, numbers)
    counting.recount(connection, names)


def _refill(
    connection: Connection,
    versions: Sequence[Any],
    outlets: Mapping[str, int],
    names: Mapping[int, str],
    numbers: Numbers,
) -> None:
    ids = [row.id for row in versions]
    disputes = _by_version(connection, "version, claim, denial FROM report_disputes", ids)
    certainties = _by_version(connection, "version, holder, low, high FROM certainties", ids)
    columns = "id, version, row_id, quotation, act, ledger_voice, content_text, source_text"
    statements = _by_version(connection, f"{columns} FROM attributions", ids)
    dialect = dialects.of(connection)
    changed: list[dict[str, Any]] = []
    for row in versions:
        told = placing.Told(
            row.id,
            facts.day_number(row.published),
            bool(row.is_current),
            outlets.get(row.outlet or ""),
            *placing.said_of(disputes[row.id], certainties[row.id]),
        )
        placing.keep_bands(connection, (band for bands in told.bands.values() for band in bands))
        for statement in statements[row.id]:
            voice = statement["ledger_voice"]
            where = placing.placed(statement, told, None if voice is None else (voice, names[voice]))
            made = where | dialect.indexed(dict(statement) | where)
            number = statement["id"]
            dated = facts.first_of(told.day) <= number < facts.first_of(told.day + 1)
            changed.append(made | {"old": number, "id": number if dated else numbers.of_statement(told.day)})
    if changed:
        names_of = ", ".join(f"{name} = :{name}" for name in changed[0] if name != "old")
        connection.execute(text(f"UPDATE attributions SET {names_of} WHERE id = :old"), changed)


def _by_version(
    connection: Connection, select: str, versions: Sequence[int]
) -> Mapping[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows_in(connection, f"SELECT {select} WHERE version IN :keys ORDER BY 1", versions):
        found[row.version].append(dict(row._mapping))
    return found

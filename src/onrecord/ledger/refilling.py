"""What migrations 4 and 6 cannot say in SQL: numbers, facts, outlets and counts of statements that were there before.

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
    names = _refill_all(connection, "")
    counting.recount(connection, names)


def refill_sites(connection: Connection) -> None:
    """Write what the statements of reports without an outlet's name are found by: their site's name."""
    _refill_all(connection, "WHERE COALESCE(outlet, '') = '' AND site IS NOT NULL")


def _refill_all(connection: Connection, which: str) -> Mapping[int, str]:
    """Refill the versions told by an SQL condition; gives the plain names of voices."""
    select = f"SELECT id, published, outlet, site, is_current FROM versions {which} ORDER BY id"
    versions = [dict(row._mapping) for row in connection.execute(text(select))]
    numbers = Numbers(connection)
    outlets = placing.outlets(connection, map(placing.publisher, versions), numbers)
    rows = connection.execute(text("SELECT id, plain_name FROM ledger_voices"))
    names = {row.id: row.plain_name for row in rows}
    for first in range(0, len(versions), _AT_ONCE):
        part = versions[first : first + _AT_ONCE]
        _refill(connection, part, outlets, names, numbers)
    return names


def _refill(
    connection: Connection,
    versions: Sequence[Mapping[str, Any]],
    outlets: Mapping[str, int],
    names: Mapping[int, str],
    numbers: Numbers,
) -> None:
    ids = [row["id"] for row in versions]
    disputes = _by_version(connection, "version, claim, denial FROM report_disputes", ids)
    certainties = _by_version(connection, "version, holder, low, high FROM certainties", ids)
    columns = "id, version, row_id, quotation, act, ledger_voice, content_text, source_text"
    statements = _by_version(connection, f"{columns} FROM attributions", ids)
    dialect = dialects.of(connection)
    changed: list[dict[str, Any]] = []
    for row in versions:
        told = placing.Told(
            row["id"],
            facts.day_number(row["published"]),
            bool(row["is_current"]),
            outlets.get(placing.publisher(row)),
            *placing.said_of(disputes[row["id"]], certainties[row["id"]]),
        )
        placing.keep_bands(connection, (band for bands in told.bands.values() for band in bands))
        for statement in statements[row["id"]]:
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

"""Migrations: numbered SQL files, forward only, recorded in the table `schema_version`.

`NNNN_name.sql` is for every database; `NNNN_name.DIALECT.sql` beside it holds what only one database
understands (full text). A released file never changes: what comes after it is a new number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import TYPE_CHECKING

from onrecord.errors import LedgerError

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NAME = re.compile(r"(\d{4})_\w+(?:\.(\w+))?\.sql")

FACTS, OUTLETS = 4, 6
"""The migrations after which the program fills columns: all new ones, and outlets that the site alone tells."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema: its number and its SQL, for every database and for one."""

    number: int
    scripts: tuple[str, ...]


def migrations(dialect: str) -> tuple[Migration, ...]:
    """The migrations that ship with this version, in order."""
    scripts: dict[int, list[str]] = {}
    folder = resources.files(__package__).joinpath("migrations")
    for file in sorted(folder.iterdir(), key=lambda file: (file.name[:4], file.name.count("."))):
        match = _NAME.fullmatch(file.name)
        if match and match[2] in (None, dialect):
            scripts.setdefault(int(match[1]), []).append(file.read_text("utf-8"))
    return tuple(Migration(number, tuple(scripts[number])) for number in sorted(scripts))


def version_of(connection: Connection) -> int:
    """The schema's version; 0 if there is no `schema_version` table."""
    from sqlalchemy import inspect, text

    if not inspect(connection).has_table("schema_version"):
        return 0
    return int(connection.execute(text("SELECT MAX(version) FROM schema_version")).scalar() or 0)


def migrate(
    connection: Connection,
    steps: tuple[Migration, ...],
    *,
    types: Mapping[str, str],
    split: Callable[[str], list[str]],
    now: str,
) -> None:
    """Bring the schema up to the last step, inside the caller's transaction.

    Raises LedgerError if the ledger is newer than this program.
    """
    from sqlalchemy import text

    at = version_of(connection)
    refuse_newer(at, steps)
    if at == 0:
        connection.execute(
            text("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, at TEXT NOT NULL)")
        )
    for step in steps:
        if step.number <= at:
            continue
        for script in step.scripts:
            for statement in split(Template(script).substitute(types)):
                connection.exec_driver_sql(statement)
        if step.number in (FACTS, OUTLETS):
            from onrecord.ledger import refilling

            (refilling.refill if step.number == FACTS else refilling.refill_sites)(connection)
        connection.execute(
            text("INSERT INTO schema_version (version, at) VALUES (:version, :at)"),
            {"version": step.number, "at": now},
        )


def refuse_newer(version: int, steps: tuple[Migration, ...]) -> None:
    """Raise LedgerError if a ledger of this schema version was written by a newer program."""
    newest = steps[-1].number
    if version > newest:
        raise LedgerError(
            f"The ledger was written by a newer onrecord (schema {version}, this program knows {newest}). "
            "Update onrecord to open it."
        )

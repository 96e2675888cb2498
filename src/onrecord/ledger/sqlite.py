"""All that only SQLite does: opening the file, full text, its errors in words. See `dialects.Dialect`."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import QueuePool

from onrecord.errors import LedgerError
from onrecord.ledger.asking import AnyOf, Asked, Both, Fact
from onrecord.ledger.dialects import Mode
from onrecord.ledger.query import Phrase

NAME = "sqlite"
TYPES: Mapping[str, str] = {"identity": "INTEGER PRIMARY KEY", "blob": "BLOB", "real": "REAL"}
WRITING: Mapping[str, Any] = {"writing": True}
BUSY_SECONDS = 10.0
"""How long to wait for another program that is writing."""

CLOSING_SECONDS = 1.0
"""How long to wait at closing until others are through with the log. Nobody can write meanwhile; the next who
writes and closes brings it into the file."""

MAPPED_BYTES = 4 * 2**30
"""How much of the file is read by way of the system's own cache, which all connections share."""

FOUND = "attributions_fts f CROSS JOIN attributions a$facets ON a.id = f.rowid"
"""CROSS JOIN keeps SQLite from walking all statements first."""
CONDITION = "attributions_fts MATCH :words"
NUMBER = "f.rowid"
FACETS = " INDEXED BY attributions_facets"


def file_engine(path: Path, mode: Mode) -> Engine:
    """An engine on the file of a ledger. Raises LedgerError if there is none to read or to change."""
    if mode != "create" and not path.exists():
        raise LedgerError(f"There is no ledger {path}. Make one with: onrecord read PATHS --into {path}")
    if path.is_dir():
        raise LedgerError(f"{path} is a folder, not a ledger. Give the ledger's file.")
    return engine(path, mode)


def engine(path: Path, mode: Mode) -> Engine:
    """An engine on the file. One writer at a time, readers beside it (WAL).

    `read` never writes; `change` needs the file to be there; `create` makes it.
    """

    def prepared() -> sqlite3.Connection:
        connection = connect(path, mode)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        if mode != "read":
            _log_ahead(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
        return connection

    made = create_engine("sqlite://", creator=prepared, poolclass=QueuePool, pool_size=20, max_overflow=40)

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        # Explicit, because Python's own implicit transactions leave schema changes outside; a writer takes
        # its lock at once, so that it waits for another writer instead of failing half-way.
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return made


_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL)
"""Errors that are over when another program is through: the second is of a log that many open at once."""


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Switch the file to a write-ahead log. For this step alone SQLite gives up at once, without its own waiting."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Python gives the extended code, such as "busy with bringing in the log of a program that was killed".
            if error.sqlite_errorcode & 0xFF not in _PASSING or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def connect(path: Path, mode: Mode) -> sqlite3.Connection:
    """One connection to the file, before any pragma."""
    flags = {"read": "ro", "change": "rw", "create": "rwc"}[mode]
    uri = f"{path.absolute().as_uri()}?mode={flags}"
    options: dict[str, Any] = {
        "uri": True,
        "timeout": BUSY_SECONDS,
        "isolation_level": None,
        "check_same_thread": False,
    }
    connection: sqlite3.Connection = sqlite3.connect(uri, **options)
    if mode != "read":
        return connection
    try:
        connection.execute("SELECT 1 FROM sqlite_master")
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in _NO_SIDE_FILES or os.access(path.parent, os.W_OK):
            raise
        _refuse_log(path)
        # A folder where SQLite cannot make its side files, and none that a writer made: nobody writes.
        connection = sqlite3.connect(uri + "&immutable=1", **options)
    return connection


_NO_SIDE_FILES = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


def _refuse_log(path: Path) -> None:
    """Raise LedgerError if part of the ledger stands in its log: read as immutable it would be missing in silence."""
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise LedgerError(
            f"Part of the ledger {path} stands in {log.name} beside it, which cannot be brought in here: the folder "
            "is read-only. Copy both into a folder that can be written to, and open the ledger there."
        )


def close(engine: Engine, mode: Mode) -> None:
    """Close all connections; what was written is brought into the one file, so that it can be handed on.

    Raises LedgerError if there is no room for that; nothing is lost then.
    """
    try:
        if mode != "read":
            connection = engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(f"PRAGMA busy_timeout = {int(CLOSING_SECONDS * 1000)}")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.close()
            finally:
                connection.close()
    except sqlite3.Error as error:
        raise LedgerError(
            f"What was written is kept, but part of it stands in the -wal file beside the ledger ({error}). "
            "Make room, and open the ledger once more before you hand it on."
        ) from error
    finally:
        engine.dispose()


def split(script: str) -> list[str]:
    """The statements of a script; a trigger's inner semicolons do not end it."""
    statements: list[str] = []
    current = ""
    for line in script.splitlines(keepends=True):
        if not current and (not line.strip() or line.startswith("--")):
            continue
        current += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return statements


def indexed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Nothing: triggers fill the index from the row's own columns."""
    return {}


def match(asked: Asked) -> str:
    """What is asked, in FTS5's syntax: every term quoted, so that nothing in it is taken for an operator."""
    if isinstance(asked, Phrase):
        return f'"{asked.text}"' + ("*" if asked.prefix else "")
    if isinstance(asked, Fact):
        return f'facts : "{asked.word}"'
    if isinstance(asked, AnyOf):
        return "(" + " OR ".join(map(match, asked.choices)) + ")"
    return _both(asked)


def _both(asked: Both) -> str:
    having = "(" + " AND ".join(map(match, asked.having)) + ")"
    if not asked.lacking:
        return having
    return f"({having} NOT ({' OR '.join(map(match, asked.lacking))}))"


def insert(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write many rows of two columns or more at once."""
    names = list(rows[0])
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    connection.exec_driver_sql(statement, list(map(itemgetter(*names), rows)))


def change_fact(connection: Connection, facts: tuple[str, str], chosen: str) -> None:
    """Put one fact in place of another; a trigger tells the index."""
    connection.execute(
        text(
            "UPDATE attributions SET facts = "
            "trim(replace(' ' || facts || ' ', ' ' || :old || ' ', ' ' || :new || ' ')) "
            f"WHERE {chosen}"
        ),
        dict(zip(("old", "new"), facts, strict=True)),
    )


def names_with(parts: Sequence[str]) -> tuple[str, dict[str, str]]:
    """By the index of trigrams, which knows no shorter parts."""
    known = [part for part in parts if len(part) >= 3]
    if not known:
        return "1 = 1", {}
    quoted = " AND ".join('"' + part.replace('"', '""') + '"' for part in known)
    chosen = "id IN (SELECT rowid FROM ledger_voices_fts WHERE ledger_voices_fts MATCH :names)"
    return chosen, {"names": quoted}


def finish_schema(connection: Connection) -> None:
    """Nothing: SQLite allows everything."""


def settle(connection: Connection) -> None:
    """Merge the full-text indexes into one piece, in which nothing of deleted statements is left."""
    for name in ("attributions_fts", "ledger_voices_fts"):
        connection.execute(text(f"INSERT INTO {name} ({name}) VALUES ('optimize')"))


def in_words(error: BaseException, place: str) -> LedgerError:
    """A database error as a message that says what to do."""
    said = str(getattr(error, "orig", None) or error)
    for sign, advice in _ADVICE.items():
        if sign in said:
            return LedgerError(advice.format(place=place))
    return LedgerError(f"The ledger {place} cannot be used: {said}. Check the file, or make a new ledger.")


_ADVICE = {
    "not a database": "{place} is no ledger: it is not an SQLite file. Give a ledger, or another name for a new one.",
    "malformed": "The ledger {place} is damaged. See what is, with: onrecord check {place}; save what is whole with: "
    "onrecord repair {place}",
    "unable to open": "The ledger {place} cannot be opened. Check that the folder is there and may be written to.",
    "readonly": "The ledger {place} is read-only. Change its permissions, or work on a copy.",
    "lock": "Another program is writing to the ledger {place}. Wait until it is done, then try again.",
    "disk is full": "The disk is full while writing to {place}. Make room and run it again: nothing is half-written.",
}


def tables(connection: Connection) -> set[str]:
    """The names of all tables in the file."""
    return set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())

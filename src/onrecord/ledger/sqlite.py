"""All that only SQLite does: opening the file, full text, its errors in words."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import QueuePool

from onrecord.errors import LedgerError
from onrecord.ledger.words import All, Either, Phrase, Words

NAME = "sqlite"
TYPES = {"identity": "INTEGER PRIMARY KEY", "blob": "BLOB", "real": "REAL"}
BUSY_SECONDS = 10.0
"""How long to wait for another program that is writing."""

MAPPED_BYTES = 4 * 2**30
"""How much of the file is read by way of the system's own cache, which all connections share."""

MARK_ON, MARK_OFF = "\x02", "\x03"

Mode = Literal["read", "change", "create"]


def engine(path: Path, mode: Mode) -> Engine:
    """An engine on the file. One writer at a time, readers beside it (WAL).

    `read` never writes; `change` needs the file to be there; `create` makes it.
    """

    def connect() -> sqlite3.Connection:
        connection = _connect(path, mode)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        if mode != "read":
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
        return connection

    made = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=20, max_overflow=40)

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        # Explicit, because Python's own implicit transactions leave schema changes outside; a writer takes
        # its lock at once, so that it waits for another writer instead of failing half-way.
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return made


def _connect(path: Path, mode: Mode) -> sqlite3.Connection:
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
        if "unable to open" not in str(error):
            raise
        # A ledger on a read-only disc: SQLite cannot make its side files there, and nobody else writes.
        connection = sqlite3.connect(uri + "&immutable=1", **options)
    return connection


def close(engine: Engine, mode: Mode) -> None:
    """Close all connections; what was written is brought into the one file, so that it can be handed on."""
    if mode != "read":
        connection = engine.raw_connection()
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        connection.close()
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


SEARCH_FROM = "attributions_fts f CROSS JOIN statements s ON s.id = f.rowid"
"""CROSS JOIN keeps SQLite from walking all statements first."""
SEARCH_CONDITION = "attributions_fts MATCH :words"
SEARCH_ORDER = "f.rank, s.published DESC, s.id"
SEARCH_LATEST = "f.rowid DESC"
SEARCH_BROAD = "SELECT 1 FROM attributions_fts WHERE attributions_fts MATCH :words LIMIT 1 OFFSET :most"
SEARCH_SNIPPET = f"snippet(attributions_fts, 0, '{MARK_ON}', '{MARK_OFF}', '…', 40)"


def rebuild_search(connection: Connection) -> None:
    """Merge the full-text index into one piece, in which nothing of deleted statements is left."""
    connection.execute(text("INSERT INTO attributions_fts (attributions_fts) VALUES ('optimize')"))


def match(words: Words) -> str:
    """The words in FTS5's syntax, every term quoted, so that nothing in it is taken for an operator."""
    if isinstance(words, Phrase):
        return '"' + words.words.replace('"', '""') + '"' + ("*" if words.prefix else "")
    if isinstance(words, Either):
        return "(" + " OR ".join(map(match, words.choices)) + ")"
    return _all(words)


def _all(words: All) -> str:
    having = "(" + " AND ".join(map(match, words.having)) + ")"
    if not words.lacking:
        return having
    return f"({having} NOT ({' OR '.join(map(match, words.lacking))}))"


def in_words(error: BaseException, place: str) -> LedgerError:
    """A database error as a message that says what to do."""
    said = str(getattr(error, "orig", None) or error)
    for sign, advice in _ADVICE.items():
        if sign in said:
            return LedgerError(advice.format(place=place))
    return LedgerError(f"The ledger {place} cannot be used: {said}. Check the file, or make a new ledger.")


_ADVICE = {
    "not a database": "{place} is no ledger: it is not an SQLite file. Give a ledger, or another name for a new one.",
    "malformed": "The ledger {place} is damaged. Restore a copy, or read the pages again into a new ledger.",
    "unable to open": "The ledger {place} cannot be opened. Check that the folder is there and may be written to.",
    "readonly": "The ledger {place} is read-only. Change its permissions, or work on a copy.",
    "locked": "Another program is writing to the ledger {place}. Wait until it is done, then try again.",
    "disk is full": "The disk is full while writing to {place}. Make room and run it again: nothing is half-written.",
}


def tables(connection: Connection) -> set[str]:
    """The names of all tables in the file."""
    return set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())

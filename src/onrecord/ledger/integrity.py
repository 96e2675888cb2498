"""Whether a ledger in a file is whole: the file, the rows against the readings they were made from, the index.

Nothing is changed. Every version of a report keeps its reading packed with a fingerprint; rows that say something else
than the reading, and readings that do not fit their fingerprint, are found even where the database itself is content.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.errors import LedgerError
from onrecord.exports import jsonl
from onrecord.ledger import sqlite
from onrecord.ledger.rows import REPORT_COLUMNS, ROW_TABLES, Prepared, fingerprint, prepare, reviewable
from onrecord.model import Reading

MOST_FINDINGS = 200
"""So many findings are told; a file with more is past telling."""

_COLUMNS = (*REPORT_COLUMNS, "text")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    where: str
    """The file, a table, or a report's key with its version."""
    what: str


def check(path: Path) -> tuple[Finding, ...]:
    """What is wrong with the ledger in a file; nothing if it is whole.

    Raises LedgerError if the file is no ledger or cannot be opened.
    """
    with closing(opened(path)) as connection:
        findings: list[Finding] = []
        for finding in _findings(connection):
            findings.append(finding)
            if len(findings) == MOST_FINDINGS:
                break
        return tuple(findings)


def opened(path: Path) -> sqlite3.Connection:
    """The file for reading only, as it is now, whatever is written meanwhile.

    Raises LedgerError if it is no ledger, or so damaged that its schema is gone.
    """
    if not path.is_file():
        raise LedgerError(f"There is no ledger {path}. Make one with: onrecord read PATHS --into {path}")
    connection = None
    try:
        connection = sqlite.connect(path, "read")
        connection.execute("BEGIN")
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        if "not a database" in str(error):
            raise sqlite.in_words(error, str(path)) from error
        raise LedgerError(
            f"The ledger {path} cannot be opened ({error}): what says where everything lies is damaged. "
            "Restore a copy, or read the pages again into a new ledger."
        ) from error
    if not {"versions", "reports"} <= names:
        connection.close()
        raise LedgerError(
            f"{path} is a database, but no ledger, or its schema is lost. Restore a copy of it."
        )
    connection.row_factory = sqlite3.Row
    return connection


def _findings(connection: sqlite3.Connection) -> Iterator[Finding]:
    yield from _of_the_file(connection)
    for part in (_versions, _links, _reviews):
        try:
            yield from part(connection)
        except sqlite3.DatabaseError as error:
            yield Finding("the file", f"cannot be read to its end ({error})")


def _of_the_file(connection: sqlite3.Connection) -> Iterator[Finding]:
    """What SQLite finds itself: damaged pages, indexes that disagree, references that lead nowhere."""
    try:
        for row in connection.execute(f"PRAGMA integrity_check({MOST_FINDINGS})"):
            if row[0] != "ok":
                yield Finding("the file", " ".join(row[0].split()))
        for row in connection.execute("PRAGMA foreign_key_check"):
            yield Finding(f"table {row[0]}", f"row {row[1]} names a row of {row[2]} that is not there")
    except sqlite3.DatabaseError as error:
        yield Finding("the file", f"is damaged ({error})")


def _versions(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Every version against its own reading."""
    for number in [row[0] for row in connection.execute("SELECT id FROM versions ORDER BY id")]:
        where = f"version {number}"
        try:
            row = connection.execute(
                "SELECT v.*, r.report_key FROM versions v JOIN reports r ON r.id = v.report WHERE v.id = ?",
                (number,),
            ).fetchone()
            if row is None:
                yield Finding(where, "belongs to no report")
                continue
            where = f"{row['report_key']} version {row['number']}"
            prepared = whole(row)
            yield from (Finding(where, what) for what in _unlike(connection, row, prepared))
        except (sqlite3.DatabaseError, Damaged) as error:
            yield Finding(where, str(error))


class Damaged(Exception):
    """A version whose reading cannot be taken for what was stored."""


def whole(row: sqlite3.Row | Mapping[str, Any]) -> Prepared:
    """The reading of a row of `versions`, ready to be written. Raises Damaged if it is not what was stored."""
    try:
        record: dict[str, Any] = json.loads(zlib.decompress(row["reading"]))
        reading: Reading = jsonl.from_json(record)
        prepared = prepare(reading, row["made_with"])
        found = fingerprint(record)
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"its reading is damaged ({type(error).__name__})") from error
    if found != row["fingerprint"]:
        raise Damaged("its reading does not fit its fingerprint")
    return prepared


def _unlike(connection: sqlite3.Connection, row: sqlite3.Row, prepared: Prepared) -> Iterator[str]:
    """In what the tables differ from the reading."""
    unlike = [name for name in _COLUMNS if row[name] != prepared.version[name]]
    if unlike:
        yield f"differs from its reading in: {', '.join(unlike)}"
    if row["report_key"] != prepared.key:
        yield f"is the report {prepared.key} by its reading"
    for table in ROW_TABLES:
        wanted = prepared.tables.get(table, [])
        columns = list(wanted[0]) if wanted else ["version"]
        named = ", ".join(f'"{name}"' for name in columns)
        found = connection.execute(f"SELECT {named} FROM {table} WHERE version = ?", (row["id"],)).fetchall()
        expected = Counter(tuple(made.values()) for made in wanted)
        if Counter(map(tuple, found)) != expected:
            yield f"its rows in {table} are not those of its reading ({len(found)} for {len(wanted)})"


_LINKS = (
    ("reports", "has no version", "SELECT report_key FROM reports r WHERE NOT EXISTS "
     "(SELECT 1 FROM versions v WHERE v.report = r.id)"),
    ("reports", "has not just one current version", "SELECT r.report_key FROM reports r JOIN versions v "
     "ON v.report = r.id GROUP BY r.id HAVING SUM(v.is_current) <> 1"),
    ("ledger_voices", "is merged into a voice that is merged itself", "SELECT a.id FROM ledger_voices a "
     "JOIN ledger_voices b ON b.id = a.merged_into WHERE b.merged_into IS NOT NULL"),
    ("reviews", "is of a version that is not there", "SELECT w.version || '.' || w.row_id FROM reviews w "
     "WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE v.id = w.version)"),
)  # fmt: skip


def _links(connection: sqlite3.Connection) -> Iterator[Finding]:
    """What no reference of the database itself watches over."""
    for table, what, query in _LINKS:
        for row in connection.execute(query):
            yield Finding(f"table {table}", f"{row[0]} {what}")


def _reviews(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Reviews of rows that their reading does not have."""
    reviewed = connection.execute(
        "SELECT DISTINCT v.*, r.report_key FROM reviews w JOIN versions v ON v.id = w.version "
        "JOIN reports r ON r.id = v.report"
    )
    for version in reviewed:
        try:
            known = reviewable(whole(version).reading)
        except Damaged:
            continue  # told already
        for row in connection.execute("SELECT row_id FROM reviews WHERE version = ?", (version["id"],)):
            if row[0] not in known:
                yield Finding(
                    f"{version['report_key']}.{row[0]}", "is reviewed, but its reading has no such row"
                )

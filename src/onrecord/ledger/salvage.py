"""What is whole of a damaged ledger, written into a new one. The damaged file is left as it is.

A version of a report is whole if its reading fits its fingerprint; all its rows are made anew from it. What people
decided (reviews, merged and split voices) and the audit trails are taken over row by row, as far as they can be read.
Versions that the file's trees no longer lead to are looked for page by page.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from onrecord.errors import LedgerError
from onrecord.ledger import counting, sqlite, voices, writing
from onrecord.ledger.integrity import Damaged, opened, whole
from onrecord.ledger.leaves import leaf_rows
from onrecord.ledger.rows import ROW_TABLES, Prepared, Row, reviewable
from onrecord.ledger.store import SqlLedger

AS_THEY_ARE = (
    "review_log",
    "voice_log",
    "forget_log",
    "failures",
    "feeds",
    "feed_items",
    "feed_hosts",
    "segments",
)
"""Tables whose rows stand for themselves."""
MADE_ANEW = (*ROW_TABLES, "versions", "reports", "corrections", "outlets", "bands", "schema_version")
"""Tables that adding readings fills."""
WITH_CARE = ("ledger_voices", "voice_choices", "reviews")
"""Tables whose rows name others, which may be lost."""

_LEAST_ROW = 20
"""Bytes of the smallest row: no table has more rows than fit into the file."""
_MOST_FAILED = 1000
"""Rows in a run that cannot be read, after which none behind them is looked for by its number."""


@dataclass(slots=True)
class Salvaged:
    """What was saved and what was not."""

    versions: int = 0
    reports: int = 0
    reviews: int = 0
    lost: list[str] = field(default_factory=list)
    """Lost versions: the source where it can still be read, else a number, and why."""
    damaged: list[str] = field(default_factory=list)
    """Tables of decisions and audit trails of which some rows could not be read."""


def repair(path: Path, to: Path) -> Salvaged:
    """Write what is whole of the ledger at `path` into a new ledger at `to`.

    Raises LedgerError if `path` is no ledger, nothing in it is whole, or `to` is there already.
    """
    if to.exists():
        raise LedgerError(f"{to} is there already. Give another name for the repaired ledger, or remove it.")
    aside = to.with_name(to.name + ".part")
    for left in (aside, *(aside.with_name(aside.name + end) for end in ("-wal", "-shm"))):
        left.unlink(missing_ok=True)
    with ExitStack() as stack:
        try:
            old = _Old(path, stack.enter_context(closing(opened(path))))
        except LedgerError:
            if not path.is_file():
                raise
            old = _Old(path, None)
        try:
            salvaged = _written(old, aside)
            if old.connection is None and not salvaged.versions:
                stack.enter_context(closing(opened(path)))  # says what it is instead
        except LedgerError:
            aside.unlink(missing_ok=True)
            raise
    aside.rename(to)
    return salvaged


def _written(old: _Old, aside: Path) -> Salvaged:
    engine = sqlite.file_engine(aside, "create")
    ledger = SqlLedger(str(aside), sqlite, engine, "create", lambda: datetime.now(UTC))
    try:
        with engine.execution_options(writing=True).begin() as connection:
            return _salvage(old, connection)
    except DBAPIError as error:
        raise sqlite.in_words(error, str(aside)) from error
    finally:
        ledger.close()


@dataclass(slots=True)
class _Old:
    """A damaged file: its rows one by one, as far as they can be read."""

    path: Path
    connection: sqlite3.Connection | None
    """None if not even the schema can be read."""
    damaged: set[str] = field(default_factory=set)
    """Tables with rows that could not be read."""
    is_sound: bool = False
    """Whether SQLite finds nothing wrong with the file's trees."""

    def __post_init__(self) -> None:
        if self.connection is not None:
            # A row with a damaged text is still read: of a version only the reading counts, which has a fingerprint.
            self.connection.text_factory = lambda given: given.decode("utf-8", "replace")
        with suppress(sqlite3.DatabaseError):
            self.is_sound = [row[0] for row in self._asked("PRAGMA quick_check(1)")] == ["ok"]

    def versions(self, columns: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """The rows of `versions` in order; in a file with damage to its trees also those that they do not lead to."""
        if self.is_sound:
            yield from map(dict, self.rows("versions"))
            return
        found = {row["id"]: row for row in self.stranded(columns)}
        found |= {row["id"]: dict(row) for row in self.rows("versions")}
        yield from (found[number] for number in sorted(found))

    def stranded(self, columns: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """Whole rows of `versions`, wherever in the file."""
        for number, values in leaf_rows(self.path, len(columns)):
            row = dict(zip(columns, values, strict=False)) | {"id": number}
            if isinstance(row.get("reading"), bytes):
                try:
                    whole(row)
                except Damaged:
                    continue
                yield row

    def has(self, table: str) -> bool:
        if self.connection is None:
            return False
        query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        return self.connection.execute(query, (table,)).fetchone() is not None

    def rows(self, table: str) -> Iterator[sqlite3.Row]:
        """All rows of a table that can be read, in order."""
        if self.has(table):
            yield from self._between(table, 0, self._last(table))

    def _last(self, table: str) -> int:
        try:
            return int(self._asked(f"SELECT MAX(rowid) FROM {table}")[0][0] or 0)
        except sqlite3.DatabaseError:
            return self.path.stat().st_size // _LEAST_ROW

    def _asked(self, query: str, values: tuple[int, ...] = ()) -> list[sqlite3.Row]:
        return self.connection.execute(query, values).fetchall() if self.connection else []

    def _between(self, table: str, first: int, last: int) -> Iterator[sqlite3.Row]:
        """Halves, until what cannot be read stands alone; after a long run of that, the rest is given up."""
        query = f"SELECT * FROM {table} WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
        ranges = [(first, last)]
        failed = 0
        while ranges and failed < _MOST_FAILED:
            low, high = ranges.pop()
            try:
                found = self._asked(query, (low, high))
                failed = 0 if found else failed
                yield from found
            except (sqlite3.DatabaseError, OverflowError):
                if low == high:
                    failed += 1
                    self.damaged.add(table)
                else:
                    middle = (low + high) // 2
                    ranges += [(middle + 1, high), (low, middle)]


def _salvage(old: _Old, connection: Connection) -> Salvaged:
    salvaged = Salvaged()
    reports = {row["id"]: row for row in old.rows("reports")}
    _copy_voices(old, connection)
    versions = _add_versions(old, connection, salvaged)
    _keep_days(connection, reports)
    _choose_voices(old, connection, reports)
    salvaged.reviews = _copy_reviews(old, connection, versions)
    for table in AS_THEY_ARE:
        # With reports lost, how far input was read is not true any more: a rerun reads it all, adding what is missing.
        if not (salvaged.lost and table == "segments"):
            _copy(connection, table, list(old.rows(table)))
    if salvaged.lost:
        connection.execute(
            text(
                "DELETE FROM feed_items WHERE report IS NOT NULL AND report NOT IN (SELECT report_key FROM reports)"
            )
        )
    ids = [row.id for row in connection.execute(text("SELECT id FROM ledger_voices"))]
    counting.recount(connection, ids)
    salvaged.damaged = sorted(old.damaged - {"versions"}) if old.connection else [*WITH_CARE, *AS_THEY_ARE]
    salvaged.reports = connection.execute(text("SELECT COUNT(*) FROM reports")).scalar_one()
    return salvaged


def _columns(connection: Connection, table: str) -> list[str]:
    return [row.name for row in connection.execute(text(f"PRAGMA table_info({table})"))]


def _copy(connection: Connection, table: str, rows: list[sqlite3.Row]) -> None:
    """Rows as they are, in the columns that both ledgers have."""
    if rows:
        names = [name for name in _columns(connection, table) if name in rows[0].keys()]  # noqa: SIM118 (a Row)
        _insert(connection, table, [{name: row[name] for name in names} for row in rows])


def _insert(connection: Connection, table: str, rows: list[Row]) -> None:
    if rows:
        sqlite.insert(connection, table, rows)


def _copy_voices(old: _Old, connection: Connection) -> None:
    """The ledger's voices under their numbers; those merged into a lost one stand alone again."""
    rows = list(old.rows("ledger_voices"))
    known = {row["id"] for row in rows}
    kept = ("id", "voice_key", "name", "plain_name", "kind", "is_local")
    made = [{name: row[name] for name in kept} for row in rows]
    _insert(connection, "ledger_voices", made)
    merged = [(row["id"], row["merged_into"]) for row in rows if row["merged_into"] in known]
    for voice, into in merged:
        connection.execute(
            text("UPDATE ledger_voices SET merged_into = :into WHERE id = :id"), {"id": voice, "into": into}
        )


def _add_versions(old: _Old, connection: Connection, salvaged: Salvaged) -> dict[int, tuple[int, Prepared]]:
    """Add every whole version; gives the new number of each old one, with its reading."""
    placed: dict[int, tuple[int, Prepared]] = {}
    for row in old.versions(_columns(connection, "versions")):
        try:
            prepared = whole(row)
        except Damaged as reason:
            salvaged.lost.append(f"{row['source']}: {reason}")
            continue
        (added,) = writing.add(connection, [prepared], row["read_at"])
        here = {"key": added.report, "number": added.version}
        version = connection.execute(
            text(
                "SELECT v.id FROM versions v JOIN reports r ON r.id = v.report "
                "WHERE r.report_key = :key AND v.number = :number"
            ),
            here,
        ).scalar_one()
        placed[row["id"]] = (version, prepared)
        salvaged.versions += 1
    if not salvaged.lost and not (old.is_sound or _reached(old, set(placed))):
        salvaged.lost.append(
            "versions whose rows cannot be found in the file; their reports are not known any more"
        )
    return placed


def _reached(old: _Old, versions: set[int]) -> bool:
    """Whether all versions that rows of other tables are of were found."""
    if old.connection is None:
        return False
    rows = [
        row["version"] for table in ("blocks", "attributions", "report_voices") for row in old.rows(table)
    ]
    return set(rows) <= versions


def _keep_days(connection: Connection, reports: dict[int, sqlite3.Row]) -> None:
    for row in reports.values():
        connection.execute(
            text("UPDATE reports SET first_seen = :first, last_seen = :last WHERE report_key = :key"),
            {"first": row["first_seen"], "last": row["last_seen"], "key": row["report_key"]},
        )


def _choose_voices(old: _Old, connection: Connection, reports: dict[int, sqlite3.Row]) -> None:
    """Voices that people told apart in a report stay apart."""
    numbers = {
        row.report_key: row.id for row in connection.execute(text("SELECT id, report_key FROM reports"))
    }
    by_key = {
        row.voice_key: row.id for row in connection.execute(text("SELECT id, voice_key FROM ledger_voices"))
    }
    for row in old.rows("voice_choices"):
        key = reports[row["report"]]["report_key"] if row["report"] in reports else None
        before = by_key.get(row["voice_key"])
        if key in numbers and before is not None and row["ledger_voice"] in by_key.values():
            voices.choose(connection, numbers[key], row["voice_key"], before, row["ledger_voice"])


def _copy_reviews(old: _Old, connection: Connection, versions: dict[int, tuple[int, Prepared]]) -> int:
    rows: list[Row] = []
    for row in old.rows("reviews"):
        version, prepared = versions.get(row["version"], (0, None))
        if prepared is not None and row["row_id"] in reviewable(prepared.reading):
            rows.append({**dict(row), "version": version})
    _insert(connection, "reviews", rows)
    return len(rows)

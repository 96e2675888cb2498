"""What a reading is to its report: new, unchanged, a new version, or the same page read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from onrecord.ledger import dialects
from onrecord.ledger.lists import change_in, rows_in
from onrecord.ledger.placing import Numbers
from onrecord.ledger.records import Change
from onrecord.ledger.rows import ROW_TABLES, Prepared, Row, reviewable, unpack
from onrecord.model import Reading


@dataclass(slots=True)
class Known:
    """A report of the ledger with its versions by the hash of their bytes."""

    report: int
    versions: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decided:
    """A reading, with the version that holds it."""

    prepared: Prepared
    report: int
    version: int
    number: int
    is_current: bool
    change: Change


def known(connection: Connection, keys: Sequence[str]) -> dict[str, Known]:
    """The reports that the ledger has, by key."""
    found: dict[str, Known] = {}
    query = (
        "SELECT r.report_key, r.id AS report, v.id, v.number, v.sha256, v.fingerprint, v.made_with, v.is_current "
        "FROM reports r LEFT JOIN versions v ON v.report = r.id WHERE r.report_key IN :keys"
    )
    for row in rows_in(connection, query, keys):
        report = found.setdefault(row.report_key, Known(row.report))
        if row.id is not None:
            report.versions[row.sha256] = row
    return found


def decide(prepared: Prepared, before: Known | None, numbers: Numbers) -> Decided:
    """What the reading is to its report; new ones get their numbers."""
    if before is None:
        return Decided(prepared, numbers.of("reports"), numbers.of("versions"), 1, True, "new")
    same = before.versions.get(prepared.version["sha256"])
    if same is None:
        last = max((row.number for row in before.versions.values()), default=0)
        change: Change = "new version" if last else "new"
        return Decided(prepared, before.report, numbers.of("versions"), last + 1, True, change)
    change = "unchanged" if same.fingerprint == prepared.version["fingerprint"] else "read again"
    return Decided(prepared, before.report, same.id, same.number, bool(same.is_current), change)


def write(connection: Connection, wave: Sequence[Decided], now: str) -> None:
    """Write reports and versions; what they replace goes."""
    insert = dialects.of(connection).insert
    new = [
        {"id": d.report, "report_key": d.prepared.key, "identity": d.prepared.identity, "first_seen": now,
         "last_seen": now}
        for d in wave if d.change == "new" and d.number == 1
    ]  # fmt: skip
    if new:
        insert(connection, "reports", new)
    old = {d.report for d in wave} - {row["id"] for row in new}
    change_in(connection, "UPDATE reports SET last_seen = :now WHERE id IN :keys", old, now=now)
    superseded = {d.report for d in wave if d.change == "new version"}
    of_reports = "(SELECT id FROM versions WHERE report IN :keys AND is_current = 1)"
    change_in(connection, f"UPDATE attributions SET is_current = 0 WHERE version IN {of_reports}", superseded)
    change_in(connection, "UPDATE versions SET is_current = 0 WHERE report IN :keys", superseded)
    versions = [
        d.prepared.version
        | {"id": d.version, "report": d.report, "number": d.number, "is_current": 1, "read_at": now}
        for d in wave
        if d.change in ("new", "new version")
    ]
    if versions:
        insert(connection, "versions", versions)
    for decided in wave:
        if decided.change == "read again":
            _read_again(connection, decided, now)
        elif decided.change == "unchanged":
            connection.execute(
                text("UPDATE versions SET made_with = :made_with WHERE id = :id AND made_with <> :made_with"),
                {"id": decided.version, "made_with": decided.prepared.version["made_with"]},
            )


def voices_before(connection: Connection, wave: Sequence[Decided]) -> set[int]:
    """The voices that lose rows: those of versions that are superseded or read again."""
    reports = {d.report for d in wave if d.change in ("new version", "read again")}
    query = (
        "SELECT DISTINCT p.ledger_voice FROM versions v CROSS JOIN report_voices p "
        "WHERE v.report IN :keys AND v.is_current = 1 AND p.version = v.id"
    )
    return {row.ledger_voice for row in rows_in(connection, query, reports)}


def _read_again(connection: Connection, decided: Decided, now: str) -> None:
    before = connection.execute(
        text("SELECT reading FROM versions WHERE id = :id"), {"id": decided.version}
    ).scalar_one()
    for name in ROW_TABLES:
        connection.execute(text(f"DELETE FROM {name} WHERE version = :version"), {"version": decided.version})
    row = decided.prepared.version | {"read_at": now}
    columns = ", ".join(f"{name} = :{name}" for name in row)
    connection.execute(
        text(f"UPDATE versions SET {columns} WHERE id = :version"), row | {"version": decided.version}
    )
    _carry_reviews(connection, decided.version, unpack(before), decided.prepared.reading, now)


def _carry_reviews(connection: Connection, version: int, before: Reading, after: Reading, now: str) -> None:
    """Keep what people decided about rows that are still there, under their new ids; log what went."""
    rows = (
        connection.execute(text("SELECT * FROM reviews WHERE version = :v"), {"v": version}).mappings().all()
    )
    if not rows:
        return
    connection.execute(text("DELETE FROM reviews WHERE version = :v"), {"v": version})
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row_id, what in reviewable(after).items():
        places[what].append(row_id)
    old = reviewable(before)
    kept: list[Row] = []
    gone: list[Row] = []
    for row in rows:
        found = places.get(old.get(row["row_id"], ("statement", "")), [])
        if found:
            kept.append({**row, "row_id": found.pop(0)})
        else:
            gone.append(_gone(connection, version, dict(row), now))
    for name, made in (("reviews", kept), ("review_log", gone)):
        if made:
            dialects.of(connection).insert(connection, name, made)


def _gone(connection: Connection, version: int, review: Row, now: str) -> Row:
    report = connection.execute(
        text(
            "SELECT r.report_key, v.number FROM versions v JOIN reports r ON r.id = v.report WHERE v.id = :v"
        ),
        {"v": version},
    ).one()
    return {
        "report": report.report_key,
        "version_number": report.number,
        "row_id": review["row_id"],
        "at": now,
        "by_whom": "onrecord",
        "from_state": review["state"],
        "to_state": "machine",
        "note": "the report was read again and the row is no longer there",
    }

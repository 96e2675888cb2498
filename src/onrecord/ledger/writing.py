"""Adding readings: one transaction a batch, the same page only once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, column, insert, table, text

from onrecord.ledger import corrections
from onrecord.ledger.identity import normalised_name, report_identity, report_key, storable
from onrecord.ledger.records import Added, Change, Progress
from onrecord.ledger.rows import REPORT_COLUMNS, ROW_TABLES, Prepared, Row, reviewable, unpack
from onrecord.model import Reading, Report


def add(connection: Connection, batch: Sequence[Prepared], now: str) -> tuple[Added, ...]:
    """Write a batch inside the caller's transaction."""
    added: list[Added] = []
    pending: dict[str, list[Row]] = defaultdict(list)
    for prepared in batch:
        if any(before.report == prepared.key for before in added):
            write(connection, pending)  # what follows may replace these rows
        report = _report(connection, prepared, now)
        row = prepared.version | {"report": report, "read_at": now}
        version, number, change = _version(connection, row, prepared.reading, now)
        added.append(Added(prepared.key, number, change))
        if change != "unchanged":
            _collect(pending, prepared, version, _ledger_voices(connection, prepared, report))
    write(connection, pending)
    _forget_failures(connection, [p.version["source"] for p in batch])
    return tuple(added)


def holds(connection: Connection, report: Report, made_with: str) -> bool:
    """Whether the report is stored just so, as read by `made_with`."""
    found = connection.execute(
        text(
            "SELECT v.* FROM versions v JOIN reports r ON r.id = v.report WHERE r.report_key = :k AND v.sha256 = :s"
        ),
        {"k": report_key(report_identity(report)), "s": storable(report.sha256)},
    ).mappings()
    row = found.first()
    if row is None or row["made_with"] != made_with or row["text"] != storable(report.text):
        return False
    given = (getattr(report, name) for name in REPORT_COLUMNS if name != "fetched")
    kept = (row[name] for name in REPORT_COLUMNS if name != "fetched")
    return all((None if a is None else storable(a)) == b for a, b in zip(given, kept, strict=True))


def write(connection: Connection, pending: dict[str, list[Row]]) -> None:
    """Insert the rows collected per table, and forget them."""
    for name, rows in pending.items():
        connection.execute(insert(table(name, *map(column, rows[0]))), rows)
    pending.clear()


def insert_one(connection: Connection, name: str, row: Row) -> int:
    """Insert a row into a table that has an `id`; gives the id."""
    values = ", ".join(f":{key}" for key in row)
    made = text(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({values}) RETURNING id")
    return int(connection.execute(made, row).scalar_one())


def _report(connection: Connection, prepared: Prepared, now: str) -> int:
    found = connection.execute(
        text("UPDATE reports SET last_seen = :now WHERE report_key = :key RETURNING id"),
        {"now": now, "key": prepared.key},
    ).scalar()
    if found is not None:
        return int(found)
    row = {"report_key": prepared.key, "identity": prepared.identity, "first_seen": now, "last_seen": now}
    return insert_one(connection, "reports", row)


def _version(
    connection: Connection, row: dict[str, Any], reading: Reading, now: str
) -> tuple[int, int, Change]:
    """The version's id, its number, and what it is to the report."""
    ids = {"report": row["report"], "sha256": row["sha256"]}
    same = connection.execute(
        text(
            "SELECT id, number, fingerprint, reading FROM versions WHERE report = :report AND sha256 = :sha256"
        ),
        ids,
    ).first()
    if same is None:
        last = connection.execute(
            text("SELECT MAX(number) FROM versions WHERE report = :report"), ids
        ).scalar()
        connection.execute(text("UPDATE versions SET is_current = 0 WHERE report = :report"), ids)
        number = (last or 0) + 1
        version = insert_one(connection, "versions", row | {"number": number, "is_current": 1})
        if last:
            corrections.keep(connection, row["report"], number)
        return version, number, "new version" if last else "new"
    if same.fingerprint == row["fingerprint"]:
        connection.execute(
            text("UPDATE versions SET made_with = :made_with WHERE id = :id AND made_with <> :made_with"),
            {"id": same.id, "made_with": row["made_with"]},
        )
        return same.id, same.number, "unchanged"
    _replace(connection, same.id, row)
    _carry_reviews(connection, same.id, unpack(same.reading), reading, now)
    corrections.keep(connection, row["report"], same.number)
    return same.id, same.number, "read again"


def _replace(connection: Connection, version: int, row: dict[str, Any]) -> None:
    for name in ROW_TABLES:
        connection.execute(text(f"DELETE FROM {name} WHERE version = :version"), {"version": version})
    given = {name: value for name, value in row.items() if name != "report"}
    columns = ", ".join(f"{name} = :{name}" for name in given)
    connection.execute(text(f"UPDATE versions SET {columns} WHERE id = :id"), given | {"id": version})


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
    pending: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found = places.get(old.get(row["row_id"], ("statement", "")), [])
        if found:
            pending["reviews"].append({**row, "row_id": found.pop(0)})
        else:
            pending["review_log"].append(_gone(connection, version, dict(row), now))
    write(connection, pending)


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


def _ledger_voices(connection: Connection, prepared: Prepared, report: int) -> dict[str, int]:
    """The ledger-wide voice of each voice of the report, made where it is new; users' splits are kept."""
    voices = {row["row_id"]: row for row in prepared.tables["report_voices"]}
    chosen: dict[str, int] = {}
    for row_id, key in prepared.voice_keys.items():
        found = connection.execute(
            text(
                "SELECT ledger_voice, 0 AS place FROM voice_choices WHERE report = :report AND voice_key = :key "
                "UNION ALL SELECT id, 1 FROM ledger_voices WHERE voice_key = :key ORDER BY place"
            ),
            {"report": report, "key": key},
        ).scalar()
        if found is None:
            row = {
                "voice_key": key,
                "name": voices[row_id]["name"],
                "plain_name": normalised_name(voices[row_id]["name"], voices[row_id]["kind"]),
                "kind": voices[row_id]["kind"],
                "is_local": int(key.endswith(f"@{prepared.key}")),
            }
            found = insert_one(connection, "ledger_voices", row)
        chosen[row_id] = found
    return chosen


def _collect(
    pending: dict[str, list[Row]], prepared: Prepared, version: int, ledger_voices: dict[str, int]
) -> None:
    for name, rows in prepared.tables.items():
        for row in rows:
            made = row | {"version": version}
            if name == "report_voices":
                made["ledger_voice"] = ledger_voices[row["row_id"]]
            elif name == "attributions":
                made["ledger_voice"] = ledger_voices.get(row["voice"] or "")
            pending[name].append(made)


def _forget_failures(connection: Connection, sources: Iterable[str]) -> None:
    for source in set(sources):
        connection.execute(text("DELETE FROM failures WHERE source = :source"), {"source": source})


def fail(connection: Connection, failures: Iterable[tuple[str, str, str]], now: str) -> None:
    """Record (source, kind, reason) of what could not be read."""
    for source, kind, reason in failures:
        row = {"source": storable(source), "kind": kind, "reason": storable(reason), "now": now}
        connection.execute(
            text(
                "INSERT INTO failures (source, reason, kind, first_seen, last_seen, times_seen) "
                "VALUES (:source, :reason, :kind, :now, :now, 1) ON CONFLICT (source) DO UPDATE SET "
                "reason = :reason, kind = :kind, last_seen = :now, times_seen = failures.times_seen + 1"
            ),
            row,
        )


def keep_progress(connection: Connection, progress: Progress, now: str) -> None:
    """Record how far a segment of input was taken in."""
    connection.execute(
        text(
            "INSERT INTO segments (name, source, done, finished, at) VALUES (:name, :source, :done, :finished, :now) "
            "ON CONFLICT (name) DO UPDATE SET done = :done, finished = :finished, at = :now"
        ),
        {
            "name": progress.segment,
            "source": storable(progress.source),
            "done": progress.done,
            "finished": int(progress.finished),
            "now": now,
        },
    )


def progress(connection: Connection, segment: str) -> Progress | None:
    """How far a segment was taken in."""
    row = connection.execute(
        text("SELECT name, source, done, finished FROM segments WHERE name = :name"), {"name": segment}
    ).first()
    return None if row is None else Progress(row.name, row.source, row.done, bool(row.finished))

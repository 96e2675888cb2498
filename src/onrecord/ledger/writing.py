"""Adding readings: one transaction a batch, the same page only once.

A batch is looked up, decided and written as a whole, table by table, whatever its size: a few statements for a
thousand readings instead of a few for each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from onrecord.ledger import annotated, corrections, counting, dialects, facts, placing, versions
from onrecord.ledger.identity import normalised_name, report_identity, report_key, storable, storable_or_none
from onrecord.ledger.lists import change_in, rows_in
from onrecord.ledger.placing import Numbers
from onrecord.ledger.records import Added, Progress
from onrecord.ledger.rows import REPORT_COLUMNS, Prepared, Row
from onrecord.ledger.versions import Decided
from onrecord.model import Report


def add(connection: Connection, batch: Sequence[Prepared], now: str) -> tuple[Added, ...]:
    """Write a batch inside the caller's transaction."""
    numbers = Numbers(connection)
    added = [made for wave in _waves(batch) for made in _add(connection, wave, numbers, now)]
    read = {p.version["source"] for p in batch}
    change_in(connection, "DELETE FROM failures WHERE source IN :keys", read)
    return tuple(added)


def _waves(batch: Sequence[Prepared]) -> Iterator[list[Prepared]]:
    """The batch in order, cut where a report comes again: what follows may replace its rows."""
    wave: list[Prepared] = []
    keys: set[str] = set()
    for prepared in batch:
        if prepared.key in keys:
            yield wave
            wave, keys = [], set()
        wave.append(prepared)
        keys.add(prepared.key)
    if wave:
        yield wave


def _add(connection: Connection, wave: Sequence[Prepared], numbers: Numbers, now: str) -> list[Added]:
    known = versions.known(connection, [prepared.key for prepared in wave])
    whole = [annotated.kept(connection, prepared, known.get(prepared.key)) for prepared in wave]
    decided = [versions.decide(prepared, known.get(prepared.key), numbers) for prepared in whole]
    changed = [one for one in decided if one.change != "unchanged"]
    losing = versions.voices_before(connection, changed)
    versions.write(connection, decided, now)
    voices = _voices(connection, changed, numbers)
    tallies = _write_rows(connection, changed, voices, numbers)
    if losing:
        counting.recount(connection, losing)
        for voice in counting.roots(connection, losing):
            tallies.by_voice.pop(voice, None)
    counting.count_up(connection, tallies)
    for one in changed:
        if one.change != "new":
            corrections.keep(connection, one.report, one.number)
    return [Added(one.prepared.key, one.number, one.change) for one in decided]


@dataclass(frozen=True, slots=True)
class _Voice:
    """A voice of the ledger as a batch needs it."""

    number: int
    plain_name: str
    counted_with: int


def _voices(
    connection: Connection, changed: Sequence[Decided], numbers: Numbers
) -> dict[tuple[int, str], _Voice]:
    """The ledger's voice of each voice of each report, made where it is new; users' splits are kept."""
    chosen = {
        (row.report, row.voice_key): row.ledger_voice
        for row in rows_in(
            connection,
            "SELECT report, voice_key, ledger_voice FROM voice_choices WHERE report IN :keys",
            {one.report for one in changed},
        )
    }
    query = "SELECT id, voice_key, plain_name, merged_into FROM ledger_voices WHERE"
    wanted = {key for one in changed for key in one.prepared.voice_keys.values()}
    rows = [*rows_in(connection, f"{query} voice_key IN :keys", wanted)]
    rows += rows_in(connection, f"{query} id IN :keys", set(chosen.values()))
    by_number = {row.id: _Voice(row.id, row.plain_name, row.merged_into or row.id) for row in rows}
    by_key = {row.voice_key: by_number[row.id] for row in rows}
    by_key |= _new_voices(connection, changed, by_key.keys(), numbers)
    return {
        (one.version, row_id): by_number[chosen[one.report, key]]
        if (one.report, key) in chosen
        else by_key[key]
        for one in changed
        for row_id, key in one.prepared.voice_keys.items()
    }


def _new_voices(
    connection: Connection, changed: Sequence[Decided], known: Iterable[str], numbers: Numbers
) -> dict[str, _Voice]:
    made: dict[str, Row] = {}
    known = set(known)
    for one in changed:
        named = {row["row_id"]: row for row in one.prepared.tables["report_voices"]}
        for row_id, key in one.prepared.voice_keys.items():
            if key in known or key in made:
                continue
            voice = named[row_id]
            made[key] = {
                "id": numbers.of("ledger_voices"),
                "voice_key": key,
                "name": voice["name"],
                "plain_name": normalised_name(voice["name"], voice["kind"]),
                "kind": voice["kind"],
                "is_local": int(key.endswith(f"@{one.prepared.key}")),
            }
    if made:
        dialects.of(connection).insert(connection, "ledger_voices", list(made.values()))
    return {key: _Voice(row["id"], row["plain_name"], row["id"]) for key, row in made.items()}


def _write_rows(
    connection: Connection,
    changed: Sequence[Decided],
    voices: dict[tuple[int, str], _Voice],
    numbers: Numbers,
) -> counting.Tallies:
    """The rows of all tables, statements in the order of their numbers; gives what they add to the voices."""
    dialect = dialects.of(connection)
    outlets = placing.outlets(
        connection, (placing.publisher(one.prepared.version) for one in changed), numbers
    )
    tables: dict[str, list[Row]] = defaultdict(list)
    tallies = counting.Tallies()
    bands: set[tuple[float, float]] = set()
    for one in changed:
        made = one.prepared.tables
        version = one.prepared.version
        told = placing.Told(
            one.version,
            facts.day_number(version["published"]),
            one.is_current,
            outlets.get(placing.publisher(version)),
            *placing.said_of(made["report_disputes"], made["certainties"]),
        )
        bands |= {band for found in told.bands.values() for band in found}
        said: Counter[int] = Counter()
        for name, rows in made.items():
            for row in rows:
                tables[name].append(_row(name, row, told, voices, numbers))
        for row in made["attributions"]:
            voice = voices.get((one.version, row["voice"] or ""))
            if voice is not None:
                said[voice.counted_with] += 1
        if one.is_current:
            spoke = (voices[one.version, row_id].counted_with for row_id in one.prepared.voice_keys)
            tallies.report(spoke, said, version["published"])
    placing.keep_bands(connection, bands)
    tables["attributions"].sort(key=lambda row: row["id"])
    for name, rows in tables.items():
        if rows:
            dialect.insert(connection, name, rows)
    return tallies


def _row(
    name: str,
    row: Row,
    told: placing.Told,
    voices: dict[tuple[int, str], _Voice],
    numbers: Numbers,
) -> Row:
    """A row of a reading as its table takes it."""
    if name == "report_voices":
        return row | {"version": told.version, "ledger_voice": voices[told.version, row["row_id"]].number}
    if name != "attributions":
        return row | {"version": told.version}
    voice = voices.get((told.version, row["voice"] or ""))
    where = placing.placed(row, told, (voice.number, voice.plain_name) if voice else None)
    made = row | where | {"id": numbers.of_statement(told.day)}
    return made | dialects.of(numbers.connection).indexed(made)


def held(connection: Connection, reports: Sequence[Report], made_with: str) -> list[bool]:
    """Which of the reports are stored just so, as read by `made_with`."""
    keys = [report_key(report_identity(report)) for report in reports]
    known = {
        row.report_key
        for row in rows_in(connection, "SELECT report_key FROM reports WHERE report_key IN :keys", keys)
    }
    return [
        key in known and _holds(connection, key, report, made_with)
        for key, report in zip(keys, reports, strict=True)
    ]


def _holds(connection: Connection, key: str, report: Report, made_with: str) -> bool:
    found = connection.execute(
        text(
            "SELECT v.* FROM versions v JOIN reports r ON r.id = v.report WHERE r.report_key = :k AND v.sha256 = :s"
        ),
        {"k": key, "s": storable(report.sha256)},
    ).mappings()
    row = found.first()
    if row is None or row["made_with"] != made_with or row["text"] != storable(report.text):
        return False
    given = (getattr(report, name) for name in REPORT_COLUMNS if name != "fetched")
    kept = (row[name] for name in REPORT_COLUMNS if name != "fetched")
    return all(storable_or_none(a) == b for a, b in zip(given, kept, strict=True))


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
            "INSERT INTO segments (name, source, done, failed, finished, at) "
            "VALUES (:name, :source, :done, :failed, :finished, :now) ON CONFLICT (name) DO UPDATE SET "
            "done = :done, failed = :failed, finished = :finished, at = :now"
        ),
        {
            "name": progress.segment,
            "source": storable(progress.source),
            "done": progress.done,
            "failed": progress.failed,
            "finished": int(progress.finished),
            "now": now,
        },
    )


def progress(connection: Connection, segment: str) -> Progress | None:
    """How far a segment was taken in."""
    row = connection.execute(
        text("SELECT name, source, done, failed, finished FROM segments WHERE name = :name"),
        {"name": segment},
    ).first()
    return None if row is None else Progress(row.name, row.source, row.done, row.failed, bool(row.finished))

"""Counts of voices, kept with the voices: of statements, of reports, and the first and last day.

A voice has the counts of all that was merged into it; one that was merged into another has none. What is added only
counts up; where rows go or voices are merged, those concerned are counted anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, text

from onrecord.ledger.lists import chunks, rows_in


@dataclass(slots=True)
class Tally:
    """What a batch adds to one voice."""

    statements: int = 0
    reports: int = 0
    first: str | None = None
    last: str | None = None


@dataclass(slots=True)
class Tallies:
    """What a batch adds, by voice."""

    by_voice: dict[int, Tally] = field(default_factory=dict)

    def report(self, voices: Iterable[int], statements: Counter[int], published: str | None) -> None:
        """One report in which these voices are, with so many statements each."""
        for voice in set(voices):
            tally = self.by_voice.setdefault(voice, Tally())
            tally.reports += 1
            tally.statements += statements[voice]
            if published:
                tally.first = min(tally.first or published, published)
                tally.last = max(tally.last or published, published)


def count_up(connection: Connection, tallies: Tallies) -> None:
    """Add a batch's tallies."""
    rows = [
        {"id": voice, "s": t.statements, "r": t.reports, "first": t.first, "last": t.last}
        for voice, t in sorted(tallies.by_voice.items())
    ]
    if rows:
        connection.execute(
            text(
                "UPDATE ledger_voices SET statements = statements + :s, reports = reports + :r, "
                "first_seen = CASE WHEN first_seen < CAST(:first AS TEXT) THEN first_seen "
                "ELSE COALESCE(:first, first_seen) END, "
                "last_seen = CASE WHEN last_seen > CAST(:last AS TEXT) THEN last_seen "
                "ELSE COALESCE(:last, last_seen) END WHERE id = :id"
            ),
            rows,
        )


def roots(connection: Connection, voices: Iterable[int]) -> set[int]:
    """The voices that these are counted with: themselves, or what they were merged into."""
    query = "SELECT DISTINCT COALESCE(merged_into, id) AS root FROM ledger_voices WHERE id IN :keys"
    return {row.root for row in rows_in(connection, query, voices)}


def recount(connection: Connection, voices: Iterable[int]) -> None:
    """Count these voices anew, and those they were merged into."""
    voices = list(voices)
    for ids in chunks({*voices, *roots(connection, voices)}):
        rows = {int(i): {"id": i, "s": 0, "r": 0, "first": None, "last": None} for i in ids}
        for root, reports, first, last in _seen(connection, ids):
            rows[root] |= {"r": reports, "first": first, "last": last}
        for root, statements in _said(connection, ids):
            rows[root] |= {"s": statements}
        connection.execute(
            text(
                "UPDATE ledger_voices SET statements = :s, reports = :r, first_seen = :first, last_seen = :last "
                "WHERE id = :id"
            ),
            list(rows.values()),
        )


# CROSS JOIN keeps SQLite from walking all versions first.


def _seen(connection: Connection, ids: Sequence[int | str]) -> Iterator[tuple[int, int, str, str]]:
    query = (
        "SELECT COALESCE(o.merged_into, o.id), COUNT(DISTINCT v.report), MIN(v.published), MAX(v.published) "
        "FROM ledger_voices o CROSS JOIN report_voices p CROSS JOIN versions v "
        "WHERE p.ledger_voice = o.id AND v.id = p.version AND v.is_current = 1 "
        "AND (o.id IN :ids AND o.merged_into IS NULL OR o.merged_into IN :ids) GROUP BY 1"
    )
    for row in connection.execute(text(query).bindparams(bindparam("ids", expanding=True)), {"ids": ids}):
        yield row[0], row[1], row[2], row[3]


def _said(connection: Connection, ids: Sequence[int | str]) -> Iterator[tuple[int, int]]:
    query = (
        "SELECT COALESCE(o.merged_into, o.id), COUNT(*) FROM ledger_voices o CROSS JOIN attributions a "
        "WHERE a.ledger_voice = o.id AND a.is_current = 1 "
        "AND (o.id IN :ids AND o.merged_into IS NULL OR o.merged_into IN :ids) GROUP BY 1"
    )
    for row in connection.execute(text(query).bindparams(bindparam("ids", expanding=True)), {"ids": ids}):
        yield row[0], row[1]

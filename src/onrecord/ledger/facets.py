"""Facets: by whom, where, when and how the statements that answer a search were made, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, text

from onrecord.ledger import facts
from onrecord.ledger.lists import rows_in
from onrecord.ledger.records import Facet, Facets, Search
from onrecord.ledger.searching import query_of, question_of

MOST_COUNTED = 10_000
"""Statements that are counted, the latest; a broad search in a large ledger would have to read all of it otherwise."""


def facets(connection: Connection, asked: Search, most: int, counted: int = MOST_COUNTED) -> Facets:
    """The `most` most frequent values of each facet among the statements that answer, the latest `counted` of them.

    Raises UsageError for words or filters that make no sense.
    """
    question = question_of(connection, query_of(asked), asked.report)
    rows = connection.execute(
        text(
            f"SELECT {question.number}, a.ledger_voice, a.outlet, a.quotation, a.act, a.disputed "
            f"FROM {question.lean_source} WHERE {question.condition} ORDER BY {question.number} DESC LIMIT :limit"
        ),
        question.values | {"limit": counted + 1},
    ).all()
    latest = rows[:counted]
    numbers, voices, outlets, quotations, acts, disputed = zip(*latest, strict=True) if latest else [()] * 6
    divided = {
        "voice": _voices(connection, Counter(voices)),
        "outlet": _outlets(connection, Counter(outlets)),
        "month": _months(Counter(number >> facts.DAY_BITS for number in numbers)),
        "quotation": Counter(quotations),
        "act": Counter(acts),
        "disputed": Counter({"yes": sum(disputed), "no": len(disputed) - sum(disputed)}),
    }
    found = tuple(_facet(name, values, most) for name, values in divided.items())
    return Facets(found, len(latest), complete=len(rows) <= counted)


def _facet(name: str, values: Counter[str], most: int) -> Facet:
    ordered = sorted(((v, n) for v, n in values.items() if v and n), key=lambda item: (-item[1], item[0]))
    return Facet(name, tuple(ordered[:most]), max(0, len(ordered) - most))


def _voices(connection: Connection, by_number: Counter[int | None]) -> Counter[str]:
    """By name; what was merged counts with what it was merged into."""
    known = (number for number in by_number if number is not None)
    query = (
        "SELECT o.id, COALESCE(b.name, o.name) AS name FROM ledger_voices o "
        "LEFT JOIN ledger_voices b ON b.id = o.merged_into WHERE o.id IN :keys"
    )
    names = {row.id: row.name for row in rows_in(connection, query, known)}
    return _summed((names.get(number or 0, ""), n) for number, n in by_number.items())


def _outlets(connection: Connection, by_number: Counter[int | None]) -> Counter[str]:
    known = (number for number in by_number if number is not None)
    names = {
        row.id: row.name
        for row in rows_in(connection, "SELECT id, name FROM outlets WHERE id IN :keys", known)
    }
    return _summed((names.get(number or 0, ""), n) for number, n in by_number.items())


def _months(by_day: Counter[int]) -> Counter[str]:
    return _summed((facts.month_of(day), n) for day, n in by_day.items())


def _summed(counts: Iterable[tuple[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for name, number in counts:
        total[name] += number
    return total

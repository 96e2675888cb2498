"""Searching statements: conditions, one query for the rows, one for their number, one for certainties."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, text

from onrecord.errors import UsageError
from onrecord.ledger import reports, sqlite, voices
from onrecord.ledger.identity import storable
from onrecord.ledger.records import Assessed, Hit, Hits, Search
from onrecord.ledger.words import Words, parse

_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_COMPARISON = re.compile(r"\s*(>=|<=|>|<|=)\s*(\d+(?:\.\d+)?|\.\d+)\s*(%?)\s*")

_BANDS = {
    ">=": "c.low >= :certainty",
    ">": "c.low > :certainty",
    "<=": "c.high <= :certainty",
    "<": "c.high < :certainty",
    "=": "c.low <= :certainty AND c.high >= :certainty",
}
"""A band is at 80 % or more if all of it is; it equals 80 % if it holds it."""

_SLACK = 1e-9

_BY_NUMBER = "attributions f CROSS JOIN statements s ON s.id = f.id"
"""CROSS JOIN keeps the database from walking all versions first."""

MOST_RANKED = 2000
"""Statements with the words that are put in order by how well they match."""


@dataclass(slots=True)
class _Question:
    conditions: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def where(self, condition: str, **values: Any) -> None:
        self.conditions.append(condition)
        self.values |= values


def search(connection: Connection, asked: Search) -> Hits:
    """The statements that answer, best match first. Raises UsageError for words or filters that make no sense."""
    words = parse(asked.words)
    source, where, values = answering(connection, asked)
    order = _order(connection, words)
    ids = connection.execute(
        text(f"SELECT s.id FROM {source} {where} ORDER BY {order} LIMIT :limit OFFSET :offset"),
        values | {"limit": asked.limit, "offset": asked.offset},
    ).scalars()
    found = _hits(connection, list(ids), words)
    if not asked.counted:
        return Hits(found, asked.offset + len(found))
    total = connection.execute(text(f"SELECT COUNT(*) FROM {source} {where}"), values).scalar_one()
    return Hits(found, total)


def _order(connection: Connection, words: Words | None) -> str:
    if not words:
        return "s.published DESC NULLS LAST, s.id"
    broad = connection.execute(text(sqlite.SEARCH_BROAD), {"words": sqlite.match(words), "most": MOST_RANKED})
    # To rank means to look at every match. Where there are that many, what was added last comes first.
    return sqlite.SEARCH_LATEST if broad.first() else sqlite.SEARCH_ORDER


def answering(connection: Connection, asked: Search) -> tuple[str, str, dict[str, Any]]:
    """What to select from, the condition and its values for the statements that answer."""
    words = parse(asked.words)
    question = _question(connection, asked, words)
    where = f"WHERE {' AND '.join(question.conditions)}" if question.conditions else ""
    narrow = asked.voice or asked.certainty
    source = sqlite.SEARCH_FROM if words else _BY_NUMBER if narrow else "statements s"
    return source, where, question.values


def _hits(connection: Connection, ids: list[int], words: Words | None) -> tuple[Hit, ...]:
    """The statements of these ids, in this order. Only here are texts read and snippets made."""
    source, snippet, condition, values = _BY_NUMBER, "s.content", "f.rowid IN :ids", {}
    if words:
        source, snippet = sqlite.SEARCH_FROM, sqlite.SEARCH_SNIPPET
        condition, values = f"{sqlite.SEARCH_CONDITION} AND f.rowid IN :ids", {"words": sqlite.match(words)}
    rows = connection.execute(
        text(f"SELECT s.*, {snippet} AS snippet FROM {source} WHERE {condition}").bindparams(
            bindparam("ids", expanding=True)
        ),
        values | {"ids": ids},
    ).mappings()
    found = {row["id"]: row for row in rows}
    certainties = _certainties(connection, ids)
    return tuple(_hit(found[i], tuple(certainties[i])) for i in ids)


def _question(connection: Connection, asked: Search, words: Words | None) -> _Question:
    question = _Question()
    if words:
        question.where(sqlite.SEARCH_CONDITION, words=sqlite.match(words))
    if asked.voice:
        ids = voices.matching(connection, asked.voice)
        numbers = ", ".join(map(str, ids))
        question.where(f"f.rowid IN (SELECT id FROM attributions WHERE ledger_voice IN ({numbers}))")
    if asked.since:
        question.where("s.published >= :since", since=_day(asked.since))
    if asked.until:
        until = _day(asked.until)
        question.where("substr(s.published, 1, :length) <= :until", until=until, length=len(until))
    if asked.certainty:
        _at_certainty(question, asked.certainty)
    if asked.quotation:
        question.where("s.quotation = :quotation", quotation=asked.quotation)
    if asked.disputed:
        question.where("s.disputed = 1")
    if asked.outlet:
        question.where("s.outlet = :outlet", outlet=storable(asked.outlet))
    if asked.act:
        question.where("s.act = :act", act=storable(asked.act))
    if asked.report:
        question.where("s.report = :report", report=reports.key_of(connection, asked.report))
    return question


def _day(day: str) -> str:
    if not _DAY.fullmatch(day):
        raise UsageError(f"{day!r} is no date. Write YYYY-MM-DD, YYYY-MM or YYYY.")
    return day


def _at_certainty(question: _Question, comparison: str) -> None:
    match = _COMPARISON.fullmatch(comparison)
    if match is None:
        raise UsageError(
            f"{comparison!r} is no comparison with a certainty. Write '>=0.8' or '<20%', in quotes."
        )
    value = float(match[2]) / (100 if match[3] else 1)
    if value > 1:
        raise UsageError(f"A certainty is at most 1: write '{match[1]}{match[2]}%' for per cent.")
    value += {">=": -_SLACK, "<=": _SLACK}.get(match[1], 0.0)
    question.where(
        "f.rowid IN (SELECT a.id FROM certainties c JOIN attributions a "
        f"ON a.version = c.version AND a.row_id = c.holder WHERE {_BANDS[match[1]]})",
        certainty=value,
    )


def _certainties(connection: Connection, statements: list[int]) -> dict[int, list[Assessed]]:
    found: dict[int, list[Assessed]] = defaultdict(list)
    rows = connection.execute(
        text(
            "SELECT a.id, c.text AS term, c.direction, c.yardstick, c.low, c.high FROM attributions a "
            "JOIN certainties c ON c.version = a.version AND c.holder = a.row_id "
            "WHERE a.id IN :ids ORDER BY c.start_char"
        ).bindparams(bindparam("ids", expanding=True)),
        {"ids": statements},
    )
    for row in rows:
        found[row.id].append(Assessed(row.term, row.direction, row.yardstick, row.low, row.high))
    return found


def _hit(row: RowMapping, certainties: tuple[Assessed, ...]) -> Hit:
    fields = {name: value for name, value in row.items() if name != "id"}
    fields["snippet"] = _parts(row["snippet"])
    fields["disputed"] = bool(row["disputed"])
    return Hit(**fields, certainties=certainties)


def _parts(marked: str) -> tuple[tuple[str, bool], ...]:
    """The snippet in parts, each with whether it matched."""
    parts: list[tuple[str, bool]] = []
    for piece in storable(marked).split(sqlite.MARK_ON):
        hit, mark, rest = piece.partition(sqlite.MARK_OFF)
        parts += [(hit, True), (rest, False)] if mark else [(piece, False)]
    return tuple((words, matched) for words, matched in parts if words)

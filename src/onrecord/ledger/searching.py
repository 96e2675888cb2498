"""Searching statements: one look into the index gives their numbers, one query more their rows.

A statement's number grows with its day of publication (onrecord.ledger.facts), so that the latest come first without
sorting, days are ranges of numbers, and a cursor is the number where the page before ended.
"""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from string import Template
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from onrecord.errors import UsageError
from onrecord.ledger import asking, dialects, facts, reports
from onrecord.ledger.lists import rows_in
from onrecord.ledger.marking import Marker
from onrecord.ledger.query import Field, Filter, Query, narrowed, parse, phrases
from onrecord.ledger.records import Assessed, Hit, Hits, Search

_LAST = facts.first_of(1 << 22)
"""Above every number; days end with the year 9999."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to select from, under which condition, in SQL. `number` is the column that orders."""

    source: str
    lean_source: str
    """The same where no more of the rows is read than facets need."""
    number: str
    condition: str
    values: dict[str, Any]


def search(connection: Connection, asked: Search) -> Hits:
    """The statements that answer, latest first. Raises UsageError for words or filters that make no sense."""
    query = query_of(asked)
    question = question_of(connection, query, asked.report)
    last = f"AND {question.number} < :last" if asked.after else ""
    values = question.values | ({"last": _opened(asked)} if asked.after else {})
    ids = list(
        connection.execute(
            text(
                f"SELECT {question.number} FROM {question.source} WHERE {question.condition} {last} "
                f"ORDER BY {question.number} DESC LIMIT :limit OFFSET :offset"
            ),
            values | {"limit": asked.limit + 1, "offset": asked.offset},
        ).scalars()
    )
    found = _hits(connection, ids[: asked.limit], query)
    following = _cursor(asked, ids[asked.limit - 1]) if len(ids) > asked.limit > 0 else None
    alone = not ids and not asked.offset and not asked.after
    total = _count(connection, question) if asked.counted and not alone else asked.offset + len(found)
    return Hits(found, total, following)


def _count(connection: Connection, question: Question) -> int:
    query = f"SELECT COUNT(*) FROM {question.lean_source} WHERE {question.condition}"
    return int(connection.execute(text(query), question.values).scalar_one())


def question_of(connection: Connection, query: Query, report: str | None) -> Question:
    """The question in SQL, of all reports or of the one named.

    Raises UsageError for a voice, an outlet or a report that the ledger does not have.
    """
    dialect = dialects.of(connection)
    source, number, conditions = "attributions a$facets", "a.id", ["a.is_current = 1"]
    values: dict[str, Any] = {}
    if query.node is not None:
        values["words"] = dialect.match(asking.asked(connection, query.node))
        source, number = dialect.FOUND, dialect.NUMBER
        conditions.insert(0, dialect.CONDITION)
    if query.since or query.until:
        since = query.since.toordinal() if query.since else 1
        until = query.until.toordinal() + 1 if query.until else 1 << 22
        conditions.append(f"{number} >= :since AND {number} < :until")
        values |= {"since": facts.first_of(since), "until": facts.first_of(until)}
    if report:
        conditions.append(
            f"{number} IN (SELECT x.id FROM attributions x JOIN versions v ON v.id = x.version "
            "JOIN reports r ON r.id = v.report WHERE r.report_key = :report)"
        )
        values["report"] = reports.key_of(connection, report)
    whole, lean = (Template(source).substitute(facets=hint) for hint in ("", dialect.FACETS))
    return Question(whole, lean, number, " AND ".join(conditions), values)


def query_of(asked: Search) -> Query:
    """What is asked, with its filters among the words. Raises UsageError for what makes no sense."""
    given: dict[Field, str | None] = {
        "voice": asked.voice,
        "since": asked.since,
        "until": asked.until,
        "certainty": asked.certainty,
        "kind": asked.quotation,
        "outlet": asked.outlet,
        "act": asked.act,
        "disputed": {None: None, True: "yes", False: "no"}[asked.disputed],
    }
    filters = tuple(Filter(field, value) for field, value in given.items() if value)
    return narrowed(parse(asked.words), filters)


def _sealed(asked: Search) -> bytes:
    """What ties a cursor to its question."""
    same = replace(asked, limit=0, offset=0, counted=True, after=None)
    return sha256(repr(same).encode("utf-8", "surrogatepass")).digest()[:6]


def _cursor(asked: Search, number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(8, "big") + _sealed(asked)).decode("ascii").rstrip("=")


def _opened(asked: Search) -> int:
    """The number in a cursor. Raises UsageError if it was not given by this very search."""
    given = asked.after or ""
    try:
        packed = base64.b64decode(given.encode("ascii") + b"=" * (-len(given) % 4), b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        packed = b""
    if len(packed) != 14 or packed[8:] != _sealed(asked):
        raise UsageError(
            f"{given[:40]!r} is no cursor of this search: it was cut, or given by another one. "
            "Leave it out to begin with the first page."
        )
    return min(int.from_bytes(packed[:8], "big"), _LAST)


def _hits(connection: Connection, ids: Sequence[int], query: Query) -> tuple[Hit, ...]:
    """The statements of these numbers, in this order."""
    rows = rows_in(connection, "SELECT * FROM statements WHERE id IN :keys", ids)
    found = {row.id: row._mapping for row in rows}
    certainties = _certainties(connection, ids)
    marker = Marker(phrases(query.node))
    return tuple(_hit(found[i], marker, tuple(certainties[i])) for i in ids)


def _certainties(connection: Connection, statements: Sequence[int]) -> dict[int, list[Assessed]]:
    found: dict[int, list[Assessed]] = defaultdict(list)
    query = (
        "SELECT a.id, c.text AS term, c.direction, c.yardstick, c.low, c.high FROM attributions a "
        "JOIN certainties c ON c.version = a.version AND c.holder = a.row_id "
        "WHERE a.id IN :keys ORDER BY c.start_char, c.row_id"
    )
    for row in rows_in(connection, query, statements):
        found[row.id].append(Assessed(row.term, row.direction, row.yardstick, row.low, row.high))
    return found


def _hit(row: RowMapping, marker: Marker, certainties: tuple[Assessed, ...]) -> Hit:
    fields = {name: value for name, value in row.items() if name != "id"}
    return Hit(
        **fields | {"disputed": bool(row["disputed"])},
        snippet=marker.snippet(row["content"]),
        certainties=certainties,
    )

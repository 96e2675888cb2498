"""Facets: by whom, where, when and how the statements that answer a search were made, with counts."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, text

from onrecord.ledger import searching
from onrecord.ledger.records import Facet, Facets, Search

MOST_COUNTED = 1000
"""Statements that are counted; a broad search in a large ledger would have to read all of it otherwise."""

_COLUMNS = {
    "voice": "s.voice",
    "outlet": "s.outlet",
    "month": "substr(s.published, 1, 7)",
    "quotation": "s.quotation",
    "act": "s.act",
}


def facets(connection: Connection, asked: Search, most: int) -> Facets:
    """The `most` most frequent values of each facet among the statements that answer.

    Raises UsageError for words or filters that make no sense.
    """
    source, where, values = searching.answering(connection, asked)
    columns = ", ".join(f"{column} AS {name}" for name, column in _COLUMNS.items())
    rows = connection.execute(
        text(f"SELECT {columns} FROM {source} {where} LIMIT :limit"), values | {"limit": MOST_COUNTED + 1}
    ).all()
    counted = rows[:MOST_COUNTED]
    found = []
    for place, name in enumerate(_COLUMNS):
        numbers = Counter(row[place] for row in counted if row[place])
        ordered = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
        found.append(Facet(name, tuple(ordered[:most]), max(0, len(ordered) - most)))
    return Facets(tuple(found), len(counted), complete=len(rows) <= MOST_COUNTED)

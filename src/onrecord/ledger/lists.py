"""Queries with a list of values, however long it is: asked in parts that every database takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, text

CHUNK = 2000
"""Values in one list; every database takes so many."""


def chunks(values: Iterable[int | str]) -> Iterator[list[int | str]]:
    """The values in order, each once, in lists that every database takes."""
    ordered = sorted(set(values))
    for first in range(0, len(ordered), CHUNK):
        yield ordered[first : first + CHUNK]


def rows_in(connection: Connection, query: str, keys: Iterable[int | str], **values: object) -> Iterator[Any]:
    """The rows of a query with `IN :keys`, however many keys there are; what it orders by holds within a part."""
    asked = _asked(query)
    for part in chunks(keys):
        yield from connection.execute(asked, {**values, "keys": part})


def change_in(connection: Connection, statement: str, keys: Iterable[int | str], **values: object) -> None:
    """Run a statement with `IN :keys` that gives no rows."""
    asked = _asked(statement)
    for part in chunks(keys):
        connection.execute(asked, {**values, "keys": part})


def _asked(query: str) -> TextClause:
    return text(query).bindparams(bindparam("keys", expanding=True))

"""What watching feeds has to remember, in any database: feeds, their entries, the hosts they come from.

Everything is written in the same transaction as what it rests on: a feed's validators with its new entries, an
entry with its reading (`Ledger.add`). A run that is killed therefore finds each entry either still to be done, or
done with its rows in the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, text

from onrecord.ledger.identity import storable
from onrecord.ledger.lists import rows_in
from onrecord.ledger.watched import Feed, FeedHost, FeedItem

Connected = Callable[[], AbstractContextManager[Connection]]


class Watching:
    """The part of a ledger that `onrecord watch` writes besides readings."""

    def __init__(self, looking: Connected, writing: Connected) -> None:
        self._looking = looking
        self._writing = writing

    def feed(self, url: str) -> Feed | None:
        """What is known of a feed."""
        with self._looking() as connection:
            row = _rows(connection, "SELECT * FROM feeds WHERE url = :url", url=storable(url)).first()
            return Feed(**row) if row else None

    def keep_feed(self, feed: Feed, items: Sequence[FeedItem] = ()) -> None:
        """Write a feed and its new or changed entries; a feed that answers leaves the list of failures."""
        with self._writing() as connection:
            _put(connection, "feeds", "url", [feed])
            put_items(connection, items)
            if feed.tries == 0 and feed.state == "watched":
                connection.execute(
                    text("DELETE FROM failures WHERE source = :url"), {"url": storable(feed.url)}
                )

    def items(self, urls: Iterable[str]) -> dict[str, FeedItem]:
        """The entries known under these canonical addresses, by address."""
        query = "SELECT * FROM feed_items WHERE url IN :keys"
        with self._looking() as connection:
            rows = rows_in(connection, query, map(storable, urls))
            return {row.url: FeedItem(**row._mapping) for row in rows}

    def entries(self, feed: str, ids: Iterable[str]) -> dict[str, FeedItem]:
        """The entries of one feed with these ids, by id; the one seen first if two share an id."""
        query = "SELECT * FROM feed_items WHERE feed = :feed AND entry_id IN :keys ORDER BY first_seen DESC, url DESC"
        with self._looking() as connection:
            rows = rows_in(connection, query, map(storable, ids), feed=storable(feed))
            return {row.entry_id: FeedItem(**row._mapping) for row in rows}

    def keep_items(self, items: Sequence[FeedItem]) -> None:
        """Write entries."""
        with self._writing() as connection:
            put_items(connection, items)

    def hosts_due(self) -> tuple[str, ...]:
        """The hosts with entries that are, or will be, to fetch."""
        with self._looking() as connection:
            query = "SELECT DISTINCT host FROM feed_items WHERE due_at IS NOT NULL ORDER BY host"
            return tuple(connection.execute(text(query)).scalars())

    def due(self, host: str, limit: int) -> tuple[FeedItem, ...]:
        """The entries of a host that are to fetch, those that are due first in front."""
        with self._looking() as connection:
            rows = _rows(
                connection,
                "SELECT * FROM feed_items WHERE host = :host AND due_at IS NOT NULL "
                "ORDER BY due_at, url LIMIT :limit",
                host=host,
                limit=limit,
            )
            return tuple(FeedItem(**row) for row in rows)

    def host(self, host: str) -> FeedHost | None:
        """What is known of a host."""
        with self._looking() as connection:
            row = _rows(connection, "SELECT * FROM feed_hosts WHERE host = :host", host=host).first()
            return FeedHost(**row) if row else None

    def keep_host(self, host: FeedHost) -> None:
        """Write what is known of a host; one that answers leaves the list of failures."""
        with self._writing() as connection:
            _put(connection, "feed_hosts", "host", [host])
            if host.tries == 0:
                source = {"source": robots_of(host.host)}
                connection.execute(text("DELETE FROM failures WHERE source = :source"), source)


def robots_of(host: str) -> str:
    """The address of a host's robots.txt, under which its failures are listed."""
    return f"{host}/robots.txt"


def put_items(connection: Connection, items: Sequence[FeedItem]) -> None:
    """Write entries inside the caller's transaction; one that a person had forgotten stays so."""
    _put(connection, "feed_items", "url", items, "WHERE feed_items.state <> 'forgotten'")


def forget(connection: Connection, report: str) -> None:
    """Keep only the address of a forgotten report's entry, so that watching does not fetch it again."""
    connection.execute(
        text(
            "UPDATE feed_items SET state = 'forgotten', due_at = NULL, title = NULL, text_sha256 = NULL "
            "WHERE report = :report"
        ),
        {"report": report},
    )


def _rows(connection: Connection, query: str, **given: Any) -> Any:
    return connection.execute(text(query), given).mappings()


def _put(
    connection: Connection,
    table: str,
    key: str,
    records: Sequence[Feed] | Sequence[FeedItem] | Sequence[FeedHost],
    only: str = "",
) -> None:
    if not records:
        return
    names = [field.name for field in fields(records[0])]
    values = ", ".join(f":{name}" for name in names)
    changed = ", ".join(f"{name} = excluded.{name}" for name in names if name != key)
    rows = [{name: _plain(getattr(record, name)) for name in names} for record in records]
    connection.execute(
        text(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values}) "
            f"ON CONFLICT ({key}) DO UPDATE SET {changed} {only}"
        ),
        rows,
    )


def _plain(value: Any) -> Any:
    return storable(value) if isinstance(value, str) else value

"""From what a feed says to what is to be done: which entries are new, which changed, which are left alone. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from onrecord.errors import FetchRefused
from onrecord.ledger.watched import Feed, FeedItem
from onrecord.pages.feeds import Entry, FeedContent
from onrecord.watch.addresses import canonical, host_of
from onrecord.watch.politeness import iso, parsed

RECENT = timedelta(days=3)
"""Of a sitemap, articles that changed longer ago are left alone: one of news lists two days, others list everything."""
MOST_MAPS = 50
"""So many sitemaps of a list are asked for, the newest."""
SOONEST_AGAIN = timedelta(hours=1)
"""A feed that calls everything changed at each look does not make us fetch everything at each look."""


@dataclass(frozen=True, slots=True)
class Found:
    """The entries of a feed: with their canonical addresses, and those whose address is none."""

    entries: tuple[tuple[str, Entry], ...]
    refused: tuple[tuple[Entry, FetchRefused], ...]
    ids: frozenset[str]
    """Ids that name one entry of the feed each."""

    def ids_to_ask(self, known: Mapping[str, FeedItem]) -> list[str]:
        """The ids by which entries may be known whose addresses are not."""
        return [
            entry.id for url, entry in self.entries if url not in known and entry.id in self.ids and entry.id
        ]


def addressed(content: FeedContent, now: datetime) -> Found:
    """The entries to look at, under the addresses by which they are known."""
    found: dict[str, Entry] = {}
    refused: list[tuple[Entry, FetchRefused]] = []
    for entry in content.entries:
        if content.is_sitemap and not _is_recent(entry, now):
            continue
        try:
            found.setdefault(canonical(entry.link), entry)
        except FetchRefused as error:
            refused.append((entry, error))
    counts = Counter(entry.id for entry in found.values() if entry.id)
    ids = frozenset(name for name, times in counts.items() if times == 1)
    return Found(tuple(found.items()), tuple(refused), ids)


def to_keep(
    feed: Feed, found: Found, known: Mapping[str, FeedItem], by_id: Mapping[str, FeedItem], now: datetime
) -> list[FeedItem]:
    """The entries that are new or changed, as they are to be written; what is known and unchanged is not there."""
    kept: list[FeedItem] = []
    for url, entry in found.entries:
        stamp = stamp_of(entry)
        before = known.get(url) or (by_id.get(entry.id) if entry.id in found.ids else None)
        if before is None:
            kept.append(_new(feed, url, entry, now))
        elif before.stamp != stamp and before.state in ("read", "failed"):
            kept += _changed(before, url, entry, now)
    return kept


def _new(feed: Feed, url: str, entry: Entry, now: datetime) -> FeedItem:
    return FeedItem(
        url=url,
        feed=feed.url,
        entry_id=entry.id,
        host=host_of(url),
        stamp=stamp_of(entry),
        first_seen=iso(now),
        title=entry.title,
        published=entry.published,
        outlet=feed.title,
        due_at=iso(now),
    )


def _changed(before: FeedItem, url: str, entry: Entry, now: datetime) -> list[FeedItem]:
    """The article is asked for again; if the feed gives it another address now, under that one."""
    fetched = parsed(before.fetched_at)
    due = now if fetched is None else max(now, fetched + SOONEST_AGAIN)
    again = replace(before, stamp=stamp_of(entry), title=entry.title, due_at=iso(due), tries=0)
    if url == before.url:
        return [again]
    moved = replace(again, url=url, host=host_of(url), etag=None, modified=None)
    return [replace(before, stamp=stamp_of(entry), due_at=None, state="left"), moved]


def stamp_of(entry: Entry) -> str:
    """A hash of what the feed says that changes when the article does."""
    said = "\x1f".join((entry.title or "", entry.changed))
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def maps_to_ask(content: FeedContent, checked: Mapping[str, str | None], now: datetime) -> list[str]:
    """Which sitemaps of a list are asked for: those that changed lately, and since they were `checked`."""
    newest = sorted(content.maps, key=lambda row: row[1] or "9", reverse=True)
    return [url for url, changed in newest if _is_to_ask(changed, checked.get(url), now)][:MOST_MAPS]


def _is_to_ask(changed: str | None, checked: str | None, now: datetime) -> bool:
    at, last = _time(changed), parsed(checked)
    return at is None or (at >= now - RECENT and (last is None or at >= last))


def _is_recent(entry: Entry, now: datetime) -> bool:
    times = [at for at in (_time(entry.changed), _time(entry.published)) if at]
    return not times or max(times) >= now - RECENT


def _time(stated: str | None) -> datetime | None:
    """A time as sitemaps write it (W3C): a day counts as its end."""
    try:
        at = datetime.fromisoformat((stated or "").strip())
    except ValueError:
        return None
    if len((stated or "").strip()) <= 10:
        at += timedelta(days=1)
    return at if at.tzinfo else at.replace(tzinfo=UTC)

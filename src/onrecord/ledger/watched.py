"""What is remembered of feeds, their entries and their hosts. All times are ISO 8601 in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FeedState = Literal["watched", "gone"]

ItemState = Literal["waiting", "read", "failed", "left", "forgotten"]
"""What became of an entry: `left` is not to be fetched, by its age or by the host's robots.txt; `forgotten` is what
a person had deleted from the ledger: it is never fetched again."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that is watched."""

    url: str
    title: str | None = None
    etag: str | None = None
    modified: str | None = None
    """What the server said of the answer that was read last, to ask for a newer one only."""
    checked_at: str | None = None
    due_at: str | None = None
    tries: int = 0
    """How often in a row it failed."""
    state: FeedState = "watched"


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An entry of a feed: an article that is to be read, or was."""

    url: str
    """Its canonical address, under which it is known whichever feed names it."""
    feed: str
    entry_id: str | None
    host: str
    """Scheme, host and port: what politeness counts by."""
    stamp: str
    """A hash of what the feed says of the entry; another one means that the article was changed."""
    first_seen: str
    state: ItemState = "waiting"
    title: str | None = None
    published: str | None = None
    outlet: str | None = None
    etag: str | None = None
    modified: str | None = None
    report: str | None = None
    """The key of its report in the ledger."""
    report_url: str | None = None
    """Where the page was in the end when it was first read."""
    text_sha256: str | None = None
    """Hash of the report's title and text as last read: a page whose bytes alone change is no new version."""
    fetched_at: str | None = None
    due_at: str | None = None
    """When it is to be fetched next; None if it is not."""
    tries: int = 0
    """How often in a row fetching failed."""


@dataclass(frozen=True, slots=True)
class FeedHost:
    """What is known of a host that is fetched from."""

    host: str
    robots: str | None = None
    """Its robots.txt as last fetched; None if it never was."""
    robots_at: str | None = None
    free_at: str | None = None
    """Not to be asked before."""
    tries: int = 0
    """How often in a row it did not answer as it should."""

"""What passes between the watcher and its hands, and what can be set."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from onrecord.ledger.watched import FeedItem
from onrecord.pages.network import Answer, Question


@dataclass(frozen=True, slots=True)
class Settings:
    """How to watch."""

    agent: str
    """Under which name servers are asked."""
    every: timedelta = timedelta(minutes=15)
    """How long after a feed was asked it is asked again."""
    delay: timedelta = timedelta(seconds=2)
    """How long a host is left alone after an answer; its robots.txt can ask for more."""
    recheck: timedelta = timedelta(0)
    """For how long after it was first seen an article is asked for again, at growing intervals."""
    made_with: str = ""
    """What is kept with the readings of how they were made."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to fetch."""

    kind: Literal["robots", "feed", "page"]
    host: str
    """Whose turn it is: scheme, host and port of the address."""
    question: Question
    name: str
    """The feed's or the article's own address, under which it is known."""
    item: FeedItem | None = None
    hops: int = 0
    """How many other hosts redirected here."""
    depth: int = 0
    """How many lists of sitemaps led here."""


@dataclass(frozen=True, slots=True)
class Done:
    """A task with its answer, or with why there is none."""

    task: Task
    answer: Answer | None = None
    error: Exception | None = None


@dataclass(slots=True)
class Tally:
    """What a run did, in numbers."""

    feeds: int = 0
    """Feeds that answered."""
    entries: int = 0
    """Entries seen for the first time."""
    fetched: int = 0
    """Pages asked for, an unchanged one included."""
    new: int = 0
    corrected: int = 0
    unchanged: int = 0
    left: int = 0
    """Entries that robots.txt forbids."""
    failed: int = 0
    problems: dict[str, str] = field(default_factory=dict)
    """The last reasons, by source; bounded, the ledger has all of them."""

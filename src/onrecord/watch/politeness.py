"""Whose turn it is: hosts with their robots.txt, their delays and what is to be fetched from each.

RFC 9309 says how robots.txt is read; `Crawl-delay` is not in it but honoured. A host that cannot give its robots.txt
because it fails is left alone until it can.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from protego import Protego

from onrecord.ledger.watched import FeedHost, FeedItem
from onrecord.watch.records import Task

ROBOT = "onrecord"
"""Our name in robots.txt."""
ROBOTS_KEPT = timedelta(hours=24)
"""RFC 9309, 2.4: not longer than a day."""
MOST_ROBOTS = 500 * 1024
"""Bytes of robots.txt that are read: RFC 9309, 2.5 asks for at least so many."""
LONGEST_DELAY = timedelta(minutes=5)
"""A Crawl-delay over this counts as this."""
FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=6)
LONGEST_ASKED_REST = timedelta(days=1)
"""A Retry-After over this counts as this."""
MOST_RESTING = 1000
"""So many hosts' next turns are remembered before those that have passed are let go."""


def iso(time: datetime) -> str:
    """A time as the ledger keeps it; such strings sort as the times do."""
    return time.astimezone(UTC).isoformat(timespec="seconds")


def parsed(time: str | None) -> datetime | None:
    """A time that the ledger kept."""
    return datetime.fromisoformat(time) if time else None


def rest_asked(retry_after: str | None, now: datetime) -> timedelta:
    """How long a server asks to be left alone (`Retry-After`: seconds or a date); 0 if it does not say."""
    given = (retry_after or "").strip()
    if given.isascii() and given.isdigit():
        return min(timedelta(seconds=int(given[:9])), LONGEST_ASKED_REST)
    try:
        until = parsedate_to_datetime(given)
    except (TypeError, ValueError, OverflowError):
        return timedelta(0)
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(timedelta(0), min(until - now, LONGEST_ASKED_REST))


def rest_after(tries: int, first: timedelta = FIRST_REST, longest: timedelta = LONGEST_REST) -> timedelta:
    """How long to wait after so many failures in a row: twice as long each time."""
    doubled: timedelta = first * 2 ** min(tries - 1, 20)
    return min(doubled, longest)


@dataclass(slots=True)
class Host:
    """One host: what it allows, when it may be asked next, and what is to be asked."""

    kept: FeedHost
    rules: Protego | None = None
    rules_at: datetime | None = None
    free_at: datetime | None = None
    busy: bool = False
    tasks: deque[Task] = field(default_factory=deque)
    """Feeds, and pages that other hosts redirected here."""
    items: deque[FeedItem] = field(default_factory=deque)
    """Entries that are due, as many as were taken from the ledger."""
    look_at: datetime | None = None
    """When to look for due entries in the ledger again; None if it has none."""
    planned: datetime | None = None

    def knows_rules(self, now: datetime) -> bool:
        """Whether its robots.txt is known and fresh."""
        return self.rules_at is not None and timedelta(0) <= now - self.rules_at < ROBOTS_KEPT

    def allows(self, url: str) -> bool:
        """Whether its robots.txt allows us the address."""
        try:
            return self.rules is None or bool(self.rules.can_fetch(url, ROBOT))
        except Exception:  # a rule that protego stumbles over forbids nothing
            return True

    def pause(self, delay: timedelta) -> timedelta:
        """How long it is left alone after an answer."""
        try:
            asked = self.rules.crawl_delay(ROBOT) if self.rules else None
            return max(delay, min(timedelta(seconds=float(asked or 0)), LONGEST_DELAY))
        except (ValueError, OverflowError):
            return delay

    def learn(self, robots: str | None, at: datetime) -> None:
        """Take its robots.txt; None says that it has none."""
        self.rules, self.rules_at = None, at
        if robots:
            try:
                self.rules = Protego.parse(robots)
            except Exception:  # a text that is no robots.txt forbids nothing
                self.rules = None


class Hosts:
    """All hosts that there is something to fetch from, and whose turn comes next."""

    def __init__(self, look_up: Callable[[str], FeedHost | None]) -> None:
        self._look_up = look_up
        self._hosts: dict[str, Host] = {}
        self._turns: list[tuple[datetime, str]] = []
        self._resting: dict[str, datetime] = {}

    def __getitem__(self, name: str) -> Host:
        """The host of this name, with what the ledger knows of it."""
        if name not in self._hosts:
            kept = self._look_up(name) or FeedHost(name)
            times = [at for at in (parsed(kept.free_at), self._resting.pop(name, None)) if at]
            host = self._hosts[name] = Host(kept, free_at=max(times, default=None))
            robots_at = parsed(kept.robots_at)
            if robots_at:
                host.learn(kept.robots, robots_at)
        return self._hosts[name]

    def __len__(self) -> int:
        """How many hosts are held in memory."""
        return len(self._hosts)

    def plan(self, host: Host, now: datetime) -> None:
        """Note when it is the host's turn, if there is anything to fetch from it; forget it if not."""
        if host.busy:
            return
        if host.tasks or host.items:
            at = now
        elif host.look_at is not None:
            at = host.look_at
        else:
            self._drop(host, now)
            return
        if host.free_at is not None:
            # A clock that was set back must not close a host for longer than a server may ask for.
            host.free_at = min(host.free_at, now + LONGEST_ASKED_REST)
            at = max(at, host.free_at)
        host.planned = at
        heapq.heappush(self._turns, (at, host.kept.host))

    def _drop(self, host: Host, now: datetime) -> None:
        """Let go of a host there is nothing to fetch from, but not of when it may be asked again."""
        self._hosts.pop(host.kept.host, None)
        if host.free_at is not None and host.free_at > now:
            self._resting[host.kept.host] = host.free_at
        if len(self._resting) > MOST_RESTING:
            self._resting = {name: at for name, at in self._resting.items() if at > now}

    def ready(self, now: datetime) -> Iterator[Host]:
        """The hosts whose turn has come; each is taken out of the order and has to be planned again."""
        while self._turns and self._turns[0][0] <= now:
            at, name = heapq.heappop(self._turns)
            host = self._hosts.get(name)
            if host is not None and host.planned == at and not host.busy:
                host.planned = None
                yield host

    def next_turn(self) -> datetime | None:
        """When the next host's turn comes."""
        while self._turns:
            at, name = self._turns[0]
            host = self._hosts.get(name)
            if host is not None and host.planned == at:
                return at
            heapq.heappop(self._turns)
        return None

"""A small world for the watcher: servers that say what they are told to, and a clock that only waiting moves."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from onrecord.errors import TooLarge
from onrecord.ledger import open_ledger
from onrecord.ledger.contract import Ledger
from onrecord.model import Reading, Report
from onrecord.pages import parse
from onrecord.pages.network import Answer, Question, ask
from onrecord.watch import Articles, Done, Settings, Tally, Task, Watcher
from onrecord.watch.hands import do
from tests.cli.conftest import simple_reading

BEGIN = datetime(2024, 3, 14, 12, tzinfo=UTC)
FEED = "https://courier.example/feed"
ONE = "https://courier.example/1"
TWO = "https://courier.example/2"
Reply = httpx.Response | Callable[[httpx.Request], httpx.Response]


@dataclass
class World:
    """Addresses with what their servers say. What is not there is a 404."""

    pages: dict[str, Reply] = field(default_factory=dict)
    now: datetime = BEGIN
    asked: list[tuple[datetime, str]] = field(default_factory=list)
    headers: list[httpx.Headers] = field(default_factory=list)
    at: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)
    """What happens at a time, e.g. that somebody stops the watcher."""

    def clock(self) -> datetime:
        """The time."""
        return self.now

    def wait(self, seconds: float) -> None:
        """Let time pass; what was to happen meanwhile happens."""
        self.now += timedelta(seconds=seconds)
        for row in [row for row in self.at if row[0] <= self.now]:
            self.at.remove(row)
            row[1]()

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What the server says."""
        url = str(request.url)
        self.asked.append((self.now, url))
        self.headers.append(request.headers)
        reply = self.pages.get(url)
        if reply is None:
            return httpx.Response(404)
        return (
            reply(request)
            if callable(reply)
            else httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)
        )

    def ask(self, question: Question) -> Answer:
        """The network door with this world behind it."""
        return ask(httpx.MockTransport(self.answer), question)

    def urls(self, kind: str = "") -> list[str]:
        """The addresses asked for, without those of robots.txt, or only those that end so."""
        return [
            url for _, url in self.asked if url.endswith(kind or "") and (kind or "robots.txt" not in url)
        ]


class Inline:
    """Hands that fetch at once and wait by moving the world's clock."""

    def __init__(
        self, world: World, ask: Callable[[Question], Answer] | None = None, number: int = 4
    ) -> None:
        self.world = world
        self.ask = ask or world.ask
        self.number = number
        self.done: deque[Done] = deque()

    def room(self) -> int:
        """As many as are not yet taken."""
        return self.number - len(self.done)

    def busy(self) -> bool:
        """Whether an answer waits."""
        return bool(self.done)

    def give(self, task: Task) -> None:
        """Fetch."""
        self.done.append(do(task, self.ask))

    def take(self, seconds: float) -> Done | None:
        """The next answer, or time passes."""
        if self.done:
            return self.done.popleft()
        self.world.wait(seconds)
        return None

    def wake(self) -> None:
        """Nobody sleeps."""


SETTINGS = Settings("onrecord test", made_with="test")


def watcher(
    world: World,
    ledger: Ledger,
    feeds: Sequence[str],
    settings: Settings = SETTINGS,
    told: list[str] | None = None,
) -> Watcher:
    """A watcher in this world, with the quick stand-in for the reader."""

    def read(reports: Sequence[Report]) -> list[Reading]:
        for report in reports:
            if "HUGE" in report.text:
                raise TooLarge("too much of it")
        return [simple_reading(report) for report in reports]

    tell = (lambda line: None) if told is None else told.append
    articles = Articles(ledger, parse, read, settings, tell)
    return Watcher(feeds, Inline(world), world.clock, articles)


def watch_once(
    world: World,
    path: Path,
    feeds: Sequence[str],
    settings: Settings = SETTINGS,
    told: list[str] | None = None,
) -> Tally:
    """One run by cron."""
    with open_ledger(path, mode="create", clock=world.clock) as ledger:
        return watcher(world, ledger, feeds, settings, told).run(once=True)


def rss(*entries: dict[str, str], title: str = "Valley Courier", more: str = "") -> httpx.Response:
    """An RSS feed of entries with `link`, `title`, `guid`, `pubDate` …"""
    items = "".join(
        "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in entry.items()) + "</item>"
        for entry in entries
    )
    text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{more}{items}</channel></rss>'
    return httpx.Response(200, text=text, headers={"content-type": "application/rss+xml"})


def page(*sentences: str, **headers: str) -> httpx.Response:
    """A page of plain text."""
    named = {"content-type": "text/plain; charset=utf-8"} | {
        k.replace("_", "-"): v for k, v in headers.items()
    }
    return httpx.Response(200, text="\n\n".join(["A headline", *sentences]) + "\n", headers=named)


def conditional(reply: httpx.Response, etag: str) -> Callable[[httpx.Request], httpx.Response]:
    """A server that knows the version it gave."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers.get("if-none-match") == etag:
            return httpx.Response(304, headers={"etag": etag})
        return httpx.Response(200, content=reply.content, headers={**reply.headers, "etag": etag})

    return answer


def world_of(*links: str) -> World:
    """A world with a feed that names these articles, each with one statement."""
    world = World({FEED: rss(*({"link": link, "title": f"Story {n}"} for n, link in enumerate(links, 1)))})
    for n, link in enumerate(links, 1):
        world.pages[link] = page(f"Ann Number{n} said it rains.")
    return world

"""What watching costs: a day of 50,000 feed items in compressed time, and 100 readers beside it.

    python -m benchmarks.watch [ITEMS] [--readers READERS] [--record]

The day: 100 feeds on 50 hosts are asked every quarter of an hour for 24 hours; each time they name 50 entries, of
which the new ones (ITEMS over the day) are fetched, and one article in 50 is corrected two hours later. Network and
clock are stand-ins, so that a day passes as quickly as the watcher works; a page becomes a report of two statements
without a parser or a model, so that what is measured is watching and the ledger. Sampled every hour of the day:
resident memory, open file handles, threads, the hosts held in memory.

The readers: ITEMS / 25 pages are taken in while READERS readers in two other processes, each with a ledger of its own
opened for reading, search all the time. Counted are errors, the time that 95 of 100 searches stay under, and whether
every row is there once. The readers share the machine with the watcher.

Prints one line of JSON. `--record` writes it into evaluation/results.json.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from onrecord.errors import OnrecordError
from onrecord.ledger import Search, open_ledger
from onrecord.model import Attribution, Block, Page, Reading, Report, Span, Voice
from onrecord.pages.network import Answer, Question
from onrecord.watch import Articles, Done, Settings, Task, Watcher
from onrecord.watch.hands import do

FEEDS = 100
HOSTS = 50
WINDOW = 50
"""Entries that a feed names at a time."""
HOURS = 24
CORRECTED = 50
"""One article in so many is corrected."""
BEGIN = datetime(2024, 3, 14, tzinfo=UTC)
WORDS = ("ferry", "harbour", "bridge", "council", "budget", "storm", "mayor", "strike", "school", "valley")


@dataclass
class World:
    """Feeds that grow, pages that get corrected, and a clock that only waiting moves."""

    items: int
    now: datetime = BEGIN
    asked: int = 0
    feeds: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.feeds = [f"https://h{n % HOSTS}.example/feed{n}" for n in range(FEEDS)]

    def clock(self) -> datetime:
        """The time."""
        return self.now

    def ask(self, question: Question) -> Answer:
        """What the servers say."""
        self.asked += 1
        url = question.url
        if url.endswith("/robots.txt"):
            return Answer(url, 200, b"User-agent: *\nDisallow: /private\nCrawl-delay: 1\n", "text/plain")
        if "/feed" in url:
            return Answer(url, 200, self._feed(int(url.rsplit("feed", 1)[1])), "application/feed+json")
        number = int(url.rsplit("/", 1)[1])
        return Answer(
            url, 200, f"{number} {self._version(number)}".encode(), "text/plain", etag=f'"{number}"'
        )

    def _feed(self, feed: int) -> bytes:
        """The newest entries: those of numbers feed, feed + FEEDS, feed + 2 * FEEDS ..."""
        share = (self.now - BEGIN) / timedelta(hours=HOURS)
        newest = min(int(share * self.items), self.items - 1)
        last = newest - (newest - feed) % FEEDS
        numbers = [n for n in range(last, last - WINDOW * FEEDS, -FEEDS) if n >= 0]
        rows = [
            {
                "id": str(n),
                "url": f"https://h{n % FEEDS % HOSTS}.example/{n}",
                "title": f"Story {n}",
                "date_modified": str(self._version(n)),
            }
            for n in numbers
        ]
        return json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", "title": f"Feed {feed}", "items": rows}
        ).encode()

    def _version(self, number: int) -> int:
        written = BEGIN + timedelta(hours=HOURS) * (number / self.items)
        return 2 if number % CORRECTED == 0 and self.now > written + timedelta(hours=2) else 1


class Hands:
    """Fetches at once; waiting moves the clock and lets somebody look."""

    def __init__(self, world: World, look: Callable[[], None]) -> None:
        self.world = world
        self.look = look
        self.done: deque[Done] = deque()

    def room(self) -> int:
        """As eight threads have."""
        return 8 - len(self.done)

    def busy(self) -> bool:
        """Whether an answer waits."""
        return bool(self.done)

    def give(self, task: Task) -> None:
        """Fetch."""
        self.done.append(do(task, self.world.ask))

    def take(self, seconds: float) -> Done | None:
        """The next answer, or time passes."""
        if self.done:
            return self.done.popleft()
        self.world.now += timedelta(seconds=seconds)
        self.look()
        return None

    def wake(self) -> None:
        """Nobody sleeps."""


def parse(page: Page) -> Report:
    """A report of two statements, told by the page's number and version."""
    number, version = map(int, page.content.split())
    chance = random.Random(number)
    name = f"Person Number{chance.randrange(2000)}"
    said = " ".join(chance.choices(WORDS, k=20)) + (" corrected" if version > 1 else "")
    text = f"Story {number}\n{name} said {said}.\n{name} denied {' '.join(chance.choices(WORDS, k=10))}.\n"
    return Report(
        id=f"r{number}",
        source=page.source,
        text=text,
        blocks=(Block(0, text.index("\n"), "headline"), Block(text.index("\n") + 1, len(text), "body")),
        sha256=sha256(page.content).hexdigest(),
        url=page.url,
        title=page.title,
        published=BEGIN.date().isoformat(),
        outlet=page.outlet,
        language="en",
        fetched=page.fetched,
    )


def read(reports: Sequence[Report]) -> list[Reading]:
    """The two statements of each report, by where they stand."""
    return [_reading(report) for report in reports]


def _reading(report: Report) -> Reading:
    rows, start = [], report.text.index("\n") + 1
    for n, cue in enumerate((" said ", " denied ")):
        at, end = report.text.index(cue, start), report.text.index(".\n", start)
        parts = (Span(start, at),), (Span(at + 1, at + len(cue) - 1),), (Span(at + len(cue), end),)
        rows.append(Attribution(f"a{n}", *parts, "indirect", "say", 0.9, "made up", voice="v1"))
        start = end + 2
    name = report.at(rows[0].source)
    voice = Voice("v1", name, "person", mentions=(rows[0].source[0], rows[1].source[0]), why="named")
    return Reading(report, tuple(rows), (voice,), (), (), ())


def _memory() -> dict[str, float]:
    """Megabytes of this process: its own, and those of files that it has mapped (the ledger, in the system's cache)."""
    rows = dict(
        line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line
    )
    own, mapped = (int(rows[name].split()[0]) / 2**10 for name in ("RssAnon", "RssFile"))
    return {"MB": round(own, 1), "mapped": round(mapped, 1)}


def _handles() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (the listing's own handle would stay open)


def a_day(items: int, path: Path) -> dict[str, Any]:
    """Watch for a day of the world's time."""
    world = World(items)
    samples: list[dict[str, float]] = []
    began = time.perf_counter(), time.process_time()

    def look() -> None:
        hour = (world.now - BEGIN) / timedelta(hours=1)
        if hour >= len(samples) + 1:
            counts = {"handles": _handles(), "threads": threading.active_count(), "hosts": len(watcher.hosts)}
            samples.append(_memory() | counts)
        if hour >= HOURS + 3:
            watcher.stop()

    with open_ledger(path, mode="create", clock=world.clock) as ledger:
        articles = Articles(ledger, parse, read, Settings("benchmark"))
        watcher = Watcher(world.feeds, Hands(world, look), world.clock, articles)
        tally = watcher.run()
        statements = ledger.search(Search(limit=1)).total
        failures = len(ledger.failures())
    early, late = samples[3], samples[-1]
    return {
        "feed items": items,
        "pages read": tally.new,
        "corrected": tally.corrected,
        "statements in the ledger": statements,
        "failed": tally.failed + failures,
        "requests": world.asked,
        "seconds": round(time.perf_counter() - began[0], 1),
        "CPU seconds": round(time.process_time() - began[1], 1),
        "items a CPU second": round(tally.new / (time.process_time() - began[1])),
        "MB after 4 hours": early["MB"],
        "MB at the end": late["MB"],
        "MB of the ledger mapped at the end": late["mapped"],
        "growth": round(late["MB"] / early["MB"] - 1, 3),
        "file handles after 4 hours": early["handles"],
        "file handles at the end": late["handles"],
        "most file handles": max(row["handles"] for row in samples),
        "threads at the end": late["threads"],
        "most hosts in memory": max(row["hosts"] for row in samples),
        "ledger, MB": round(path.stat().st_size / 2**20),
    }


def _readers(path: str, number: int, signs: Any, results: Any) -> None:
    """So many readers in threads of this process; each opens the ledger for itself."""
    opened, stop = signs
    times: list[float] = []
    errors: list[str] = []

    def one(seed: int) -> None:
        chance = random.Random(seed)
        try:
            with open_ledger(path) as ledger:
                opened.release()
                while not stop.is_set():
                    began = time.perf_counter()
                    ledger.search(Search(" ".join(chance.sample(WORDS, 2)), limit=20))
                    times.append(time.perf_counter() - began)
                    stop.wait(chance.uniform(0.5, 2))
        except OnrecordError as error:
            errors.append(str(error))
            opened.release()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put((times, errors))


def beside_readers(items: int, readers: int, path: Path) -> dict[str, Any]:
    """Take pages in while others search."""
    world = World(items)
    with open_ledger(path, mode="create", clock=world.clock) as ledger:
        articles = Articles(ledger, parse, read, Settings("benchmark"))
        hands = Hands(world, lambda: None)
        watcher = Watcher(world.feeds, hands, world.clock, articles)
        world.now += timedelta(minutes=1)
        context = multiprocessing.get_context("spawn")
        opened, stop, results = context.Semaphore(0), context.Event(), context.Queue()
        workers = [
            context.Process(target=_readers, args=(str(path), readers // 2, (opened, stop), results))
            for _ in range(2)
        ]
        for worker in workers:
            worker.start()
        for _ in range(2 * (readers // 2)):
            opened.acquire(timeout=60)
        began = time.perf_counter()

        def look() -> None:
            if (world.now - BEGIN) >= timedelta(hours=HOURS + 1):
                watcher.stop()

        hands.look = look
        tally = watcher.run()
        spent = time.perf_counter() - began
        stop.set()
        rows = [results.get() for _ in workers]
        for worker in workers:
            worker.join()
        stored = ledger.search(Search(limit=1)).total
        kept = len(ledger.reports())
    times = sorted(t for row, _ in rows for t in row)
    errors = [error for _, row in rows for error in row]
    return {
        "readers": readers,
        "pages read": tally.new,
        "pages in the ledger": kept,
        "statements missing or doubled": abs(stored - 2 * tally.new),
        "seconds": round(spent, 1),
        "pages a second": round(tally.new / spent, 1),
        "searches": len(times),
        "errors of readers": len(errors),
        "search p50 ms": round(times[len(times) // 2] * 1000) if times else None,
        "search p95 ms": round(times[int(len(times) * 0.95)] * 1000) if times else None,
        "load of the machine": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("items", nargs="?", type=int, default=50_000)
    parser.add_argument("--readers", type=int, default=100)
    parser.add_argument("--record", action="store_true", help="keep the figures in evaluation/results.json")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        day = a_day(args.items, Path(folder) / "day.db")
        print(json.dumps(day), flush=True)
        beside = beside_readers(args.items // 25, args.readers, Path(folder) / "readers.db")
    scores = {"a day of feeds": day, "beside readers": beside}
    print(json.dumps(scores))
    if args.record:
        from evaluation.results import record

        record("watching feeds", scores, command="python -m benchmarks.watch --record", data_sha256="")


if __name__ == "__main__":
    main()

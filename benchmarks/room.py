"""How quickly the reading room answers on a large ledger: `python -m benchmarks.room [STATEMENTS [LEDGER]] [--record]`.

A ledger of a million statements (20 a report) is made unless the named one is there: one report of 25 is made up
(benchmarks/ledger.py has the words) and written through the ledger's own path, the others are copies of it under their
own keys, voices and days, written in SQL. Measured are:

- the server's own time a page: the application is called without a network, one request at a time, each with other
  words or another report; the middle, the time that 95 of 100 stay under, and the processor's time,
- the bytes of a first load: the page, its style and its script,
- 100 readers over loopback against `onrecord serve` in a process of its own, for 60 seconds: each opens a report or a
  search, reads for two to six seconds, and opens the next. The readers share the machine with the server.

Prints one line of JSON; times are milliseconds. `--record` writes it into evaluation/results.json.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import httpx
from starlette.testclient import TestClient

from benchmarks.ledger import WEIGHTS, WORDS
from onrecord.ledger import Search, open_ledger
from onrecord.model import Attribution, Block, Certainty, Dispute, HeadlineCheck, Reading, Report, Span, Voice
from onrecord.web import create_app

COPIES = 25
STATEMENTS_A_REPORT = 20
ASKED = 100
READERS = 100
SECONDS = 60.0
PAUSES = (2.0, 6.0)
SEED = 7


def made_up(number: int, chance: random.Random) -> Reading:
    """A reading of twenty statements by some of 5,000 voices, with a dispute, a band and a headline check."""
    text, attributions, voices = f"Headline {number}\n", [], []
    for n in range(STATEMENTS_A_REPORT):
        name = f"Person Number{chance.randrange(5000)}"
        start = len(text)
        text += f"{name} said {' '.join(chance.choices(WORDS, WEIGHTS, k=20))}.\n"
        cue = Span(start + len(name) + 1, start + len(name) + 5)
        parts = ((Span(start, start + len(name)),), (cue,), (Span(cue.end_char + 1, len(text) - 2),))
        attributions.append(Attribution(f"a{n}", *parts, "indirect", "say", 0.9, "made up", voice=f"v{n}"))
        voices.append(Voice(f"v{n}", name, "person", ("speaker",), mentions=parts[0], why="named"))
    head = Span(0, text.index("\n"))
    ends = [head.end_char, *(a.content[0].end_char + 1 for a in attributions)]
    blocks = [
        Block(*head, "headline"),
        *(Block(s + 1, e, "body") for s, e in pairwise(ends)),
    ]
    report = Report(
        id=f"r{number}",
        source=f"{number}.txt",
        text=text,
        blocks=tuple(blocks),
        sha256=sha256(text.encode()).hexdigest(),
        title=f"Headline {number}",
        published=f"20{chance.randrange(10, 25)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
        outlet=f"Paper {chance.randrange(40)}",
    )
    likely = Certainty("c1", *attributions[0].content[0], "likely", "likely", "a0", "PHIA", 0.55, 0.75)
    dispute = Dispute("d1", "a1", "a2", "denies", attributions[2].cue[0], "made up", 0.9, "made up")
    check = HeadlineCheck("supported", head, ("a0",), (), 0.9, "made up", "made up")
    disputes = (dispute,) if number % 5 == 0 else ()
    return Reading(report, tuple(attributions), tuple(voices), (), (likely,), disputes, check)


def make(statements: int, path: Path) -> None:
    """Write a ledger of so many statements."""
    chance = random.Random(SEED)
    reports = max(1, statements // (STATEMENTS_A_REPORT * COPIES))
    with open_ledger(path, mode="create") as ledger:
        for first in range(0, reports, 50):
            ledger.add([made_up(n, chance) for n in range(first, min(first + 50, reports))])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -400000")
        connection.execute("BEGIN")
        ids = {
            name: connection.execute(f"SELECT MAX(id) FROM {name}").fetchone()[0]
            for name in ("reports", "versions", "attributions")
        }
        for copy in range(1, COPIES):
            _copy(connection, copy, ids)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy(connection: sqlite3.Connection, copy: int, ids: dict[str, int]) -> None:
    """All reports once more, under other keys, days and (by turns) voices."""
    changed = {
        "reports": {
            "id": f"id + {copy * ids['reports']}",
            "report_key": f"substr(report_key, 4) || '{copy:03x}'",
            "identity": f"identity || '{copy}'",
        },
        "versions": {
            "id": f"id + {copy * ids['versions']}",
            "report": f"report + {copy * ids['reports']}",
            "published": f"date(published, '{copy * 11} days')",
            "source": f"source || '{copy}'",
        },
        "attributions": {"id": f"id + {copy * ids['attributions']}"},
    }
    names = ("reports", "versions", "blocks", "report_voices", "attributions", "spans", "certainties",
             "report_disputes", "headline_checks")  # fmt: skip
    for name in names:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        new = changed.get(name, {})
        if "version" in columns:
            new = new | {"version": f"version + {copy * ids['versions']}"}
        if "ledger_voice" in columns:
            new = new | {
                "ledger_voice": f"(ledger_voice + {copy * 131}) % (SELECT MAX(id) FROM ledger_voices) + 1"
            }
        of_first = "id" if name in ids else "version"
        last = ids[name] if name in ids else ids["versions"]
        connection.execute(
            f"INSERT INTO {name} ({', '.join(columns)}) SELECT {', '.join(new.get(c, c) for c in columns)} "
            f"FROM {name} WHERE {of_first} <= {last}"
        )


class Contents(NamedTuple):
    """What can be asked for: keys of reports, and how many voices there are."""

    keys: list[str]
    voices: int


def contents(path: Path) -> Contents:
    """The first reports and the voices of a ledger."""
    with closing(sqlite3.connect(path)) as connection:
        keys = [
            row[0] for row in connection.execute("SELECT report_key FROM reports ORDER BY id LIMIT 20000")
        ]
        return Contents(keys, connection.execute("SELECT COUNT(*) FROM ledger_voices").fetchone()[0])


def addresses(room: Contents, kind: str, chance: random.Random) -> str:
    """An address of a page of this kind, with other words or another report each time."""
    words = quote(" ".join(chance.choices(WORDS, WEIGHTS, k=2)))
    return {
        "report": f"/reports/{chance.choice(room.keys)}",
        "search": f"/search?q={words}",
        "search_one_word": f"/search?q={quote(chance.choices(WORDS, WEIGHTS)[0])}",
        "search_filtered": f"/search?q={words}&since=2015&disputed=true",
        "search_all": f"/search?since={chance.randrange(2010, 2025)}",
        "front": f"/?offset={chance.randrange(0, 500, 50)}",
        "voice": f"/voices/{chance.randrange(1, room.voices + 1)}",
        "voices": "/voices",
        "disputes": "/disputes",
        "assessments": "/assessments",
        "review": "/review",
    }[kind]


KINDS = ("report", "search", "search_one_word", "search_filtered", "search_all", "front", "voice", "voices",
         "disputes", "assessments", "review")  # fmt: skip


def server_times(path: Path, asked: Contents) -> dict[str, dict[str, float]]:
    """Per kind of page the middle and the slow end of the application's own time."""
    chance = random.Random(SEED)
    found = {}
    with open_ledger(path, mode="read") as ledger:
        room = TestClient(create_app(ledger), base_url="http://127.0.0.1")
        room.get("/search?q=word0")
        for kind in KINDS:
            times, spent = [], []
            for _ in range(ASKED if kind in ("report", "search") else 5):
                address = addresses(asked, kind, chance)
                began, at = time.perf_counter(), time.process_time()
                answer = room.get(address)
                times.append(time.perf_counter() - began)
                spent.append(time.process_time() - at)
                if answer.status_code != 200:
                    raise SystemExit(f"{address}: {answer.status_code}")
            found[kind] = {**_slow_end(times), "cpu_p50": _slow_end(spent)["p50"]}
    return found


def _slow_end(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    places = {"p50": len(ordered) // 2, "p95": max(0, -(-len(ordered) * 95 // 100) - 1)}
    return {name: round(1000 * ordered[place], 1) for name, place in places.items()}


@contextmanager
def served(path: Path) -> Iterator[str]:
    """`onrecord serve` in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "onrecord", "serve", str(path), "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(f"{address}/health.json", timeout=1)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


def first_load(address: str, asked: Contents) -> int:
    """Bytes of a report's page with its style and script."""
    paths = (f"/reports/{asked.keys[0]}", "/static/room.css", "/static/room.js")
    return sum(len(httpx.get(address + path).content) for path in paths)


async def readers(address: str, asked: Contents, seconds: float) -> dict[str, object]:
    """So many readers, each page after page until the time is over."""
    until = time.perf_counter() + seconds
    times: list[float] = []
    errors: list[str] = []

    async def read(number: int) -> None:
        chance = random.Random(number)
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            await asyncio.sleep(chance.uniform(0, PAUSES[1]))
            while time.perf_counter() < until:
                kind = "report" if chance.random() < 0.6 else "search"
                began = time.perf_counter()
                try:
                    answer = await client.get(addresses(asked, kind, chance))
                    if answer.status_code != 200:
                        errors.append(str(answer.status_code))
                except httpx.HTTPError as error:
                    errors.append(repr(error))
                times.append(time.perf_counter() - began)
                await asyncio.sleep(chance.uniform(*PAUSES))

    await asyncio.gather(*(read(number) for number in range(READERS)))
    return {
        "pages": len(times),
        "errors": len(errors),
        "a_second": round(len(times) / seconds, 1),
        "pauses_s": list(PAUSES),
        **_slow_end(times),
    }


def measure(path: Path, seconds: float = SECONDS) -> dict[str, object]:
    """All figures of a ledger."""
    asked = contents(path)
    with open_ledger(path) as ledger:
        statements = ledger.search(Search(limit=1)).total
    load = os.getloadavg()[0]  # what else runs on the machine: a busy one shows slower times
    figures: dict[str, object] = {"load_before": round(load, 1), "statements": statements}
    figures["server_ms"] = server_times(path, asked)
    with served(path) as address:
        figures["first_load_bytes"] = first_load(address, asked)
        figures["readers"] = asyncio.run(readers(address, asked, seconds))
    return figures


def main() -> None:
    """Make the ledger if need be, measure, print."""
    given = [word for word in sys.argv[1:] if word != "--record"]
    statements = int(given[0]) if given else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(given[1]) if len(given) > 1 else Path(folder) / "ledger.db"
        if not path.exists():
            make(statements, path)
        figures = measure(path)
    print(json.dumps(figures))
    if "--record" in sys.argv:
        from evaluation.results import record

        command = f"python -m benchmarks.room {statements} --record"
        record("benchmark room", figures, command=command, data_sha256=sha256(str(SEED).encode()).hexdigest())


if __name__ == "__main__":
    main()

"""How quickly the reading room answers on a large ledger: `python -m benchmarks.room [STATEMENTS [LEDGER]] [--record]`.

A ledger of a million statements is made, as benchmarks/ledger.py does it, unless the named one is there. Measured are:

- the server's own time a page: the application is called without a network, one request at a time, each with other
  words or another report; the middle, the time that 95 of 100 stay under, and the processor's time,
- the bytes of a first load: the page, its style and its script,
- 100 readers over loopback against `onrecord serve` in a process of its own, for 60 seconds, three times: each opens
  any of 20,000 reports or a search of its own, reads for two to six seconds, and opens the next (`readers`); the same
  without a pause, which no reader does (`readers_without_pause`); the same without a pause among 200 pages, as when
  many look at what is new (`readers_of_the_same`). The readers share the machine with the server.

Prints one line of JSON; times are milliseconds. `--record` writes it into evaluation/results.json.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import httpx
from starlette.testclient import TestClient

from benchmarks.ledger import SEED, WEIGHTS, WORDS, make, run, slow_end
from onrecord.ledger import Search, open_ledger
from onrecord.web import create_app

ASKED = 100
READERS = 100
SECONDS = 60.0
PAUSES = (2.0, 6.0)


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
            found[kind] = {**slow_end(times), "cpu_p50": slow_end(spent)["p50"]}
    return found


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


async def readers(
    address: str, asked: Contents, pauses: tuple[float, float] = PAUSES, pages: int = 0
) -> dict[str, object]:
    """So many readers, each page after page until the time is over; of so many pages in all, if it is given."""
    chance = random.Random(SEED)
    same = [addresses(asked, "report" if n % 5 < 3 else "search", chance) for n in range(pages)]
    until = time.perf_counter() + SECONDS
    times: list[float] = []
    errors: list[str] = []

    async def read(number: int) -> None:
        chance = random.Random(number)
        # verify: loopback has no certificates, and loading those of the world takes each reader a while
        async with httpx.AsyncClient(base_url=address, timeout=30, verify=False) as client:
            await asyncio.sleep(chance.uniform(0, max(pauses[1], 1.0)))
            while time.perf_counter() < until:
                kind = "report" if chance.random() < 0.6 else "search"
                began = time.perf_counter()
                try:
                    page = chance.choice(same) if same else addresses(asked, kind, chance)
                    answer = await client.get(page)
                    if answer.status_code != 200:
                        errors.append(str(answer.status_code))
                except httpx.HTTPError as error:
                    errors.append(repr(error))
                times.append(time.perf_counter() - began)
                await asyncio.sleep(chance.uniform(*pauses))

    await asyncio.gather(*(read(number) for number in range(READERS)))
    return {
        "pages": len(times),
        "errors": len(errors),
        "a_second": round(len(times) / SECONDS, 1),
        "pauses_s": list(pauses),
        **slow_end(times),
    }


def measure(statements: int, path: Path) -> dict[str, object]:
    """All figures of a ledger, which is made if it is not there."""
    if not path.exists():
        make(statements, path)
    asked = contents(path)
    with open_ledger(path) as ledger:
        held = ledger.search(Search(limit=1)).total
    load = os.getloadavg()[0]  # what else runs on the machine: a busy one shows slower times
    figures: dict[str, object] = {"load_before": round(load, 1), "statements": held}
    figures["server_ms"] = server_times(path, asked)
    with served(path) as address:
        figures["first_load_bytes"] = first_load(address, asked)
        figures["readers"] = asyncio.run(readers(address, asked))
        figures["readers_without_pause"] = asyncio.run(readers(address, asked, (0.0, 0.0)))
        figures["readers_of_the_same"] = asyncio.run(readers(address, asked, (0.0, 0.0), 200))
    return figures


if __name__ == "__main__":
    run("room", measure)

"""`onrecord watch` and `onrecord versions`, the command stopped by signals and killed while it works."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.batch import readers
from onrecord.errors import LedgerError
from onrecord.ledger import Search, open_ledger
from tests.batch import cheap
from tests.cli.conftest import Run
from tests.pages.attack_server import Server, attack_server, ok

ARTICLES = 12
PROGRAM = """
import sys
from onrecord.batch import readers
from tests.batch import cheap
readers.load_reader = cheap.load
from onrecord.cli import main
sys.argv[0] = "onrecord"
main()
"""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that costs next to nothing, in the process that reads."""
    monkeypatch.setattr(readers, "load_reader", cheap.load)


def plain(text: str) -> bytes:
    """A page of plain text."""
    return ok(body=text.encode()).replace(b"text/html", b"text/plain; charset=utf-8")


@pytest.fixture
def server() -> Iterator[Server]:
    with attack_server() as server:
        links = [f"http://127.0.0.1:{server.port}/a{n}" for n in range(ARTICLES)]
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Port Gazette",
            "items": [{"id": link, "url": link, "title": f"Story {n}"} for n, link in enumerate(links)],
        }
        server.pages = {
            f"/a{n}": plain(f"Story {n}\n\nAnn Number{n} said it rains.\n") for n in range(ARTICLES)
        }
        server.pages["/feed"] = ok(body=json.dumps(feed).encode()).replace(
            b"text/html", b"application/feed+json"
        )
        server.pages["/robots.txt"] = b"HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n"
        yield server


def feed_of(server: Server) -> str:
    """The feed's address."""
    return f"http://127.0.0.1:{server.port}/feed"


def options(server: Server, book: Path) -> list[str]:
    """What all runs are given."""
    return [feed_of(server), "--into", str(book), "--allow-private", "--delay", "0s"]


@pytest.mark.usefixtures("quick")
def test_once(run: Run, server: Server, tmp_path: Path) -> None:
    book = tmp_path / "l.db"
    done = run("watch", *options(server, book), "--once", "--contact", "desk@paper.example")
    assert done.exit_code == 0, done.stderr
    assert f"{ARTICLES} new, 0 new version" in done.stderr
    assert all(b"; desk@paper.example)" in head for head in server.heads)
    server.pages["/a3"] = plain("Story 3\n\nAnn Number3 said it rains and snows.\n")
    server.pages["/feed"] = server.pages["/feed"].replace(b"Story 3", b"STORY 3")
    with open_ledger(book, mode="change") as ledger:  # as if an hour had passed
        url = f"http://127.0.0.1:{server.port}/a3"
        item = ledger.watching.items([url])[url]
        ledger.watching.keep_items([replace(item, fetched_at="2020-01-01T00:00:00+00:00")])
    done = run("watch", *options(server, book), "--once")
    assert "0 new, 1 new version" in done.stderr
    assert "content reworded" in done.stderr
    listed = run("versions", book)
    assert "version 2" in listed.stdout and "it rains and snows" in listed.stdout
    assert "Changed since version 1" in run("show", book, url).stdout
    assert run("versions", book, url).stdout == listed.stdout


@pytest.mark.usefixtures("quick")
def test_private_addresses_are_closed_unless_asked_for(run: Run, server: Server, tmp_path: Path) -> None:
    done = run("watch", feed_of(server), "--into", tmp_path / "l.db", "--once")
    assert done.exit_code == 1
    assert "not a public address" in done.stderr
    assert server.heads == []
    assert "public address" in run("failures", tmp_path / "l.db").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["none.opml"], "cannot be read"),
        (["https://x.example/f", "--every", "often"], "no length of time"),
        (["https://x.example/f", "--contact", "a\nb"], "plain ASCII"),
    ],
)
def test_wrong_arguments(run: Run, tmp_path: Path, arguments: list[str], told: str) -> None:
    done = run("watch", *arguments, "--into", tmp_path / "l.db")
    assert done.exit_code == 2
    assert told in done.stderr


@pytest.mark.usefixtures("quick")
def test_a_page_that_needs_too_much_stops_nothing(run: Run, server: Server, tmp_path: Path) -> None:
    server.pages["/a3"] = plain("Story\n\nHUNGRY")
    done = run("watch", *options(server, tmp_path / "l.db"), "--once")
    assert done.exit_code == 1
    assert f"{ARTICLES - 1} new" in done.stderr
    assert "/a3: It needs more memory" in done.stderr


def test_versions_of_a_ledger_without_corrections(run: Run, book: Path) -> None:
    assert run("versions", book).stdout == "No report has more than one version.\n"


def start(server: Server, book: Path, *more: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-c", PROGRAM, "watch", *options(server, book), *more]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def wait_for(book: Path, reports: int, process: subprocess.Popen[str]) -> None:
    """Until the ledger has so many reports."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with suppress(LedgerError), open_ledger(book) as ledger:  # it may not be there, or be empty, yet
            if len(ledger.reports()) >= reports:
                return
        time.sleep(0.1)
    raise AssertionError("not there in a minute")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_an_orderly_way(server: Server, tmp_path: Path, number: int) -> None:
    with start(server, tmp_path / "l.db") as process:
        try:
            wait_for(tmp_path / "l.db", ARTICLES, process)
            process.send_signal(number)
            _, told = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 0, told
    assert f"{ARTICLES} new" in told
    assert [path.name for path in tmp_path.iterdir()] == ["l.db"], "closed: one file to hand on"


def test_killed_again_and_again_it_ends_with_the_same_rows(server: Server, tmp_path: Path) -> None:
    chance = random.Random(7)
    book = tmp_path / "l.db"
    for _ in range(int(os.environ.get("ONRECORD_KILLS", "4"))):
        process = start(server, book, "--once")
        time.sleep(chance.uniform(0.8, 2.5))
        process.kill()
        process.communicate()
    process = start(server, book, "--once")
    _, told = process.communicate(timeout=90)
    assert process.returncode == 0, told
    with open_ledger(book) as ledger:
        assert len(ledger.reports()) == ARTICLES
        assert {row.version for row in ledger.reports()} == {1}
        assert ledger.search(Search("rains")).total == ARTICLES
        assert ledger.failures() == ()

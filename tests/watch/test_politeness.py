"""What servers ask of the watcher, and what they are told by it."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from onrecord.ledger import open_ledger
from onrecord.watch import Settings
from onrecord.watch.politeness import rest_asked
from tests.watch.world import (
    BEGIN,
    FEED,
    ONE,
    TWO,
    page,
    watch_once,
    watcher,
    world_of,
)


def test_watching_goes_on_until_it_is_stopped_and_is_polite(tmp_path: Path) -> None:
    world = world_of(*(f"https://courier.example/{n}" for n in range(30)))
    with open_ledger(tmp_path / "l.db", mode="create", clock=world.clock) as ledger:
        watch = watcher(world, ledger, [FEED], Settings("x", delay=timedelta(seconds=3)))
        world.at.append((BEGIN + timedelta(hours=3), watch.stop))
        assert watch.run().new == 30
    asked = [at for at, url in world.asked]
    assert min(b - a for a, b in pairwise(asked)) >= timedelta(seconds=3)
    polls = [at - BEGIN for at, url in world.asked if url == FEED]
    assert len(polls) == 12, "every quarter of an hour, and not more often after a rest"


@pytest.mark.parametrize(
    ("robots", "read"),
    [
        ("User-agent: *\nDisallow: /", 0),
        ("User-agent: onrecord\nDisallow: /2\n\nUser-agent: *\nDisallow: /", 1),
        ("User-agent: other\nDisallow: /", 2),
        ("no such language", 2),
    ],
)
def test_robots_txt(tmp_path: Path, robots: str, read: int) -> None:
    world = world_of(ONE, TWO)
    world.pages["https://courier.example/robots.txt"] = httpx.Response(200, text=robots)
    tally = watch_once(world, tmp_path / "l.db", [FEED])
    assert (tally.new, tally.left) == (read, 2 - read)
    assert world.urls().count(FEED) == 1, "the feed itself was named by a person"
    world.wait(3600)
    watch_once(world, tmp_path / "l.db", [FEED])
    assert world.urls("robots.txt") == ["https://courier.example/robots.txt"], "kept for a day"
    if read < 2:
        with open_ledger(tmp_path / "l.db") as ledger:
            assert "robots.txt" in ledger.failures()[0].reason


def test_crawl_delay(tmp_path: Path) -> None:
    world = world_of(ONE, TWO)
    world.pages["https://courier.example/robots.txt"] = httpx.Response(
        200, text="User-agent: *\nCrawl-delay: 20"
    )
    watch_once(world, tmp_path / "l.db", [FEED])
    times = {url: at for at, url in world.asked}
    assert times[TWO] - times[ONE] == timedelta(seconds=20)


def test_no_page_without_knowing_the_robots_txt(tmp_path: Path) -> None:
    world = world_of(ONE)
    world.pages["https://courier.example/robots.txt"] = httpx.Response(503)
    tally = watch_once(world, tmp_path / "l.db", [FEED])
    assert ONE not in world.urls()
    assert any("robots.txt" in source for source in tally.problems)
    with open_ledger(tmp_path / "l.db") as ledger:
        assert [row.source for row in ledger.failures()] == ["https://courier.example/robots.txt"]
    world.pages["https://courier.example/robots.txt"] = httpx.Response(404)
    world.wait(120)
    assert watch_once(world, tmp_path / "l.db", [FEED]).new == 1
    with open_ledger(tmp_path / "l.db") as ledger:
        assert ledger.failures() == ()


def test_a_redirect_to_another_host_asks_that_host_s_robots_txt(tmp_path: Path) -> None:
    world = world_of(ONE)
    away = "https://elsewhere.example/story"
    world.pages[ONE] = httpx.Response(302, headers={"location": away})
    world.pages[away] = page("Ann Lee said it rains.")
    world.pages["https://elsewhere.example/robots.txt"] = httpx.Response(
        200, text="User-agent: *\nDisallow: /story"
    )
    assert watch_once(world, tmp_path / "l.db", [FEED]).left == 1
    assert away not in world.urls()
    del world.pages["https://elsewhere.example/robots.txt"]
    other = watch_once(world, tmp_path / "other.db", [FEED])
    assert (other.new, other.failed) == (1, 0)
    with open_ledger(tmp_path / "other.db") as ledger:
        assert ledger.reports()[0].url == away


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_rest_gets_it_in_later_runs_too(tmp_path: Path, status: int) -> None:
    world = world_of(ONE, TWO)
    world.pages[ONE] = httpx.Response(status, headers={"retry-after": "7200"})
    tally = watch_once(world, tmp_path / "l.db", [FEED])
    assert (tally.new, tally.failed) == (0, 1)
    assert TWO not in world.urls()
    world.pages[ONE] = page("Ann Lee said it rains.")
    world.asked.clear()
    world.wait(3600)
    assert watch_once(world, tmp_path / "l.db", [FEED]).new == 0
    assert world.asked == []
    world.wait(3700)
    assert watch_once(world, tmp_path / "l.db", [FEED]).new == 2


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("Thu, 14 Mar 2024 13:00:00 GMT", 3600),
        ("Thu, 14 Mar 2024 11:00:00 GMT", 0),
        ("Thu, 14 Mar 2099 11:00:00 GMT", 86400),
        ("120", 120),
        ("9" * 40, 86400),
        ("soon", 0),
        ("-5", 0),
        ("²", 0),
        ("", 0),
        (None, 0),
    ],
)
def test_retry_after(value: str | None, seconds: int) -> None:
    assert rest_asked(value, BEGIN) == timedelta(seconds=seconds)


def test_a_clock_that_goes_back_closes_no_host_for_long(tmp_path: Path) -> None:
    world = world_of(ONE)
    world.pages[ONE] = httpx.Response(503, headers={"retry-after": "3600"})
    watch_once(world, tmp_path / "l.db", [FEED])
    world.pages[ONE] = page("Ann Lee said it rains.")
    world.now -= timedelta(days=400)
    with open_ledger(tmp_path / "l.db", mode="change", clock=world.clock) as ledger:
        watch = watcher(world, ledger, [FEED])
        world.at.append((world.now + timedelta(days=2), watch.stop))
        watch.run()
    assert world.urls().count(FEED) > 50


def test_the_server_is_told_who_asks_and_nothing_else(tmp_path: Path) -> None:
    world = world_of(ONE)
    watch_once(world, tmp_path / "l.db", [FEED], settings=Settings("onrecord/9 (me@desk.example)"))
    assert {row["user-agent"] for row in world.headers} == {"onrecord/9 (me@desk.example)"}
    assert not any("cookie" in row or "authorization" in row for row in world.headers)

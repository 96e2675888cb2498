"""What fails stops nothing, is listed, and is asked for again or given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from onrecord.ledger import open_ledger
from onrecord.watch import Settings
from tests.watch.world import (
    BEGIN,
    FEED,
    ONE,
    TWO,
    World,
    page,
    rss,
    watch_once,
    watcher,
    world_of,
)


def test_hosts_that_lead_in_circles(tmp_path: Path) -> None:
    world = world_of(ONE)
    for n in range(9):
        url = ONE if n == 0 else f"https://h{n}.example/"
        world.pages[url] = httpx.Response(302, headers={"location": f"https://h{n + 1}.example/"})
    tally = watch_once(world, tmp_path / "l.db", [FEED])
    assert (tally.new, tally.failed) == (0, 1)
    assert "hosts lead" in tally.problems[ONE]


def test_a_page_that_fails_for_a_while_is_read_in_the_end(tmp_path: Path) -> None:
    world = world_of(ONE, TWO)
    tries = []

    def shaky(request: httpx.Request) -> httpx.Response:
        tries.append(world.now)
        return httpx.Response(500) if len(tries) < 3 else page("Ann Lee said it rains.")

    world.pages[ONE] = shaky
    with open_ledger(tmp_path / "l.db", mode="create", clock=world.clock) as ledger:
        watch = watcher(world, ledger, [FEED])
        world.at.append((BEGIN + timedelta(hours=2), watch.stop))
        tally = watch.run()
        assert tally.new == 2
        assert ledger.failures() == ()
    assert tries[1] - tries[0] < tries[2] - tries[1]


def test_a_page_that_always_fails_is_given_up_after_six_tries(tmp_path: Path) -> None:
    world = world_of(ONE)
    world.pages[ONE] = httpx.Response(500)
    with open_ledger(tmp_path / "l.db", mode="create", clock=world.clock) as ledger:
        watch = watcher(world, ledger, [FEED], Settings("x", every=timedelta(hours=9)))
        world.at.append((BEGIN + timedelta(days=3), watch.stop))
        watch.run()
        assert [(row.source, row.times_seen) for row in ledger.failures()] == [(ONE, 6)]
    assert world.urls().count(ONE) == 6


def broken_feed(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody there", request=request)


@pytest.mark.parametrize(
    "bad",
    [
        httpx.Response(404),
        httpx.Response(
            200, text="<html><body>Our new site</body></html>", headers={"content-type": "text/html"}
        ),
        httpx.Response(200, text="<!DOCTYPE x [<!ENTITY a 'b'>]><rss><channel>&a;</channel></rss>"),
        httpx.Response(200, content=b"\x00\xff" * 100),
        httpx.Response(200, text="{"),
        httpx.Response(302, headers={"location": "file:///etc/passwd"}),
        broken_feed,
    ],
    ids=["404", "page", "entities", "bytes", "json", "file", "network"],
)
def test_a_bad_feed_stops_no_other(
    tmp_path: Path, bad: httpx.Response | Callable[[httpx.Request], httpx.Response]
) -> None:
    world = world_of(ONE)
    sick = "https://sick.example/feed"
    world.pages[sick] = bad
    tally = watch_once(world, tmp_path / "l.db", [sick, FEED])
    assert (tally.new, tally.failed) == (1, 1)
    with open_ledger(tmp_path / "l.db") as ledger:
        assert [row.source for row in ledger.failures()] == [sick]
    world.pages[sick] = rss({"link": TWO})
    world.pages[TWO] = page("Bo Ek said it snows.")
    world.wait(7200)
    assert watch_once(world, tmp_path / "l.db", [sick, FEED]).new == 1
    with open_ledger(tmp_path / "l.db") as ledger:
        assert ledger.failures() == ()


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (httpx.Response(404), "FetchRefused"),
        (httpx.Response(410), "FetchRefused"),
        (httpx.Response(200, content=b"x", headers={"content-type": "video/mp4"}), "UnreadableInput"),
        (httpx.Response(200, text="", headers={"content-type": "text/plain"}), "UnreadableInput"),
        (page("POISON said it rains."), "bug"),
        (page("HUGE said it rains."), "TooLarge"),
    ],
    ids=["404", "410", "video", "empty", "bug", "large"],
)
def test_a_bad_page_stops_no_other(tmp_path: Path, bad: httpx.Response, kind: str) -> None:
    world = world_of(ONE, TWO)
    world.pages[ONE] = bad
    tally = watch_once(world, tmp_path / "l.db", [FEED])
    assert (tally.new, tally.failed) == (1, 1)
    with open_ledger(tmp_path / "l.db") as ledger:
        assert [(row.source, row.kind) for row in ledger.failures()] == [(ONE, kind)]
    world.asked.clear()
    watch_once(world, tmp_path / "l.db", [FEED])
    assert ONE not in world.urls(), "what cannot be read is not fetched again"


def test_links_that_are_none_are_told_once(tmp_path: Path) -> None:
    world = world_of(ONE)
    world.pages[FEED] = rss({"link": "file:///etc/passwd"}, {"link": "javascript:alert(1)"}, {"link": ONE})
    assert watch_once(world, tmp_path / "l.db", [FEED]).failed == 2
    assert watch_once(world, tmp_path / "l.db", [FEED]).failed == 0
    with open_ledger(tmp_path / "l.db") as ledger:
        assert [row.times_seen for row in ledger.failures()] == [1, 1]


def test_a_feed_that_is_gone_is_not_asked_again(tmp_path: Path) -> None:
    world = World({FEED: httpx.Response(410)})
    watch_once(world, tmp_path / "l.db", [FEED])
    world.wait(10 * 86400)
    tally = watch_once(world, tmp_path / "l.db", [FEED])
    assert world.urls() == [FEED]
    assert "gone" in tally.problems[FEED]


def test_not_modified_by_a_server_that_was_not_asked_for_it(tmp_path: Path) -> None:
    world = world_of(ONE)
    world.pages[ONE] = httpx.Response(304)
    sick = "https://sick.example/feed"
    world.pages[sick] = httpx.Response(304)
    tally = watch_once(world, tmp_path / "l.db", [FEED, sick])
    assert (tally.feeds, tally.unchanged, tally.failed) == (1, 0, 2)


def test_a_feed_s_address_that_is_none(tmp_path: Path) -> None:
    world = world_of(ONE)
    with open_ledger(tmp_path / "l.db", mode="create", clock=world.clock) as ledger:
        watch = watcher(world, ledger, ["https://me:pass@x.example/f", "http://[::1/", FEED])
        world.at.append((BEGIN + timedelta(hours=3), watch.stop))
        tally = watch.run()
        assert len(ledger.failures()) == 2
    assert tally.new == 1

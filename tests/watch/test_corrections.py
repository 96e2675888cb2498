"""Articles that change after they were read: asked for again, and kept as versions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx

from onrecord.ledger import open_ledger
from onrecord.watch import Settings
from tests.watch.world import (
    BEGIN,
    FEED,
    ONE,
    TWO,
    Reply,
    World,
    conditional,
    page,
    rss,
    watch_once,
    watcher,
    world_of,
)


def corrected(world: World, tmp_path: Path, changed: Reply, **entry: str) -> list[str]:
    """Watch, let the article change, watch again; gives what was told."""
    watch_once(world, tmp_path / "l.db", [FEED])
    world.wait(2 * 3600)
    world.pages[ONE] = changed
    world.pages[FEED] = rss({"link": ONE, "title": "Story 1", "description": "now different", **entry})
    told: list[str] = []
    watch_once(world, tmp_path / "l.db", [FEED], told=told)
    return told


def test_a_corrected_article_is_a_new_version_with_what_changed(tmp_path: Path) -> None:
    world = world_of(ONE)
    told = corrected(world, tmp_path, page("Ann Number1 said it snows and rains.", "Bo Ek said no."))
    assert told[0] == "changed: Story 1 (version 2)"
    assert any("it rains" in line and "it snows and rains" in line for line in told)
    with open_ledger(tmp_path / "l.db") as ledger:
        assert [row.version for row in ledger.versions(ONE)] == [1, 2]
        assert {row.what for row in ledger.corrections(ONE)} <= {
            "content reworded",
            "statement added",
            "statement removed",
        }
        assert ledger.corrections(ONE)


def test_an_article_that_moved_with_its_correction_stays_one_report(tmp_path: Path) -> None:
    world = World(
        {FEED: rss({"link": ONE, "guid": "g", "title": "Story 1"}), ONE: page("Ann Lee said it rains.")}
    )
    world.pages[TWO] = page("Ann Lee said it snows.")
    corrected(world, tmp_path, httpx.Response(404), link=TWO, guid="g")
    with open_ledger(tmp_path / "l.db") as ledger:
        assert [row.version for row in ledger.versions(ONE)] == [1, 2]
        assert len(ledger.reports()) == 1


def test_a_redirected_article_is_asked_for_news_only(tmp_path: Path) -> None:
    world = world_of(ONE)
    moved = "https://courier.example/long/1"
    world.pages[ONE] = httpx.Response(301, headers={"location": moved})
    world.pages[moved] = conditional(page("Ann Lee said it rains."), '"a"')
    assert corrected(world, tmp_path, world.pages[ONE]) == []
    asked = [
        row.get("if-none-match")
        for row, (_, url) in zip(world.headers, world.asked, strict=True)
        if url == moved
    ]
    assert asked == [None, '"a"']


def test_what_a_server_said_is_told_to_no_other(tmp_path: Path) -> None:
    world = world_of(ONE)
    world.pages[ONE] = conditional(page("Ann Lee said it rains."), '"secret"')
    away = "https://elsewhere.example/1"
    world.pages[away] = page("Ann Lee said it snows.")
    corrected(world, tmp_path, httpx.Response(301, headers={"location": away}))
    asked = [row for row, (_, url) in zip(world.headers, world.asked, strict=True) if url == away]
    assert len(asked) == 1 and "if-none-match" not in asked[0]


def test_a_page_whose_bytes_alone_change_is_no_new_version(tmp_path: Path) -> None:
    def html(n: int) -> httpx.Response:
        text = (
            "<p>Ann Lee said it rains in the valley, and that nobody knows when it will stop again.</p>" * 3
        )
        return httpx.Response(
            200, html=f"<html><body><article><h1>Rain</h1>{text}</article><!-- {n} --></body></html>"
        )

    world = world_of(ONE)
    world.pages[ONE] = html(1)
    assert corrected(world, tmp_path, html(2)) == []
    with open_ledger(tmp_path / "l.db") as ledger:
        assert len(ledger.versions(ONE)) == 1


def test_a_feed_that_calls_everything_changed_each_time_is_followed_hourly(tmp_path: Path) -> None:
    world = world_of(ONE)
    world.pages[FEED] = lambda request: rss({"link": ONE, "title": "T", "description": str(world.now)})
    with open_ledger(tmp_path / "l.db", mode="create", clock=world.clock) as ledger:
        watch = watcher(world, ledger, [FEED])
        world.at.append((BEGIN + timedelta(hours=6), watch.stop))
        watch.run()
    assert world.urls().count(FEED) >= 24
    assert 5 <= world.urls().count(ONE) <= 7


def test_articles_are_asked_for_again_as_long_as_wished(tmp_path: Path) -> None:
    world = world_of(ONE)
    world.pages[ONE] = conditional(page("Ann Lee said it rains."), '"a"')
    settings = Settings("x", recheck=timedelta(days=1), every=timedelta(hours=9))
    with open_ledger(tmp_path / "l.db", mode="create", clock=world.clock) as ledger:
        watch = watcher(world, ledger, [FEED], settings)
        world.at.append((BEGIN + timedelta(days=4), watch.stop))
        tally = watch.run()
    times = [(at - BEGIN) / timedelta(hours=1) for at, url in world.asked if url == ONE]
    assert [round(hours) for hours in times] == [0, 1, 2, 4, 8, 16]
    assert (tally.new, tally.unchanged) == (1, 5)

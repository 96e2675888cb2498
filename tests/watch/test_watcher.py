"""Watching, in a world without a network where a day takes a moment."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from onrecord.ledger import Search, open_ledger
from onrecord.pages.network import Answer, Question
from onrecord.watch import Settings
from tests.watch.world import (
    FEED,
    ONE,
    TWO,
    World,
    conditional,
    page,
    rss,
    watch_once,
    watcher,
    world_of,
)


def test_what_a_feed_names_is_read_once(tmp_path: Path) -> None:
    world = world_of(ONE, TWO)
    path = tmp_path / "l.db"
    first = watch_once(world, path, [FEED])
    assert (first.feeds, first.entries, first.new, first.failed) == (1, 2, 2, 0)
    with open_ledger(path) as ledger:
        assert {row.outlet for row in ledger.reports()} == {"Valley Courier"}
        assert {row.title for row in ledger.reports()} == {"Story 1", "Story 2"}
        assert ledger.search(Search("rains")).total == 2
    world.asked.clear()
    again = watch_once(world, path, [FEED])
    assert (again.feeds, again.entries, again.fetched) == (1, 0, 0)
    assert world.urls() == [FEED]


def test_links_that_differ_by_tracking_alone_are_one_article(tmp_path: Path) -> None:
    links = [
        ONE + "?utm_source=rss&utm_medium=x",
        ONE + "#top",
        "HTTPS://Courier.example:443/1",
        ONE + "?fbclid=7",
    ]
    world = World(
        {FEED: rss(*({"link": link.replace("&", "&amp;")} for link in links)), ONE: page("Ann Lee said no.")}
    )
    tally = watch_once(world, tmp_path / "l.db", [FEED])
    assert (tally.entries, tally.new) == (1, 1)
    assert world.urls() == [FEED, ONE]


def test_two_feeds_that_name_one_article(tmp_path: Path) -> None:
    world = world_of(ONE)
    other = "https://courier.example/other"
    world.pages[other] = rss({"link": ONE, "title": "The same"})
    assert watch_once(world, tmp_path / "l.db", [FEED, other]).new == 1
    assert world.urls().count(ONE) == 1


def test_an_entry_is_known_by_its_id_when_its_link_changes(tmp_path: Path) -> None:
    world = World(
        {FEED: rss({"link": ONE + "?s=1", "guid": "g1", "title": "T"}), ONE + "?s=1": page("Ann said no.")}
    )
    watch_once(world, tmp_path / "l.db", [FEED])
    world.pages[FEED] = rss({"link": ONE + "?s=2", "guid": "g1", "title": "T"})
    assert watch_once(world, tmp_path / "l.db", [FEED]).entries == 0
    assert ONE + "?s=2" not in world.urls()


def test_ids_that_all_entries_share_are_no_ids(tmp_path: Path) -> None:
    world = world_of(ONE, TWO)
    world.pages[FEED] = rss({"link": ONE, "guid": "1"}, {"link": TWO, "guid": "1"})
    assert watch_once(world, tmp_path / "l.db", [FEED]).new == 2


def test_a_feed_is_asked_for_news_only(tmp_path: Path) -> None:
    world = world_of(ONE)
    world.pages[FEED] = conditional(rss({"link": ONE}), '"v1"')
    watch_once(world, tmp_path / "l.db", [FEED])
    tally = watch_once(world, tmp_path / "l.db", [FEED])
    assert world.headers[-1]["if-none-match"] == '"v1"'
    assert (tally.feeds, tally.entries) == (1, 0)


def test_a_forgotten_report_is_not_fetched_again(tmp_path: Path) -> None:
    world = world_of(ONE)
    watch_once(world, tmp_path / "l.db", [FEED])
    with open_ledger(tmp_path / "l.db", mode="change") as ledger:
        ledger.forget(ONE, by="ada")
    world.pages[FEED] = rss({"link": ONE, "title": "Story 1", "description": "changed"})
    world.wait(86400)
    world.asked.clear()
    watch_once(world, tmp_path / "l.db", [FEED])
    assert ONE not in world.urls()
    with open_ledger(tmp_path / "l.db") as ledger:
        assert ledger.reports() == ()


def test_a_second_watcher_s_state_is_the_ledger_s(tmp_path: Path) -> None:
    world = world_of(ONE)
    watch_once(world, tmp_path / "a.db", [FEED])
    assert watch_once(world, tmp_path / "b.db", [FEED]).new == 1


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("moment", range(1, 13))
def test_a_kill_at_any_moment_loses_nothing_and_doubles_nothing(
    tmp_path: Path, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the n-th thing that is asked of the ledger or the network, then run again."""
    world = world_of(ONE, TWO, "https://harbour.example/3")
    count = 0

    def perhaps() -> None:
        nonlocal count
        count += 1
        if count == moment:
            raise Killed

    path = tmp_path / "l.db"
    with open_ledger(path, mode="create", clock=world.clock) as ledger:
        watch = watcher(world, ledger, [FEED])
        add = ledger.add

        def adding(*given: Any, **more: Any) -> Any:
            perhaps()
            done = add(*given, **more)
            perhaps()
            return done

        def asking(question: Question) -> Answer:
            perhaps()
            return world.ask(question)

        monkeypatch.setattr(ledger, "add", adding)
        monkeypatch.setattr(watch.hands, "ask", asking)
        with pytest.raises(Killed):
            watch.run(once=True)
    world.wait(10)
    watch_once(world, path, [FEED])
    with open_ledger(path) as ledger:
        assert sorted(row.version for row in ledger.reports()) == [1, 1, 1]
        assert ledger.search(Search("rains")).total == 3
        assert ledger.watching.hosts_due() == ()


def test_a_sitemap_of_news_and_a_list_of_sitemaps(tmp_path: Path) -> None:
    ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'

    def row(link: str, day: str) -> str:
        return (
            f"<url><loc>{link}</loc><news:news><news:publication><news:name>Port Gazette</news:name></news:publication>"
            f"<news:publication_date>{day}</news:publication_date><news:title>Leak</news:title></news:news></url>"
        )

    index, news, old = (f"https://gazette.example/{name}.xml" for name in ("index", "news", "old"))
    links = [f"https://gazette.example/{n}" for n in range(3)]
    days = ("2024-03-14T10:00:00Z", "2024-03-13", "2019-01-01")
    parts = (
        f"<sitemap><loc>{news}</loc><lastmod>2024-03-14T11:00:00Z</lastmod></sitemap>",
        f"<sitemap><loc>{old}</loc><lastmod>2012-01-01</lastmod></sitemap>",
    )
    world = World({link: page("Ann Lee said it rains.") for link in links})
    world.pages[index] = httpx.Response(200, text=f"<sitemapindex {ns}>{''.join(parts)}</sitemapindex>")
    world.pages[news] = httpx.Response(200, text=f"<urlset {ns}>{''.join(map(row, links, days))}</urlset>")
    tally = watch_once(world, tmp_path / "l.db", [index])
    assert tally.new == 2
    assert old not in world.urls() and links[2] not in world.urls()
    with open_ledger(tmp_path / "l.db") as ledger:
        assert {(row.outlet, row.published) for row in ledger.reports()} == {
            ("Port Gazette", "2024-03-14"),
            ("Port Gazette", "2024-03-13"),
        }
    world.asked.clear()
    world.wait(600)
    watch_once(world, tmp_path / "l.db", [index])
    assert world.urls() == [index], "its parts have not changed since"


def test_once_asks_once_however_often_feeds_are_to_be_asked(tmp_path: Path) -> None:
    world = world_of(ONE)
    watch_once(world, tmp_path / "l.db", [FEED, FEED], settings=Settings("x", every=timedelta(seconds=1)))
    assert world.urls().count(FEED) == 1

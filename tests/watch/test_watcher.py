"""Watching, in a world without a network where a day takes a moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from onrecord.ledger import Search, open_ledger
from onrecord.watch import Settings
from onrecord.watch.politeness import rest_asked
from tests.watch.world import BEGIN, Reply, World, conditional, page, rss, watch_once, watcher

FEED = "https://courier.example/feed"
ONE = "https://courier.example/1"
TWO = "https://courier.example/2"


def world_of(*links: str, **pages: httpx.Response) -> World:
    world = World({FEED: rss(*({"link": link, "title": f"Story {n}"} for n, link in enumerate(links, 1)))})
    for n, link in enumerate(links, 1):
        world.pages[link] = page(f"Ann Number{n} said it rains.")
    return world


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


def test_hosts_that_lead_in_circles(tmp_path: Path) -> None:
    world = world_of(ONE)
    for n in range(9):
        url = ONE if n == 0 else f"https://h{n}.example/"
        world.pages[url] = httpx.Response(302, headers={"location": f"https://h{n + 1}.example/"})
    tally = watch_once(world, tmp_path / "l.db", [FEED])
    assert (tally.new, tally.failed) == (0, 1)
    assert "hosts lead" in tally.problems[ONE]


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
def test_a_kill_at_any_moment_loses_nothing_and_doubles_nothing(tmp_path: Path, moment: int) -> None:
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
        add, ask = ledger.add, watch.hands.ask  # type: ignore[attr-defined]

        def adding(*given, **more):  # type: ignore[no-untyped-def]
            perhaps()
            done = add(*given, **more)
            perhaps()
            return done

        def asking(question):  # type: ignore[no-untyped-def]
            perhaps()
            return ask(question)

        ledger.add = adding  # type: ignore[method-assign]
        watch.hands.ask = asking  # type: ignore[attr-defined]
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


def test_once_asks_once_however_often_feeds_are_to_be_asked(tmp_path: Path) -> None:
    world = world_of(ONE)
    watch_once(world, tmp_path / "l.db", [FEED, FEED], settings=Settings("x", every=timedelta(seconds=1)))
    assert world.urls().count(FEED) == 1

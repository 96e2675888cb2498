"""What watching has to remember, over every ledger."""

from __future__ import annotations

from dataclasses import replace

import httpx

from onrecord.ledger import Search
from onrecord.ledger.contract import Ledger
from onrecord.ledger.identity import report_identity, report_key
from onrecord.ledger.watched import Feed, FeedHost, FeedItem
from tests.ledger.conftest import Opener
from tests.ledger.made import harbour
from tests.watch.world import World, page, rss, watcher

FEED = Feed("https://port.example/feed", "Port Gazette", '"v1"', None, "2024-05-01T12:00:00+00:00", None)
ITEM = FeedItem(
    "https://port.example/leak",
    FEED.url,
    "id 1",
    "https://port.example",
    "stamp",
    "2024-05-01T12:00:00+00:00",
    title="Leak",
    due_at="2024-05-01T12:00:00+00:00",
)


def test_what_is_kept_comes_back(opener: Opener) -> None:
    host = FeedHost("https://port.example", "User-agent: *\nDisallow:", "2024-05-01T12:00:00+00:00", None, 2)
    with opener("create") as ledger:
        assert ledger.watching.feed(FEED.url) is None
        assert ledger.watching.host(host.host) is None
        ledger.watching.keep_feed(FEED, [ITEM])
        ledger.watching.keep_host(host)
    with opener("change") as ledger:
        assert ledger.watching.feed(FEED.url) == FEED
        assert ledger.watching.host(host.host) == host
        assert ledger.watching.items([ITEM.url, "other"]) == {ITEM.url: ITEM}
        assert ledger.watching.entries(FEED.url, ["id 1", "id 2"]) == {"id 1": ITEM}
        assert ledger.watching.entries("other", ["id 1"]) == {}
        later = replace(FEED, tries=3, state="gone", etag=None)
        ledger.watching.keep_feed(later)
        assert ledger.watching.feed(FEED.url) == later


def test_many_keys_and_odd_ones(ledger: Ledger) -> None:
    items = [replace(ITEM, url=f"u{n}", entry_id=f"e{n}") for n in range(1700)]
    ledger.watching.keep_feed(FEED, items)
    assert len(ledger.watching.items(item.url for item in items)) == 1700
    assert len(ledger.watching.entries(FEED.url, (f"e{n}" for n in range(1700)))) == 1700
    ledger.watching.keep_items([replace(ITEM, url="a\x00b", title="\ud800")])
    assert list(ledger.watching.items(["a\x00b", "\ud800", ""])) == ["a\ufffdb"]


def test_what_is_due_comes_in_its_order(ledger: Ledger) -> None:
    times = ["2024-05-02T00:00:00+00:00", None, "2024-05-01T00:00:00+00:00"]
    ledger.watching.keep_items([replace(ITEM, url=f"u{n}", due_at=at) for n, at in enumerate(times)])
    ledger.watching.keep_items([replace(ITEM, url="elsewhere", host="https://b.example")])
    assert [item.url for item in ledger.watching.due(ITEM.host, 10)] == ["u2", "u0"]
    assert [item.url for item in ledger.watching.due(ITEM.host, 1)] == ["u2"]
    assert ledger.watching.hosts_due() == ("https://b.example", ITEM.host)


def test_failures_go_when_a_feed_or_a_host_answers(ledger: Ledger) -> None:
    robots = "https://port.example/robots.txt"
    ledger.fail({FEED.url: ("FetchFailed", "no answer"), robots: ("FetchFailed", "no answer")})
    ledger.watching.keep_feed(replace(FEED, tries=1))
    ledger.watching.keep_host(FeedHost("https://port.example", tries=1))
    assert len(ledger.failures()) == 2
    ledger.watching.keep_feed(FEED)
    ledger.watching.keep_host(FeedHost("https://port.example"))
    assert ledger.failures() == ()


def test_entries_go_into_the_transaction_of_their_readings(ledger: Ledger) -> None:
    broken = replace(harbour(), voices=(harbour().voices or ())[:1] * 2)
    done = replace(ITEM, state="read", due_at=None)
    ledger.watching.keep_items([ITEM])
    try:
        ledger.add([broken], items=[done])
    except ValueError:
        assert ledger.watching.items([ITEM.url])[ITEM.url] == ITEM
    ledger.add([harbour()], items=[done])
    assert ledger.watching.items([ITEM.url])[ITEM.url] == done


def test_two_watchers_on_one_ledger_keep_one_version(ledger: Ledger) -> None:
    """One has fetched the article and not read it yet when the other reads it."""
    world = World({FEED.url: rss({"link": ITEM.url, "title": "Leak"})})
    one, two = (watcher(world, ledger, [FEED.url]) for _ in range(2))

    def html(note: str) -> httpx.Response:
        text = "<p>Ann Lee said it rains in the valley, and nobody knows when it will stop again.</p>" * 3
        return httpx.Response(200, html=f"<html><body><h1>Rain</h1>{text}</body></html><!-- {note} -->")

    def meanwhile(request: httpx.Request) -> httpx.Response:
        world.pages[ITEM.url] = html("two")
        assert two.run(once=True).new == 1
        return html("one")

    world.pages[ITEM.url] = meanwhile
    tally = one.run(once=True)
    assert (tally.new, tally.corrected, tally.unchanged) == (0, 0, 1)
    assert len(ledger.versions(ITEM.url)) == 1


def test_watching_into_it(ledger: Ledger) -> None:
    world = World({FEED.url: rss({"link": ITEM.url, "title": "Leak"})})
    world.pages[ITEM.url] = page("Ann Lee said it rains.")
    tally = watcher(world, ledger, [FEED.url]).run(once=True)
    assert (tally.new, tally.failed) == (1, 0)
    assert ledger.search(Search("rains")).total == 1
    assert watcher(world, ledger, [FEED.url]).run(once=True).fetched == 0


def test_a_forgotten_report_s_entry_stays_forgotten(ledger: Ledger) -> None:
    key = report_key(report_identity(harbour().report))
    ledger.add([harbour()], items=[replace(ITEM, state="read", report=key)])
    ledger.forget(key, by="ada")
    (kept,) = ledger.watching.items([ITEM.url]).values()
    assert (kept.state, kept.due_at, kept.title, kept.text_sha256) == ("forgotten", None, None, None)
    ledger.watching.keep_items([ITEM])
    assert ledger.watching.items([ITEM.url])[ITEM.url] == kept

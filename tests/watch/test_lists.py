"""OPML, addresses, and what each kind of feed says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from onrecord.errors import TooLarge, UsageError
from onrecord.pages import feeds
from onrecord.pages.feeds import Entry, looks_like_feed, parse_feed
from onrecord.watch import feeds_in
from onrecord.watch.addresses import canonical

BASE = "https://courier.example/news/feed"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title> Valley
 Courier</title><ttl>60</ttl><item><title>Council &amp; mayor</title><link>/1</link><guid>g1</guid>
<pubDate>Thu, 14 Mar 2024 23:30:00 GMT</pubDate><description>Long &lt;b&gt;text</description></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Valley Courier</title><entry><title>Council</title>
<id>tag:1</id><link href="https://courier.example/1"/><published>2024-03-14T10:00:00Z</published>
<updated>2024-03-15T10:00:00Z</updated></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Valley Courier",
        "items": [
            {
                "id": 7,
                "url": "/1",
                "title": "Council",
                "date_published": "2024-03-14T10:00:00Z",
                "date_modified": "x",
            },
            {"id": "no link"},
        ],
    }
)
NEWS = """<?xml version="1.0" encoding="UTF-8"?><!-- made at noon -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://courier.example/1 </loc><n:news><n:publication><n:name>Valley Courier</n:name></n:publication>
<n:publication_date>2024-03-14</n:publication_date><n:title>Council</n:title></n:news></url></urlset>"""


@pytest.mark.parametrize(
    ("content", "entry"),
    [
        (RSS, Entry("https://courier.example/1", "g1", "Council & mayor", "2024-03-14", "Long <b>text")),
        (ATOM, Entry("https://courier.example/1", "tag:1", "Council", "2024-03-14", "2024-03-15T10:00:00Z")),
        (JSON_FEED, Entry("https://courier.example/1", "7", "Council", "2024-03-14", "x")),
        (NEWS, Entry("https://courier.example/1", None, "Council", "2024-03-14", "2024-03-14")),
    ],
    ids=["rss", "atom", "json", "sitemap"],
)
@pytest.mark.parametrize("pack", [False, True])
def test_each_kind_of_feed(content: str, entry: Entry, pack: bool) -> None:
    body = gzip.compress(content.encode()) if pack else content.encode()
    found = parse_feed(body, BASE)
    assert found.title == "Valley Courier"
    assert found.entries == (entry,)
    assert found.minutes == (60 if content == RSS else None)
    assert looks_like_feed(body, "application/octet-stream", BASE + ".xml.gz")


def test_a_packed_sitemap_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST_FEED_BYTES", 100_000)
    with pytest.raises(TooLarge):
        parse_feed(gzip.compress(b"<urlset>" + b" " * 5_000_000), BASE)


@pytest.mark.parametrize("page", ["<html><rss></html>", "Plain text", '{"items": []}', "<p>feed</p>"])
def test_pages_are_no_feeds(page: str) -> None:
    assert not looks_like_feed(page.encode(), "text/html", BASE)


def test_opml_however_nested(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text(
        """<?xml version="1.0"?><opml version="1.0"><head><title>x</title></head><body>
        <outline text="News"><outline text="Deep"><outline xmlUrl="https://a.example/f" type="rss"/></outline>
        <outline XMLURL=" https://b.example/f "/></outline><outline xmlUrl="https://a.example/f"/>
        <outline text="no address"/></body></opml>"""
    )
    assert feeds_in(path) == ["https://a.example/f", "https://b.example/f"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("<html/>", "no OPML"),
        ("<opml><body/></opml>", "names none"),
        ("nothing", "no XML"),
        ("<!DOCTYPE o [<!ENTITY e 'x'>]><opml/>", "entities"),
    ],
)
def test_what_is_no_list_of_feeds(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text(content)
    with pytest.raises(UsageError, match=told):
        feeds_in(path)
    with pytest.raises(UsageError, match="cannot be read"):
        feeds_in(tmp_path / "none.opml")


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("HTTPS://Courier.Example:443", "https://courier.example/"),
        ("https://courier.example/a?b=1&utm_source=x&c=2#d", "https://courier.example/a?b=1&c=2"),
        ("https://courier.example/a?at_medium=RSS&at_campaign=KARANGA", "https://courier.example/a"),
        ("http://courier.example:8080/a", "http://courier.example:8080/a"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://courier.example/a?id=&x", "https://courier.example/a?id=&x"),
        ("https://courier.example/a/../b/./c", "https://courier.example/b/c"),
        ("https://courier.example/2024/03/14/a-b_c.html", "https://courier.example/2024/03/14/a-b_c.html"),
    ],
)
def test_canonical_addresses(given: str, known: str) -> None:
    assert canonical(given) == known
    assert canonical(known) == known

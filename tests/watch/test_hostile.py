"""Feeds that attack: through the real door, with a hostile server on loopback in place of the internet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest

from onrecord.errors import SkipReport, UsageError
from onrecord.ledger import open_ledger
from onrecord.pages import parse
from onrecord.pages.door import utc_now
from onrecord.pages.feeds import MOST_ENTRIES, parse_feed
from onrecord.pages.gate import GatedTransport
from onrecord.pages.network import ask
from onrecord.watch import Articles, Settings, Threads, Watcher
from onrecord.watch.opml import outlined
from tests.cli.conftest import SimplePipeline
from tests.pages.attack_server import Rerouted, Server, attack_server, ok
from tests.pages.test_attacks import ADDRESSES, ATTACKS, OUTER, PUBLIC, resolver


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with attack_server() as server:
        yield server


def test_a_feed_that_names_every_inner_address_reaches_none(server: Server, tmp_path: Path) -> None:
    """The same gate stands before feeds, robots.txt, pages, and each redirect of them."""
    links = [row["url"] for row in ADDRESSES]
    links += [f"{PUBLIC}/to?{quote(link, safe='')}" for link in links]
    links += [
        row["url"]
        for row in ATTACKS["never"]
        if row.get("url", "\0").isprintable() and "///page" not in row["url"]
    ]
    items = "".join(f"<item><link>{escape(link)}</link></item>" for link in [*links, PUBLIC + "/page"])
    body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    server.pages = {
        "/feed": ok(body=body).replace(b"text/html", b"application/rss+xml"),
        "/robots.txt": b"HTTP/1.1 404 No\r\n\r\n",
    }
    inner = Rerouted(server.port)
    door = partial(ask, GatedTransport(allow_private=False, resolver=resolver, inner=inner))
    settings = Settings("onrecord test", delay=timedelta(0))
    with open_ledger(tmp_path / "l.db", mode="create") as ledger:
        articles = Articles(ledger, parse, SimplePipeline().read, settings)
        tally = Watcher([PUBLIC + "/feed", "http://10.0.0.1/feed"], Threads(door), utc_now, articles).run(
            once=True
        )
        failed = ledger.failures()
    assert tally.new == 1
    assert set(inner.connected) == {OUTER}
    assert len(failed) >= len({link.rstrip("#") for link in links}) - 5, "several spellings are one address"
    assert all(row.kind == "FetchRefused" for row in failed), [
        row for row in failed if row.kind != "FetchRefused"
    ]


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("head", [BOMB, OUTSIDE], ids=["bomb", "external"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><title>&a;</title><item><link>http://x.example/&a;</link></item></channel></rss>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'><title>&a;</title></feed>",
        b"<urlset><url><loc>http://x.example/&a;</loc></url></urlset>",
        b"<opml><body><outline xmlUrl='http://x.example/&a;'/></body></opml>",
    ],
    ids=["rss", "atom", "sitemap", "opml"],
)
def test_no_document_with_entities_is_parsed(head: bytes, coding: str, body: bytes) -> None:
    content = (head + body).decode().encode(coding)
    if coding == "utf-16":
        content = content.replace(
            'version="1.0"'.encode("utf-16-le"), 'version="1.0" encoding="utf-16"'.encode("utf-16-le")
        )
    with pytest.raises(SkipReport, match="entities"):
        outlined(content) if b"opml" in body else parse_feed(content, PUBLIC)


@pytest.mark.parametrize(
    "content",
    [
        b"<rss><channel>" + b"<item>" * 5_000,
        b"<opml>" + b"<outline>" * 20_000,
        b"<urlset>" + b"<url>" * 100_000,
        b"<rss><channel><item><link>" + b"a" * 1_000_000,
        b"{" + b'"items":[' * 100_000,
        b'{"items": [{"url": 5}, null, [], {"url": "x", "title": {}, "id": [], "date_published": 3}]}',
        b"<rss><channel><item><link>x</link><pubDate>99 Foo 99999</pubDate></item></channel></rss>",
        b"",
        b"<rss" + b" a='1'" * 50_000 + b"/>",
        b"\xef\xbb\xbf" + b" " * 100_000 + b"<rss/>",
        b"<?xml version='1.0'?>" + b"<!-- x -->" * 20_000 + b"<rss/>",
        "<urlset><url><loc>\ud800</loc></url></urlset>".encode("utf-8", "surrogatepass"),
    ],
    ids=range(12),
)
def test_hostile_feeds_are_read_or_refused(content: bytes) -> None:
    for read in (partial(parse_feed, base=PUBLIC), outlined):
        try:
            read(content)
        except (SkipReport, UsageError):
            continue


def test_half_characters_of_json_become_replacement_characters() -> None:
    (entry,) = parse_feed(
        b'{"items": [{"url": "/\\ud800", "title": "a\\udc00b", "id": "\\u0000"}]}', PUBLIC
    ).entries
    assert (entry.link, entry.title, entry.id) == (PUBLIC + "/\ufffd", "a\ufffdb", "\ufffd")


def test_a_feed_has_so_many_entries_at_most() -> None:
    rows = "".join(f"<url><loc>http://x.example/{n}</loc></url>" for n in range(3000))
    assert len(parse_feed(f"<urlset>{rows}</urlset>".encode(), PUBLIC).entries) == MOST_ENTRIES

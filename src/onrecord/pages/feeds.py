"""What a feed says: RSS, Atom, JSON Feed, sitemaps of news and the lists of such sitemaps. Pure: bytes in.

Hostile bytes are bounded: a feed's size, its entries, its depth (libxml2's own bound), and no document that declares
entities is parsed at all, which leaves no way to external entities or entity bombs.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from onrecord.errors import TooLarge, UnreadableInput
from onrecord.pages.unpacking import GZIP_MARK, gunzip

MOST_FEED_BYTES = 10 * 2**20
"""Unpacked. A sitemap of news has at most 1,000 addresses, which stay under 1 MiB."""
MOST_ENTRIES = 1000
MOST_LINE = 1000
"""Characters of a title or an id; longer ones are cut."""
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
XML_TYPES = ("text/xml", "application/xml")

_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s{1,1000}|<\?[^>]{0,500}>|<!--.{0,2000}?-->|<!DOCTYPE[^>\[]{0,500}>){0,12}"
    rb"<(?:\w{1,20}:)?(rss|feed|rdf|urlset|sitemapindex)\b",
    re.S | re.I,
)
_HALVES = re.compile("[\x00\ud800-\udfff]")
"""What JSON can write and no encoding can carry."""
_JSON_FEED = re.compile(rb"\s{0,1000}\{.{0,2000}?https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version", re.S)


@dataclass(frozen=True, slots=True)
class Entry:
    """An article that a feed names."""

    link: str
    id: str | None
    title: str | None
    published: str | None
    """The day, YYYY-MM-DD."""
    changed: str
    """What the feed says that changes when the article does: its time of change, or else its summary."""


@dataclass(frozen=True, slots=True)
class FeedContent:
    """What a feed says, entries in its own order."""

    title: str | None
    entries: tuple[Entry, ...]
    maps: tuple[tuple[str, str | None], ...] = ()
    """Of a list of sitemaps: their addresses, and when each was changed last."""
    is_sitemap: bool = False
    minutes: int | None = None
    """How long the feed asks to be left alone."""


def looks_like_feed(content: bytes, content_type: str, url: str = "") -> bool:
    """Whether an answer is a feed rather than a page."""
    if _ROOT.match(content[:16384]) or _JSON_FEED.match(content[:4096]):
        return True
    if content.startswith(GZIP_MARK):
        return urlsplit(url).path.endswith(".xml.gz")
    return content_type in FEED_TYPES and content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{")


def parse_feed(content: bytes, base: str) -> FeedContent:
    """What the feed says; links are made absolute by `base`.

    Raises:
        UnreadableInput: it is no feed, or a hostile one.
        TooLarge: it is over the bound on size.
    """
    if content.startswith(GZIP_MARK):
        content = gunzip(content, MOST_FEED_BYTES)
    if len(content) > MOST_FEED_BYTES:
        raise TooLarge(
            f"The feed has more than {MOST_FEED_BYTES // 2**20} MiB; give a shorter feed of the site."
        )
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(content, base)
    root = _ROOT.match(content[:16384])
    if root and root.group(1).lower() in (b"urlset", b"sitemapindex"):
        return _sitemap(content, base)
    return _rss_or_atom(content, base)


def safe_xml(content: bytes, what: str) -> Any:
    """The root of an XML document from outside. Raises UnreadableInput if it is none, or declares entities."""
    refuse_entities(content, what)
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableInput(f"The {what} is no XML ({error}); check its address or file.") from error
    return root


def refuse_entities(content: bytes, what: str) -> None:
    """Raise UnreadableInput if a document declares entities, in whichever encoding."""
    if re.search(rb"<!\s{0,20}ENTITY", content.replace(b"\x00", b""), re.I):
        raise UnreadableInput(f"The {what} declares entities, which no honest one needs; it is not read.")


def _rss_or_atom(content: bytes, base: str) -> FeedContent:
    import feedparser

    refuse_entities(content, "feed")
    try:
        feed: Any = feedparser.parse(
            io.BytesIO(content),  # never a string, which could be taken for an address or a file's name
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # it parses damaged feeds by luck, and may fail on them in any way
        raise UnreadableInput(f"The feed cannot be read ({type(error).__name__}).") from error
    if not feed.get("version") and not feed.entries:
        raise UnreadableInput(
            "The address gives no feed; give that of an RSS, Atom or JSON feed or of a sitemap."
        )
    return FeedContent(
        line(feed.feed.get("title")),
        tuple(_entries(feed.entries, lambda entry: _feedparser_entry(entry, base))),
        minutes=_number(feed.feed.get("ttl")),
    )


def _feedparser_entry(entry: Any, base: str) -> Entry | None:
    # `dict.get`, because feedparser's own gives the day of publication for a missing time of change.
    said = {name: dict.get(entry, name) for name in ("link", "id", "title")}
    said["published"] = _parsed_day(dict.get(entry, "published_parsed"))
    said["changed"] = dict.get(entry, "updated") or dict.get(entry, "summary")
    return _entry(base, said)


def _json_feed(content: bytes, base: str) -> FeedContent:
    try:
        record: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableInput(f"The feed is no JSON ({type(error).__name__}).") from error
    items = record.get("items") if isinstance(record, dict) else None
    if not isinstance(items, list):
        raise UnreadableInput('The JSON is no feed: it has no list "items".')

    def read(item: Any) -> Entry | None:
        if not isinstance(item, dict):
            return None
        said = {"link": item.get("url"), "id": item.get("id"), "title": item.get("title")}
        said["published"] = _day(item.get("date_published"))
        said["changed"] = item.get("date_modified") or item.get("content_text") or item.get("content_html")
        return _entry(base, said)

    return FeedContent(line(record.get("title")), tuple(_entries(items, read)))


def _sitemap(content: bytes, base: str) -> FeedContent:
    root = safe_xml(content, "sitemap")
    maps: list[tuple[str, str | None]] = []
    rows: list[dict[str, str]] = []
    for child in root.iterchildren(tag=etree.Element):
        said = {
            etree.QName(part).localname: part.text.strip()
            for part in child.iter(tag=etree.Element)
            if part.text and isinstance(part.tag, str)
        }
        if etree.QName(child).localname == "sitemap" and said.get("loc"):
            maps.append((_absolute(base, said["loc"]), said.get("lastmod")))
        elif said.get("loc"):
            rows.append(said)
    # The newest first, so that the bound on their number leaves out the oldest.
    rows.sort(key=lambda row: row.get("publication_date") or row.get("lastmod") or "", reverse=True)

    def read(row: dict[str, str]) -> Entry | None:
        said: dict[str, object] = {"link": row["loc"], "title": row.get("title")}
        said["published"] = _day(row.get("publication_date"))
        said["changed"] = row.get("lastmod") or row.get("publication_date")
        return _entry(base, said)

    outlet = next((row["name"] for row in rows if row.get("name")), None)
    entries = tuple(_entries(rows, read))
    return FeedContent(line(outlet), entries, tuple(maps[:MOST_ENTRIES]), is_sitemap=True)


def _entries(rows: Sequence[Any], read: Callable[[Any], Entry | None]) -> Iterator[Entry]:
    found = 0
    for row in rows:
        entry = read(row)
        if entry is not None:
            yield entry
            found += 1
        if found == MOST_ENTRIES:
            return


def _entry(base: str, said: Mapping[str, Any]) -> Entry | None:
    link, name, changed = said.get("link"), said.get("id"), said.get("changed")
    if not isinstance(link, str) or not link.strip():
        return None
    return Entry(
        link=_absolute(base, _HALVES.sub("\ufffd", link.strip())),
        id=line(str(name)) if isinstance(name, str | int) else None,
        title=line(said.get("title")),
        published=said["published"],
        changed=changed if isinstance(changed, str) else "",
    )


def _absolute(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def line(value: object) -> str | None:
    """A text on one line, cut to a bound; None if there is none."""
    if not isinstance(value, str):
        return None
    return _HALVES.sub("\ufffd", " ".join(value[: 4 * MOST_LINE].split())[:MOST_LINE]) or None


def _number(value: object) -> int | None:
    return (
        int(value)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9
        else None
    )


def _day(value: object) -> str | None:
    try:
        return date.fromisoformat(value.strip()[:10]).isoformat() if isinstance(value, str) else None
    except ValueError:
        return None


def _parsed_day(stated: Any) -> str | None:
    """The day an entry was published (never when it was changed)."""
    try:
        return date(*stated[:3]).isoformat() if stated else None
    except (TypeError, ValueError):
        return None

"""The door for the network: http(s) addresses and RSS or Atom feeds, as pages, one at a time.

Everything is bounded: redirects, time, bytes, unpacked bytes. Where a connection may go is decided by the
gate (`onrecord.pages.gate`). The transport can be given, so that tests need no network.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import feedparser
import httpcore
import httpx

from onrecord.errors import FetchRefused, SkipReport, TooLarge, UnreadableInput
from onrecord.model import Page
from onrecord.pages.door import MOST_BYTES, Clock, Failure, make_page, stamp, utc_now
from onrecord.pages.gate import GatedTransport

MOST_REDIRECTS = 5
MOST_SECONDS = 40.0
"""For one page, redirects and all."""
MOST_ENTRIES = 500
_TIMEOUT = httpx.Timeout(15.0, connect=10.0)
_HEADERS = {
    "User-Agent": "onrecord (reads news reports one at a time)",
    "Accept": "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,text/plain;q=0.8,*/*;q=0.1",
    # One layer of a packing whose growth is bounded, so that a small answer cannot unpack to a huge one.
    "Accept-Encoding": "gzip, deflate",
}
_FEED = re.compile(
    rb"^\s{0,1000}(?:<\?xml[^>]{0,300}>)?\s{0,1000}(?:<!--.{0,2000}?-->\s{0,1000}){0,3}<(?:rss|feed|rdf:RDF)\b",
    re.S | re.I,
)
_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "text/xml",
    "application/xml",
)
_HTML_TYPES = ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml")


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: where it came from in the end, its kind, its bytes."""

    url: str
    content_type: str
    charset: str | None
    content: bytes


def is_address(name: str) -> bool:
    """Whether an input is for this door."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]{1,20}://", name) is not None


def pages_from(
    url: str,
    *,
    allow_private: bool = False,
    clock: Clock = utc_now,
    transport: httpx.BaseTransport | None = None,
) -> Iterator[Page | Failure]:
    """The page at an address; of a feed, the page of each entry, with what the entry says of it."""
    # No proxies or credentials from the environment: they would lead around the gate.
    with httpx.Client(
        transport=transport or GatedTransport(allow_private=allow_private),
        timeout=_TIMEOUT,
        headers=_HEADERS,
        trust_env=False,
        follow_redirects=False,
    ) as client:
        try:
            answer = fetch(client, url)
        except SkipReport as error:
            yield Failure(url, error)
            return
        if _is_feed(answer):
            yield from _entries(client, url, answer, clock)
            return
        try:
            yield _page(url, answer, clock)
        except SkipReport as error:
            yield Failure(url, error)


def fetch(client: httpx.Client, url: str) -> Fetched:
    """Get one address, following redirects.

    Raises:
        FetchRefused: the address is none we go to, or the server did not give the page.
        TooLarge: the answer is over the bound on size.
    """
    until = time.monotonic() + MOST_SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        checked = _checked(url)
        try:
            with client.stream("GET", checked) as response:
                if response.is_redirect:
                    url = str(checked.join(response.headers.get("location", "")))
                    continue
                return _read(response, checked, until)
        except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.TimeoutException,
                httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError) as error:  # fmt: skip
            what = str(error) or type(error).__name__
            raise FetchRefused(
                f"Fetching failed ({what}); try again later, or save the page and give the file."
            ) from error
    raise FetchRefused(f"More than {MOST_REDIRECTS} redirects; give the address where the page is.")


def _checked(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchRefused(f"{url[:200]!r} is no address ({error}).") from error
    if parsed.scheme not in ("http", "https"):
        raise FetchRefused(
            f"Only http and https are fetched, not {parsed.scheme!r}; give a file's path as it is."
        )
    if not parsed.host:
        raise FetchRefused(f"{url[:200]!r} names no host.")
    if parsed.userinfo:
        raise FetchRefused(
            "An address with a user name or password in it is not fetched; save the page and give the file."
        )
    return parsed


def _read(response: httpx.Response, url: httpx.URL, until: float) -> Fetched:
    if response.status_code != 200:
        raise FetchRefused(
            f"The server answered {response.status_code} {response.reason_phrase}".rstrip()
            + "; open the page in a browser, save it and give the file."
        )
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise FetchRefused(f"The server packed the page as {packing!r}, which was not asked for.")
    content = bytearray()
    # Small raw chunks: each is unpacked by itself, so the bound is checked before a packed bomb has grown.
    for chunk in response.iter_bytes(16384):
        content += chunk
        if len(content) > MOST_BYTES or response.num_bytes_downloaded > MOST_BYTES:
            raise TooLarge(
                f"The page has more than {MOST_BYTES // 2**20} MiB; save the part you need and give the file."
            )
        if time.monotonic() > until:
            raise FetchRefused(
                f"The page took more than {MOST_SECONDS:.0f} seconds; save it and give the file."
            )
    content_type, _, rest = response.headers.get("content-type", "").partition(";")
    charset = re.search(r"charset\s{0,3}=\s{0,3}[\"']?([\w.:-]{1,40})", rest, re.I)
    return Fetched(
        str(url), content_type.strip().lower(), charset.group(1) if charset else None, bytes(content)
    )


def _is_feed(answer: Fetched) -> bool:
    looks = _FEED.match(answer.content[:8192]) is not None
    return looks or (answer.content_type in _FEED_TYPES[:3] and b"<" in answer.content[:100])


def _page(source: str, answer: Fetched, clock: Clock) -> Page:
    kind: Literal["html", "text"]
    if answer.content_type in _HTML_TYPES or (
        answer.content_type in ("", "application/octet-stream", *_FEED_TYPES)
        and re.search(rb"<(?:!doctype\s+html|html|body)\b", answer.content[:4096], re.I)
    ):
        kind = "html"
    elif answer.content_type in ("text/plain", "text/markdown", ""):
        kind = "text"
    else:
        raise UnreadableInput(
            f"The address gives {answer.content_type!r}; onrecord reads HTML, text and feeds."
        )
    return make_page(source, answer.content, kind, stamp(clock), url=answer.url, encoding=answer.charset)


def _entries(client: httpx.Client, source: str, answer: Fetched, clock: Clock) -> Iterator[Page | Failure]:
    feed: Any = feedparser.parse(answer.content)
    entries = [entry for entry in feed.entries if entry.get("link")][:MOST_ENTRIES]
    if not entries:
        yield Failure(
            source, UnreadableInput("The feed has no entry with a link; give another feed or the page.")
        )
        return
    outlet = _line(feed.feed.get("title"))
    for entry in entries:
        link = (
            str(httpx.URL(answer.url).join(entry["link"]))
            if _joins(answer.url, entry["link"])
            else entry["link"]
        )
        try:
            page = _page(link, fetch(client, link), clock)
        except SkipReport as error:
            yield Failure(link, error)
            continue
        yield replace(page, title=_line(entry.get("title")), published=_entry_day(entry), outlet=outlet)


def _joins(base: str, link: str) -> bool:
    try:
        httpx.URL(base).join(link)
    except (httpx.InvalidURL, ValueError):
        return False
    return True


def _line(value: object) -> str | None:
    return (" ".join(value.split()) or None) if isinstance(value, str) else None


def _entry_day(entry: Any) -> str | None:
    """The day an entry was published (never when it was updated)."""
    stated = entry.get("published_parsed")
    try:
        return date(*stated[:3]).isoformat() if stated else None
    except (TypeError, ValueError):
        return None

"""The door for the network: http(s) addresses and feeds, as pages, one at a time.

Everything is bounded: redirects, time, bytes, unpacked bytes. Where a connection may go is decided by the
gate (`onrecord.pages.gate`). The transport can be given, so that tests need no network. There is no client above
the transport, and so nothing that keeps cookies, answers to challenges or reads proxies and passwords from the
environment.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import httpcore
import httpx

from onrecord.errors import FetchFailed, FetchRefused, SkipReport, TooLarge, UnreadableInput
from onrecord.model import Page
from onrecord.pages.door import HTML_TYPES, MOST_BYTES, Clock, Failure, make_page, stamp, utc_now
from onrecord.pages.feeds import FEED_TYPES, XML_TYPES, Entry, looks_like_feed, parse_feed
from onrecord.pages.gate import Bounds, GatedTransport
from onrecord.pages.unpacking import PACKINGS, Unpacker

MOST_REDIRECTS = 5
MOST_SECONDS = 40.0
"""For one page, redirects and all."""
MOST_READ_SECONDS = 15.0
"""Without a byte from the server."""
MOST_ADDRESS = 4000
"""Characters of an address."""
AGENT = "onrecord (reads news reports one at a time)"
_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,"
    "text/plain;q=0.8,*/*;q=0.1",
    # One layer of a packing whose growth is bounded, so that a small answer cannot unpack to a huge one.
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}
MAY_PASS = (408, 425, 429, 500, 502, 503, 504)
"""Answers after which it makes sense to ask again later."""
_TOKEN = re.compile(r"[\x20-\x7e]{1,500}")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: an address, and of a page that is known already, only for a newer one."""

    url: str
    agent: str = AGENT
    etag: str | None = None
    modified: str | None = None
    leave_site: bool = True
    """Whether redirects to another scheme, host or port are followed, or given back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer: where it came from in the end, its status; the body of 200 only."""

    url: str
    status: int
    content: bytes = b""
    content_type: str = ""
    charset: str | None = None
    etag: str | None = None
    modified: str | None = None
    retry_after: str | None = None
    location: str | None = None
    """Where a redirect leads that was not followed."""


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
    transport = transport or GatedTransport(allow_private=allow_private)
    try:
        answer = fetch(transport, Question(url))
        if looks_like_feed(answer.content, answer.content_type, answer.url):
            yield from _entries(transport, url, answer, clock)
        else:
            yield page_of(url, answer, clock)
    except SkipReport as error:
        yield Failure(url, error)


def fetch(transport: httpx.BaseTransport, question: Question) -> Answer:
    """The page at an address, redirects followed.

    Raises:
        FetchRefused: the address is none we go to, or the server did not give the page.
        TooLarge: the answer is over the bound on size.
        UnreadableInput: the answer's packing is damaged.
    """
    answer = ask(transport, question)
    if answer.status != 200:
        raise refusal(answer)
    return answer


def refusal(answer: Answer) -> FetchRefused:
    """An answer that is no page, as a reason."""
    kind = FetchFailed if answer.status in MAY_PASS else FetchRefused
    words = httpx.codes.get_reason_phrase(answer.status)
    return kind(
        f"The server answered {answer.status} {words}".rstrip()
        + "; open the page in a browser, save it and give the file."
    )


def ask(transport: httpx.BaseTransport, question: Question) -> Answer:
    """Ask once and follow redirects; any status is an answer.

    Raises what `fetch` raises, but FetchRefused only for addresses and connections.
    """
    bounds = Bounds(time.monotonic() + MOST_SECONDS, MOST_BYTES + 2**20)
    url = checked(question.url)
    for _ in range(MOST_REDIRECTS + 1):
        answer = _ask_once(transport, url, question, bounds)
        if not answer.location:
            return answer
        following = checked(answer.location)
        if not question.leave_site and site_of(following) != site_of(url):
            return answer
        url = following
    raise FetchRefused(f"More than {MOST_REDIRECTS} redirects; give the address where the page is.")


def checked(url: str) -> httpx.URL:
    """The address, if it is one that is fetched. Raises FetchRefused if not."""
    if len(url) > MOST_ADDRESS:
        raise FetchRefused(f"The address has more than {MOST_ADDRESS} characters.")
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
    if not 0 < (parsed.port or 80) < 65536:
        raise FetchRefused(f"{url[:200]!r} is no address (no such port).")
    if parsed.userinfo:
        raise FetchRefused(
            "An address with a user name or password in it is not fetched; save the page and give the file."
        )
    return parsed.copy_with(fragment=None)


def site_of(url: httpx.URL) -> str:
    """Scheme, host and port, the port only where it is an unusual one."""
    return f"{url.scheme}://{url.netloc.decode('ascii').lower()}"


def _ask_once(transport: httpx.BaseTransport, url: httpx.URL, question: Question, bounds: Bounds) -> Answer:
    left = bounds.until - time.monotonic()
    if left <= 0:
        raise FetchFailed(f"The page took more than {MOST_SECONDS:.3g} seconds; save it and give the file.")
    timeout = min(MOST_READ_SECONDS, left)
    steps = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
    headers = _HEADERS | {"User-Agent": question.agent}
    for name, value in (("If-None-Match", question.etag), ("If-Modified-Since", question.modified)):
        if value and _TOKEN.fullmatch(value):
            headers[name] = value
    try:
        request = httpx.Request("GET", url, headers=headers, extensions={"timeout": steps, "bounds": bounds})
        response = transport.handle_request(request)
        try:
            return _answer(response, url, bounds)
        finally:
            response.close()
    except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.TimeoutException,
            httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError) as error:  # fmt: skip
        what = str(error) or type(error).__name__
        raise FetchFailed(
            f"Fetching failed ({what}); try again later, or save the page and give the file."
        ) from error


def _answer(response: httpx.Response, url: httpx.URL, bounds: Bounds) -> Answer:
    headers = response.headers
    content_type, _, rest = headers.get("content-type", "").partition(";")
    charset = re.search(r"charset\s{0,3}=\s{0,3}[\"']?([\w.:-]{1,40})", rest, re.I)
    return Answer(
        url=str(url),
        status=response.status_code,
        content=_body(response, bounds) if response.status_code == 200 else b"",
        content_type=content_type.strip().lower(),
        charset=charset.group(1) if charset else None,
        etag=_token(headers.get("etag")),
        modified=_token(headers.get("last-modified")),
        retry_after=_token(headers.get("retry-after")),
        location=_location(response, url),
    )


def _token(value: str | None) -> str | None:
    return value if value and _TOKEN.fullmatch(value) else None


def _location(response: httpx.Response, url: httpx.URL) -> str | None:
    if not response.has_redirect_location:
        return None
    given = response.headers.get("location", "")
    try:
        return str(url.join(given))
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchRefused(f"The server leads to {given[:200]!r}, which is no address ({error}).") from error


def _body(response: httpx.Response, bounds: Bounds) -> bytes:
    packing = response.headers.get("content-encoding", "").strip().lower().removeprefix("x-") or "identity"
    if packing not in PACKINGS:
        raise FetchRefused(f"The server packed the page as {packing[:80]!r}, which was not asked for.")
    unpacker = Unpacker(packing, MOST_BYTES)
    received = 0
    assert isinstance(response.stream, httpx.SyncByteStream)
    for chunk in response.stream:
        received += len(chunk)
        if received > MOST_BYTES:
            raise TooLarge(
                f"The page has more than {MOST_BYTES / 2**20:.3g} MiB; save the part you need and give the file."
            )
        if time.monotonic() > bounds.until:
            raise FetchFailed(
                f"The page took more than {MOST_SECONDS:.3g} seconds; save it and give the file."
            )
        unpacker.add(chunk)
    return unpacker.finish()


def page_of(
    source: str, answer: Answer, clock: Clock, entry: Entry | None = None, outlet: str | None = None
) -> Page:
    """The answer as a page, with what a feed's entry says of it. Raises UnreadableInput if it is no page."""
    kind: Literal["html", "text"]
    if answer.content_type in HTML_TYPES or (
        answer.content_type in ("", "application/octet-stream", *FEED_TYPES, *XML_TYPES)
        and re.search(rb"<(?:!doctype\s+html|html|body)\b", answer.content[:4096], re.I)
    ):
        kind = "html"
    elif answer.content_type in ("text/plain", "text/markdown", ""):
        kind = "text"
    else:
        raise UnreadableInput(
            f"The address gives {answer.content_type!r}; onrecord reads HTML, text and feeds."
        )
    page = make_page(source, answer.content, kind, stamp(clock), url=answer.url, encoding=answer.charset)
    return replace(page, title=entry.title, published=entry.published, outlet=outlet) if entry else page


def _entries(
    transport: httpx.BaseTransport, source: str, answer: Answer, clock: Clock
) -> Iterator[Page | Failure]:
    feed = parse_feed(answer.content, answer.url)
    if not feed.entries:
        raise UnreadableInput("The feed has no entry with a link; give another feed or the page.")
    for entry in feed.entries:
        try:
            yield page_of(entry.link, fetch(transport, Question(entry.link)), clock, entry, feed.title)
        except SkipReport as error:
            yield Failure(entry.link, error)

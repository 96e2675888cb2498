"""What is fuzzed: for each way in, a function of bytes that raises only where a promise is broken.

The promise is the same everywhere: whatever comes in, there is a result that is well formed, or a refusal that
onrecord raises on purpose. Any other exception is a bug.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import httpx

from onrecord.errors import SkipReport, UnreadableInput, UsageError
from onrecord.exports.brat import annotated
from onrecord.exports.entries import Entry
from onrecord.exports.jsonl import dumps, from_json
from onrecord.ledger import Search, open_ledger
from onrecord.ledger.contract import Ledger
from onrecord.model import Page, Reading, Report, Span
from onrecord.pages import Failure, parse
from onrecord.pages.door import make_page, pages_at
from onrecord.pages.feeds import parse_feed
from onrecord.pages.network import pages_from
from onrecord.pipeline import Pipeline
from onrecord.watch.opml import outlined
from tests.ledger.made import harbour

WHEN = "2026-03-04T00:00:00+00:00"
ENCODINGS = (None, "utf-8", "windows-1252", "utf-16", "iso-2022-jp", "utf-7", "no-such-encoding", "\x00")


def html(data: bytes) -> None:
    """A page of HTML; the first byte says which encoding the transport declared."""
    encoding = ENCODINGS[data[0] % len(ENCODINGS)] if data else None
    _parsed(make_page("page.html", data[1:], "html", WHEN, encoding=encoding))


def text(data: bytes) -> None:
    """A plain text; the first byte says which encoding the transport declared."""
    encoding = ENCODINGS[data[0] % len(ENCODINGS)] if data else None
    _parsed(make_page("page.txt", data[1:], "text", WHEN, encoding=encoding))


def reading(data: bytes) -> None:
    """A plain text through every stage, into JSON and back, and into a ledger."""
    report = _parsed(make_page("page.txt", data, "text", WHEN, encoding="utf-8"))
    if report is None:
        return
    (read,) = _pipeline().read([replace(report, language="en", published="2026-03-04")])
    assert from_json(json.loads(dumps(read))) == read
    _well_read(read)


def records(data: bytes) -> None:
    """JSON Lines as they come by standard input."""
    for found in pages_at("-", stdin=io.BytesIO(data)):
        _page_or_reason(found)


def feed(data: bytes) -> None:
    """An RSS or Atom feed, whose entries lead to a page."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/feed":
            return httpx.Response(200, content=data, headers={"content-type": "application/rss+xml"})
        return httpx.Response(200, text="<p>The mayor said no.</p>", headers={"content-type": "text/html"})

    for found in pages_from("https://paper.example/feed", transport=httpx.MockTransport(answer)):
        _page_or_reason(found)


def feed_content(data: bytes) -> None:
    """An RSS, Atom or JSON feed or a sitemap, as watching reads them."""
    try:
        content = parse_feed(data, "https://paper.example/feed")
    except SkipReport as reason:
        assert len(str(reason)) > 10
        return
    assert all(entry.link for entry in content.entries)


def opml(data: bytes) -> None:
    """A list of feeds."""
    try:
        assert outlined(data)
    except (SkipReport, UsageError) as reason:
        assert len(str(reason)) > 10


def warc(data: bytes) -> None:
    """A web archive, packed if it begins so."""
    with tempfile.NamedTemporaryFile(suffix=".warc") as file:
        file.write(data)
        file.flush()
        for found in pages_at(file.name):
            _page_or_reason(found)


def brat(data: bytes) -> None:
    """A corrected annotation file of brat."""
    try:
        found = annotated(Entry(harbour(), {}), data.decode("utf-8", "surrogatepass"))
    except (UnreadableInput, UnicodeDecodeError):  # what the command that reads the file skips
        return
    assert {c.row_id for c in found if c.row_id} == {a.id for a in harbour().attributions or ()}


def search(data: bytes) -> None:
    """The words and the filters of a search, parted by NULs, asked of a ledger."""
    given = [part.decode("utf-8", "surrogatepass") for part in _decodable(data.split(b"\x00", 6))]
    words, voice, certainty, since, report, until, outlet = (given + [""] * 7)[:7]
    ledger = _ledger()
    asked = Search(
        words,
        voice=voice or None,
        certainty=certainty or None,
        since=since or None,
        until=until or None,
        outlet=outlet or None,
        limit=5,
    )
    for question in (
        lambda: ledger.search(asked),
        lambda: ledger.facets(asked),
        lambda: ledger.report(report),
    ):
        try:
            question()
        except UsageError as error:
            assert len(str(error)) > 10


TARGETS: dict[str, Callable[[bytes], None]] = {
    function.__name__: function
    for function in (html, text, reading, records, feed, feed_content, opml, warc, brat, search)
}


def _parsed(page: Page) -> Report | None:
    try:
        report = parse(page)
    except SkipReport as reason:
        assert len(str(reason)) > 10, "a refusal says why"
        return None
    at = 0
    for block in report.blocks:
        assert at <= block.start_char < block.end_char <= len(report.text)
        at = block.end_char
    report.text.encode("utf-8", "surrogatepass")
    return report


def _page_or_reason(found: Page | Failure) -> None:
    if isinstance(found, Failure):
        assert len(str(found.reason)) > 10
    else:
        _parsed(found)


def _well_read(read: Reading) -> None:
    length = len(read.report.text)
    spans: list[Span] = [Span(t.start_char, t.end_char) for t in read.times or ()]
    spans += [Span(c.start_char, c.end_char) for c in read.certainties or ()]
    for a in read.attributions or ():
        spans += [*a.source, *a.cue, *a.content]
        read.chain(a.id)
        assert a.voice is None or read.voice(a.voice)
    assert all(0 <= start < end <= length for start, end in spans), "spans lie inside the text"
    _ledger().add([read])
    _ledger().forget(read.report.source, by="fuzz")


def _decodable(parts: Iterable[bytes]) -> Iterable[bytes]:
    for part in parts:
        try:
            part.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            yield part.decode("latin-1").encode()
        else:
            yield part


@cache
def _pipeline() -> Pipeline:
    return Pipeline.load()


@cache
def _ledger() -> Ledger:
    folder = tempfile.mkdtemp(prefix="onrecord-fuzz-")
    ledger = open_ledger(Path(folder) / "fuzz.db", mode="create")
    ledger.add([harbour()])
    return ledger

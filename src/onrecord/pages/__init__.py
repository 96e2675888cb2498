"""From inputs to reports: the doors (files, network) give pages, `parse` makes a report of a page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from onrecord.errors import UnreadableInput
from onrecord.model import Block, Page, Report
from onrecord.pages import kinds, plain
from onrecord.pages.door import Failure, pages_at
from onrecord.pages.encodings import decode
from onrecord.pages.language import language_of
from onrecord.pages.metadata import as_day
from onrecord.pages.network import is_address, pages_from
from onrecord.pages.web import read_html

__all__ = ["Failure", "gather", "parse"]

_DAY_FORMATS = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%d/%m/%Y", "%d.%m.%Y")
_WRITTEN_DAY = re.compile(
    r"\d{1,2} [A-Za-z]{3,9}\.? (?:19|20)\d\d|[A-Za-z]{3,9}\.? \d{1,2},? (?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d"
)


def gather(
    inputs: Sequence[str], *, published: str | None = None, allow_private: bool = False
) -> Iterator[Page | Failure]:
    """The pages of all inputs, in order and one at a time: files, folders, `-`, URLs, feeds.

    `published` is given on to every page that does not bring a date of its own; `allow_private` opens the
    network door to loopback, private and link-local addresses.
    """
    for name in inputs:
        found = pages_from(name, allow_private=allow_private) if is_address(name) else pages_at(name)
        for page in found:
            dated = isinstance(page, Page) and published and not page.published
            yield replace(page, published=published) if isinstance(page, Page) and dated else page


def parse(page: Page, published: str | None = None) -> Report:
    """The report of a page. What is given (in the page, or `published` here) is used and not guessed.

    Raises:
        UnreadableInput: the page has no text, or is no text, or a given date is no date.
    """
    page = replace(page, published=published) if published else page  # as if it had come with the page
    day = _given_day(page.published)
    text = decode(page.content, page.encoding, html=page.media_type == "html")
    if page.media_type == "html":
        return _html_report(page, text, day)
    blocks = plain.blocks(text, page.title)
    head = _of_kind(text, blocks, "headline")
    body = "\n".join(_of_kind(text, blocks, "body"))
    names = [name for line in _of_kind(text, blocks, "byline") for name in kinds.names_in_byline(line)]
    return Report(
        id=report_id(page),
        source=page.source,
        text=text,
        blocks=blocks,
        sha256=page.sha256,
        url=page.url,
        title=page.title or (" ".join(head[0].lstrip("# ").split()) if head else None),
        published=day or _written_day(_of_kind(text, blocks, "dateline")),
        byline=", ".join(dict.fromkeys(names)) or None,
        outlet=page.outlet,
        language=language_of(body or text),
        fetched=page.fetched,
    )


def _html_report(page: Page, source: str, day: str | None) -> Report:
    found = read_html(source, page.url, page.title, page.fetched)
    body = "\n".join(_of_kind(found.text, found.blocks, "body"))
    return Report(
        id=report_id(page),
        source=page.source,
        text=found.text,
        blocks=found.blocks,
        sha256=page.sha256,
        url=page.url or found.said.url,
        title=found.title,
        published=day or found.said.published,
        byline=found.byline,
        site=found.said.site,
        outlet=page.outlet,
        language=language_of(body or found.text, found.said.language),
        fetched=page.fetched,
    )


def report_id(page: Page) -> str:
    """`r` and 16 hexadecimal digits: a hash over the content and what was given with it."""
    given = (page.url, page.title, page.published, page.outlet)
    digest = hashlib.sha256(page.sha256.encode())
    for value in given:
        digest.update(b"\x00" if value is None else b"\x01" + value.encode("utf-8", "surrogatepass"))
    return "r" + digest.hexdigest()[:16]


def _of_kind(text: str, blocks: Sequence[Block], kind: str) -> list[str]:
    return [text[block.start_char : block.end_char] for block in blocks if block.kind == kind]


def _given_day(value: str | None) -> str | None:
    if not value:
        return None
    day = as_day(value) or _read_day(value)
    if day is None:
        raise UnreadableInput(f"{value[:40]!r} is no date; give the publication date as YYYY-MM-DD.")
    return day


def _written_day(lines: Sequence[str]) -> str | None:
    """The first whole date in the report's datelines."""
    written = (match.group() for line in lines for match in _WRITTEN_DAY.finditer(line))
    days = (as_day(value) or _read_day(value) for value in written)
    return next((day for day in days if day), None)


def _read_day(value: str) -> str | None:
    plain_value = value.strip().replace(",", "").replace(".", "", 1 if value.count(".") == 1 else 0)
    for form in _DAY_FORMATS:
        try:
            return datetime.strptime(plain_value, form).date().isoformat()
        except ValueError:
            continue
    return None

"""From inputs to reports: the doors (files, network) give pages, `parse` makes a report of a page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from onrecord.model import Page, Report
from onrecord.pages import plain
from onrecord.pages.door import Failure, pages_at
from onrecord.pages.encodings import decode

__all__ = ["Failure", "gather", "parse"]


def gather(
    inputs: Sequence[str], *, published: str | None = None, allow_private: bool = False
) -> Iterator[Page | Failure]:
    """The pages of all inputs, in order and one at a time: files, folders, `-`, URLs, feeds.

    `published` is given on to every page that does not bring a date of its own.
    """
    for name in inputs:
        for page in pages_at(name):
            if isinstance(page, Page) and published and not page.published:
                page = replace(page, published=published)
            yield page


def parse(page: Page, published: str | None = None) -> Report:
    """The report of a page.

    Raises:
        UnreadableInput: the page has no text, or is no text.
        TooLarge: the page is over a bound.
    """
    text = decode(page.content, page.encoding, html=page.media_type == "html")
    return Report(
        id=report_id(page),
        source=page.source,
        text=text,
        blocks=plain.blocks(text),
        sha256=page.sha256,
        url=page.url,
        title=page.title,
        published=published or page.published,
        outlet=page.outlet,
        fetched=page.fetched,
    )


def report_id(page: Page) -> str:
    """`r` and 16 hexadecimal digits: a hash over the content and what was given with it."""
    given = (page.url, page.title, page.published, page.outlet)
    digest = hashlib.sha256(page.sha256.encode())
    for value in given:
        digest.update(b"\x00" if value is None else b"\x01" + value.encode("utf-8", "surrogatepass"))
    return "r" + digest.hexdigest()[:16]

"""What tests of the reading room look at: rows by their report, and the shape of a page."""

from __future__ import annotations

from html.parser import HTMLParser

from onrecord.ledger.contract import Ledger

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def key_of(ledger: Ledger, source: str = "dam.txt") -> str:
    return next(entry.report for entry in ledger.reports() if entry.source == source)


class _Shape(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str | None] = []
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.scripts.append(given.get("src"))
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.links += [given["href"] or ""] if "href" in given else []
        self.ids += [given["id"] or ""] if "id" in given else []


def shape(html: str) -> _Shape:
    found = _Shape()
    found.feed(html)
    return found

"""The family page: what became of each statement on the way from one report to the next."""

from __future__ import annotations

import base64
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from onrecord.errors import UsageError
from onrecord.ledger.contract import Ledger
from onrecord.model import Reading
from onrecord.web.access import HEADERS

router = APIRouter()
MOST_REPORTS = 20
MOST_KEPT = 20

Reports = Annotated[list[str] | None, Query(max_length=MOST_REPORTS, description="Two or more reports.")]


@dataclass(slots=True)
class Families:
    """Compares reports of the ledger, one family at a time, and keeps the last comparisons."""

    ledger: Ledger
    _kept: OrderedDict[tuple[str | int, ...], Any] = field(default_factory=OrderedDict)
    _comparing: Lock = field(default_factory=Lock)

    def compare(self, names: list[str]) -> Any:
        """The comparison of the reports of these names. Raises UsageError for fewer than two or unknown ones."""
        keys = tuple(dict.fromkeys(self.ledger.report(name).report for name in names))
        if len(keys) < 2:
            raise UsageError("Choose two reports or more on the list of reports: a comparison needs them.")
        readings = [self.ledger.reading(key) for key in keys]
        # With the readings, because a page that is read again may come to say something else.
        kept: tuple[str | int, ...] = (*keys, *map(hash, readings))
        with self._comparing:
            if kept not in self._kept:
                self._kept[kept] = _compared(readings)
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            return self._kept[kept]


def _compared(readings: list[Reading]) -> Any:
    from onrecord.families import compare

    return compare(readings)


@router.get("/family.json")
def family_json(request: Request, report: Reports = None) -> dict[str, Any]:
    """The comparison of the reports as `onrecord compare --to json` gives it."""
    from onrecord.exports.comparison import comparison_to_json

    return comparison_to_json(_families(request).compare(report or []))


@router.get("/family", response_class=HTMLResponse, include_in_schema=False)
def family(request: Request, report: Reports = None) -> Response:
    """The same as a page of its own, with its own style sheet inside, allowed by its hash."""
    from onrecord.exports.comparison_page import comparison_to_html

    html = comparison_to_html(_families(request).compare(report or []))
    back = (
        '<nav aria-label="Reading room"><a href="/">onrecord: reports</a> · '
        f'<a href="/family.json?{_escaped(request)}">JSON</a></nav>'
    )
    policy = HEADERS["Content-Security-Policy"].replace("style-src 'self'", f"style-src '{_style_hash()}'")
    return HTMLResponse(
        html.replace("<header>", f"{back}<header>", 1).encode("utf-8", "replace"),
        headers={"Content-Security-Policy": policy},
    )


def _escaped(request: Request) -> str:
    return request.url.query.replace("&", "&amp;").replace('"', "%22").replace("<", "%3C")


def _families(request: Request) -> Families:
    families: Families = request.app.state.families
    return families


@cache
def _style_hash() -> str:
    style = resources.files("onrecord.exports").joinpath("comparison.css").read_bytes()
    return f"sha256-{base64.b64encode(hashlib.sha256(style).digest()).decode()}"

"""Templates: one environment, everything escaped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from onrecord.exports.entries import NOTICE
from onrecord.web import plots
from onrecord.web.access import reviewer
from onrecord.web.views import SearchQuery

SEARCH_HELP = (
    ("missile threat", "both words, in any of their forms"),
    ('"sign of weakness"', "the words in this order"),
    (
        "missile OR rocket, missile NOT threat, mobilis*",
        "either; the first without the second; words that begin so",
    ),
    ('voice:Peskov, voice:"Ilse Broman", voice:#12', "who said it: a name, words of one, or a number"),
    ('outlet:"Port Gazette"', "where it was reported"),
    (
        "kind:direct, act:deny, disputed:yes",
        "how the words are given, what was done by saying it, whether denied",
    ),
    ("certainty>=0.8", "the whole band on the speaker's own yardstick is at 80 % or more"),
    ("since:2024-03 until:2024", "first and last day of publication"),
)
"""The language of a search (onrecord.ledger.query), as the search page explains it."""


def render(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """A page made of a template. `may_write`, the notice and the request are always there."""
    access = request.app.state.access
    page = _environment().get_template(template)
    given = {"request": request, "may_write": access.may_write(request), "reviewer": reviewer(request)}
    html = page.render(**given, notice=NOTICE, **values)
    return HTMLResponse(html.encode("utf-8", "replace"), status_code=status)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("onrecord.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["address"] = _address
    environment.filters["web_link"] = _web_link
    environment.filters["query_values"] = query_values
    environment.filters["narrowed"] = narrowed
    environment.globals["band"] = lambda low, high: Markup(plots.band(low, high))
    environment.globals["svg"] = Markup
    environment.globals["search_help"] = SEARCH_HELP
    return environment


def _address(values: Mapping[str, Any]) -> str:
    """The query part of an address, without what is empty."""
    kept = {name: value for name, value in values.items() if value not in ("", None, False)}
    return urlencode(kept)


def query_values(query: SearchQuery) -> dict[str, str]:
    """A search as the names and values of an address."""
    return {**asdict(query), "disputed": {None: "", True: "yes", False: "no"}[query.disputed]}


def narrowed(values: Mapping[str, str], facet: str, value: str) -> dict[str, str]:
    """The search narrowed to one value of a facet."""
    if facet == "month":
        return {**values, "since": value, "until": value}
    return {**values, {"quotation": "kind"}.get(facet, facet): value}


def _web_link(url: str | None) -> str | None:
    """The URL if it is safe to link to: a page may call itself `javascript:…`."""
    return url if url and url.lower().startswith(("http://", "https://")) else None

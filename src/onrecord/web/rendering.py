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
from onrecord.web.views import SearchQuery


def render(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """A page made of a template. `may_write`, the notice and the request are always there."""
    access = request.app.state.access
    page = _environment().get_template(template)
    html = page.render(request=request, may_write=access.may_write(request), notice=NOTICE, **values)
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

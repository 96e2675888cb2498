"""When two addresses name the same article."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from urllib.parse import urlsplit, urlunsplit

import httpx

from onrecord.pages.network import checked, site_of

_PLAIN = re.compile(r"https?://(?:[a-z0-9][a-z0-9-]{0,62}\.){1,8}[a-z]{2,24}/[A-Za-z0-9/_.~-]{0,1000}")
"""Most addresses of articles: canonical as they are, which is quicker seen than made."""
_DOTS = re.compile(r"/\.{1,2}(?:/|$)")


def canonical(url: str) -> str:
    """The address under which an article is known: no fragment, no parts of the query that only follow readers.

    Raises FetchRefused if it is none that is fetched.
    """
    if _PLAIN.fullmatch(url) and not _DOTS.search(url):
        return url
    parsed = checked(url.strip())
    parts = urlsplit(str(parsed))
    kept = [part for part in parts.query.split("&") if part and not _follows(part.partition("=")[0].lower())]
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", "&".join(kept), ""))


def host_of(url: str) -> str:
    """Scheme, host and port of an address: what politeness counts by. Raises FetchRefused if it is none."""
    return site_of(checked(url))


def same_site(url: str, other: str) -> bool:
    """Whether two addresses that were fetched are of one host."""
    return site_of(httpx.URL(url)) == site_of(httpx.URL(other))


def _follows(name: str) -> bool:
    exact, starts = _tracking()
    return name in exact or name.startswith(starts)


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    lines = resources.files(__package__).joinpath("tracking.txt").read_text("utf-8").splitlines()
    names = [line.strip().lower() for line in lines if line.strip() and not line.startswith("#")]
    starts = tuple(name[:-1] for name in names if name.endswith("*"))
    return frozenset(name for name in names if not name.endswith("*")), starts

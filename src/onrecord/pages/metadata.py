"""What a page says of itself: title, authors, date, site, address, language.

JSON-LD of an article comes first, then meta tags, then (for the date) htmldate. What is visible on the page
is reconciled with it in `onrecord.pages.web`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import htmldate

Element = Any

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|LiveBlogPosting|Report|NewsStory)$")
_DATE = re.compile(r"\s{0,9}((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_COMPACT_DATE = re.compile(r"\s{0,9}((?:19|20)\d\d)[/.]?(\d\d)[/.]?(\d\d)(?!\d)")
_BLANKS = re.compile(r"\s+")
_PUBLISHED_NAMES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "article.published", "publish-date", "publication_date", "published-date", "pubdate",
    "originalpublicationdate", "dc.date.issued", "dcterms.created", "dc.date", "rnews:datepublished", "date",
)  # fmt: skip
_AUTHOR_NAMES = (
    "author",
    "article:author_name",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "byl",
    "article:author",
)
_TITLE_NAMES = ("og:title", "twitter:title", "parsely-title", "dc.title", "title")
_SITE_NAMES = ("og:site_name", "application-name", "twitter:site", "cre", "publisher")
_ABOUT_NAMES = ("og:description", "description", "twitter:description")
_SUFFIX = re.compile(r"(?<!\s)\s+(?:[|–—»:·•]|-{1,2})\s+")
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself. `titles` and `abouts` are all wordings of its title and summary."""

    titles: tuple[str, ...]
    abouts: tuple[str, ...]
    authors: tuple[str, ...]
    published: str | None
    site: str | None
    url: str | None
    language: str | None


def metadata(root: Element, given_url: str | None, fetched: str | None) -> Metadata:
    """Read a tree's JSON-LD, meta tags and links. `fetched` bounds the date: nothing is from the future."""
    metas = _metas(root)
    articles = list(_articles(root))
    titles = [_text(a.get(k)) for a in articles for k in ("headline", "name", "alternativeHeadline")]
    titles += [metas.get(name) for name in _TITLE_NAMES]
    titles.append(_BLANKS.sub(" ", " ".join(root.xpath("string(//head/title)").split())) or None)
    abouts = [_text(a.get("description")) for a in articles] + [metas.get(name) for name in _ABOUT_NAMES]
    url = given_url or _address(root, metas)
    return Metadata(
        titles=_distinct(titles),
        abouts=_distinct(abouts),
        authors=_authors(articles, metas),
        published=_published(root, articles, metas, url, fetched),
        site=_site(articles, metas, url),
        url=url,
        language=root.get("lang")
        or root.get("{http://www.w3.org/XML/1998/namespace}lang")
        or _text(metas.get("og:locale")),
    )


def without_site(title: str, site: str | None) -> str:
    """A title without the site's name that many pages append: "Fire in Lund | The Courier"."""
    breaks = list(_SUFFIX.finditer(title))
    if not breaks:
        return title
    head, tail = title[: breaks[-1].start()].strip(), title[breaks[-1].end() :].strip()
    names_site = site is not None and _same(tail, site)
    short_tail = len(tail.split()) <= 4 <= len(head.split())
    return head if head and (names_site or short_tail) else title


def _same(one: str, other: str) -> bool:
    flat = [re.sub(r"\W+", "", name.lower()) for name in (one, other)]
    return bool(flat[0]) and (flat[0] in flat[1] or flat[1] in flat[0])


def _metas(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        value = _text(meta.get("content"))
        if name and value:
            found.setdefault(name.strip().lower(), value)
    return found


def _articles(root: Element) -> Iterator[dict[str, Any]]:
    """The JSON-LD objects of a page that describe an article."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        source = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").rstrip("; \n")
        try:
            stored = json.loads(source, strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _article_objects(stored, 0)


def _article_objects(stored: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(stored, list):
        for item in stored:
            yield from _article_objects(item, depth + 1)
    elif isinstance(stored, dict):
        kinds = stored.get("@type")
        if any(
            isinstance(k, str) and _ARTICLE_TYPES.search(k)
            for k in (kinds if isinstance(kinds, list) else [kinds])
        ):
            yield stored
        for key in ("@graph", "mainEntity"):
            yield from _article_objects(stored.get(key), depth + 1)


def _text(value: Any) -> str | None:
    """A metadata value as one line; None if it is none."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value")
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, str):
        return None
    if "&" in value and ";" in value:
        value = unescape(value)
    return " ".join(value.split()) or None


def _distinct(values: list[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _authors(articles: list[dict[str, Any]], metas: dict[str, str]) -> tuple[str, ...]:
    names: list[str | None] = []
    for article in articles:
        author = article.get("author") or article.get("creator")
        for one in author if isinstance(author, list) else [author]:
            names.append(_text(one))
    if not any(names):
        names = [next((metas[n] for n in _AUTHOR_NAMES if metas.get(n) and "://" not in metas[n]), None)]
    stated = [_BY.sub("", name) for name in names if name and "://" not in name]
    return _distinct([name for name in stated if name.lower() not in _NO_NAMES])[:8]


_NO_NAMES = frozenset(("admin", "administrator", "editor", "webmaster", "author", "guest", "staff"))
"""What publishing systems state as the author where nobody entered one."""
_BY = re.compile(r"^(?:by|von|par|por|di)\s+", re.I)


def _published(
    root: Element, articles: list[dict[str, Any]], metas: dict[str, str], url: str | None, fetched: str | None
) -> str | None:
    stated = [_text(article.get("datePublished")) for article in articles]
    stated += [metas.get(name) for name in _PUBLISHED_NAMES]
    for value in stated:
        day = as_day(value)
        if day:
            return day
    try:
        found = htmldate.find_date(root, original_date=True, url=url, max_date=as_day(fetched))
    except Exception:  # a third party's heuristics on arbitrary trees
        return None
    return as_day(found)


def as_day(value: str | None) -> str | None:
    """The day of a date as machines write it (2023-01-30T…, 20230130), as YYYY-MM-DD; else None."""
    found = _DATE.match(value or "") or _COMPACT_DATE.match(value or "")
    if not found:
        return None
    year, month, day = found.groups()
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _site(articles: list[dict[str, Any]], metas: dict[str, str], url: str | None) -> str | None:
    named = metas.get("og:site_name") or next(
        (_text(a.get("publisher")) for a in articles if a.get("publisher")), None
    )
    named = named or next((metas[name].lstrip("@") for name in _SITE_NAMES if metas.get(name)), None)
    if named and "://" not in named:
        return named
    try:
        host: str | None = urlsplit(url or named or "").hostname
    except ValueError:
        host = None
    return host.removeprefix("www.") if host else None


def _address(root: Element, metas: dict[str, str]) -> str | None:
    canonical = next(
        (link.get("href") for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical"),
        None,
    )
    base = metas.get("og:url")
    for value in (canonical, base):
        try:
            address = str(urljoin(base or "", (value or "").strip()))
            if urlsplit(address).scheme in ("http", "https") and urlsplit(address).hostname:
                return address
        except ValueError:
            continue
    return None

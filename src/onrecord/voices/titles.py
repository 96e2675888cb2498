"""Works called by a title in quotation marks: the documentary “Low Tide”, Marlow’s “Low Tide”, later "the film"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from onrecord.model import Span
from onrecord.voices.entities import Entities, Entity
from onrecord.voices.features import is_called
from onrecord.voices.lexicon import closed
from onrecord.voices.names import Name
from onrecord.voices.scan import Scan
from onrecord.voices.sources import Source

_TITLE = re.compile(r"[“\"‘]([A-Z0-9][^“”\"‘\n]{0,60}?)[,.]?[”\"’](?!\w)")
_WORKS = closed("works")
_MOST_WORDS = 8
_MOST_WORKS = 40
_CAPITAL_SHARE = 0.6


def read_titles(scan: Scan, entities: Entities) -> dict[str, Entity]:
    """The works of a text by title: those that stand right behind a noun such as "documentary", "novel", "series"."""
    places: dict[str, list[Span]] = {}
    heads: dict[str, set[str]] = {}
    for match in _TITLE.finditer(scan.text):
        title = " ".join(match.group(1).split())
        if not _is_title(title):
            continue
        places.setdefault(title, []).append(Span(*match.span(1)))
        i = scan.token_at(match.start()) - 1
        if (
            i >= 0
            and scan.text[scan.tokens[i].end : match.start()] in (" ", ", ")
            and scan.tokens[i].low in _WORKS
        ):
            heads.setdefault(title, set()).add(scan.tokens[i].low)
    works = {}
    for title, nouns in list(heads.items())[:_MOST_WORKS]:
        words = {word.casefold() for word in title.split()} | nouns
        work = entities.described("document", title, "", words, plural=False)
        work.heads |= nouns
        for span in places[title]:
            work.add(span, True)
        works[title] = work
    return works


def outside_titles(names: Sequence[Name], works: dict[str, Entity]) -> list[Name]:
    """The names that stand in no title."""
    titles = sorted(span for work in works.values() for span in work.mentions)
    before = [bisect_left(titles, (name.end, 0)) - 1 for name in names]
    return [name for name, i in zip(names, before, strict=True) if i < 0 or titles[i].end_char <= name.start]


def title_in(works: dict[str, Entity], text: str) -> Entity | None:
    """The work whose title in quotation marks ends a source ("Marlow’s “Low Tide”"), None if there is none."""
    if not works:
        return None
    found = [match for match in _TITLE.finditer(text) if match.end() == len(text.rstrip())]
    return works.get(" ".join(found[-1].group(1).split())) if found else None


def work_called(works: dict[str, Entity], source: Source) -> Entity | None:
    """ "The film", where the text has just one by title."""
    if source.head not in _WORKS or not source.definite or source.words - {source.head}:
        return None
    met = {e.number: e for e in works.values() if e.before(source.start) >= 0 and is_called(source, e)}
    return next(iter(met.values())) if len(met) == 1 else None


def _is_title(text: str) -> bool:
    words = text.split()
    capitals = sum(word[0].isupper() or word[0].isdigit() for word in words)
    return len(words) <= _MOST_WORDS and capitals >= _CAPITAL_SHARE * len(words)

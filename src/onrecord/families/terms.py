"""Words of likelihood in a statement, with a level, for asking whether a retelling put it more or less firmly."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from onrecord.families.words import number_words, rows

_ODDS = re.compile(
    r"\b(?:(?:a|an)\s+)?(?:(?P<percent>\d{1,3}|[a-z]+)\s*(?:%|per\s?cent)\s+(?:probability|chance|likelihood)"
    r"|(?:chance|probability|odds|bets?)\b[^.;]{0,40}?\bone\s+in\s+(?P<in>\d+|[a-z]+)|one\s+in\s+(?P<bare>\d+|[a-z]+))\b",
    re.IGNORECASE,
)


class Term(NamedTuple):
    """A word of likelihood, its place in the text it was looked for in, its level (0 to 1) and its group."""

    text: str
    start_char: int
    end_char: int
    level: float
    group: str


@cache
def _table() -> tuple[re.Pattern[str], dict[str, tuple[float, str]]]:
    entries = [row.split("\t") for row in rows("certainty.tsv")]
    table = {term: (float(level), group) for term, level, group in entries}
    longest_first = sorted(table, key=len, reverse=True)
    joined = "|".join(re.escape(t).replace(r"\ ", r"\s+") for t in longest_first)
    return re.compile(rf"\b(?:{joined})\b", re.IGNORECASE), table


def likelihood_terms(text: str) -> list[Term]:
    """All words of likelihood in a text, in order, the longest where two begin alike."""
    pattern, table = _table()
    found = []
    for match in pattern.finditer(text):
        level, group = table[" ".join(match.group().casefold().split())]
        if group == "modal" and not _is_modal(text, match):
            continue
        found.append(Term(match.group(), match.start(), match.end(), level, group))
    for match in _ODDS.finditer(text):
        found.append(Term(match.group(), match.start(), match.end(), _odds(match), "odds"))
    return sorted(found, key=lambda term: term.start_char)


def _is_modal(text: str, match: re.Match[str]) -> bool:
    """`May` the month and `could not` as inability are no words of likelihood."""
    if match.group() == "May" and match.start() > 0:
        return False
    return not re.match(r"\s*(?:n[’']t|not)\b", text[match.end() : match.end() + 6])


def _odds(match: re.Match[str]) -> float:
    number = match["percent"] or match["in"] or match["bare"]
    value = int(number) if number.isdigit() else int(number_words().get(number.casefold(), "10"))
    return value / 100 if match["percent"] else 1 / max(value, 1)

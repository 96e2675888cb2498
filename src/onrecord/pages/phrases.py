"""Phrases of page furniture: which groups of the table (phrases.tsv) a line holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_TOKEN = re.compile(r"[^\W\d_]+|[^\w\s]|#")
_NUMBER = re.compile(r"\d[\d,.]*")
_BLANKS = re.compile(r"\s+")
_EDGE = " .:;!?»›>→▶…|•·-–—()\"'"
_LONGEST = 600
"""Of a longer line only the first and the last so many characters are looked at: furniture is short."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The table, indexed by a phrase's first token."""

    groups: tuple[str, ...]
    whole: dict[str, str]
    begin: dict[str, tuple[tuple[str, str, bool], ...]]
    """First token to (phrase, group, only at the line's start)."""
    plain: frozenset[str]
    """Phrases that alone make a short line furniture."""

    def groups_in(self, line: str) -> frozenset[str]:
        """The groups of which the line holds a phrase."""
        return frozenset(group for _, group in self.found(line))

    def found(self, line: str) -> set[tuple[str, str]]:
        """The phrases in the line, with their groups."""
        text = normal(line)
        found = set()
        whole = text.strip(_EDGE)
        if whole in self.whole:
            found.add((whole, self.whole[whole]))
        first = True
        for token in _TOKEN.finditer(text):
            at = token.start()
            for phrase, group, at_start in self.begin.get(token.group(), ()):
                if (first or not at_start) and text.startswith(phrase, at) and _ends(text, at + len(phrase)):
                    found.add((phrase, group))
            first = first and not token.group()[0].isalpha()
        return found


@lru_cache(maxsize=1)
def phrases() -> Phrases:
    """The shipped table."""
    whole: dict[str, str] = {}
    begin: dict[str, list[tuple[str, str, bool]]] = {}
    groups: dict[str, None] = {}
    plain = set()
    for line in resources.files(__package__).joinpath("phrases.tsv").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        group, where, phrase = line.split("\t")
        groups[group] = None
        phrase = normal(phrase)
        if where.endswith("!"):
            where = where[:-1]
            plain.add(phrase.strip(_EDGE) if where == "whole" else phrase)
        if where == "whole":
            whole[phrase.strip(_EDGE)] = group
        else:
            token = _TOKEN.match(phrase)
            if token is None:
                raise ValueError(f"phrases.tsv: {phrase!r} has no word to find it by")
            begin.setdefault(token.group(), []).append((phrase, group, where == "start"))
    begins = {token: tuple(rows) for token, rows in begin.items()}
    return Phrases(tuple(groups), whole, begins, frozenset(plain))


def normal(line: str) -> str:
    """The line as phrases are written: lower case, single blanks, straight apostrophes, # for numbers."""
    if len(line) > 2 * _LONGEST:
        line = line[:_LONGEST] + " … " + line[-_LONGEST:]
    line = _BLANKS.sub(" ", line.lower().replace("’", "'").replace("‘", "'")).strip()
    return _NUMBER.sub("#", line)


def _ends(text: str, at: int) -> bool:
    return at >= len(text) or not text[at].isalnum() or not text[at - 1].isalnum()

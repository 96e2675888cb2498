"""The tables of the headline check: word categories, verbs by strength, and what contradicts what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from onrecord.errors import BrokenModel

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Act:
    """Verbs of one sense and one strength."""

    sense: str
    strength: int
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables, read once. Every pattern runs in time linear in the text."""

    words: dict[str, Pattern]
    acts: tuple[Act, ...]
    opposites: tuple[tuple[Pattern, Pattern], ...]

    @classmethod
    def load(cls) -> Tables:
        """Read the three tables. Raises BrokenModel if a line has the wrong number of columns."""
        words = {category: _compiled(pattern) for category, pattern in _rows("words.tsv", 2)}
        acts = tuple(Act(s, int(n), _compiled(p)) for s, n, p in _rows("acts.tsv", 3))
        opposites = tuple((_compiled(a), _compiled(b)) for a, b in _rows("opposites.tsv", 2))
        return cls(words, acts, opposites)


@cache
def _compiled(pattern: str) -> Pattern:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


def _rows(name: str, columns: int) -> list[list[str]]:
    rows = []
    for line in (files("onrecord.headline") / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            row = line.split("\t")
            if len(row) != columns:
                raise BrokenModel(
                    f"headline/{name}: {line!r} has not {columns} columns. Install onrecord again."
                )
            rows.append(row)
    return rows

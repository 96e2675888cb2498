"""Words with their places, and the small word sets of the rules."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from onrecord.errors import BrokenModel
from onrecord.model import Span

_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*|[^\w\s]")
DATA = files("onrecord.certainty") / "data"


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a mark of punctuation."""

    start_char: int
    end_char: int
    lower: str
    """In lower case, with straight apostrophes."""
    capital: bool

    @property
    def is_mark(self) -> bool:
        """Whether it is punctuation."""
        return not self.lower[0].isalnum()


Words = Sequence[Word]


def words_of(text: str, span: Span) -> list[Word]:
    """The words and marks of a run of the text, in order."""
    return [
        Word(m.start(), m.end(), m.group().lower().replace("’", "'"), m.group()[0].isupper())
        for m in _WORD.finditer(text, *span)
    ]


def plain(text: str) -> tuple[str, ...]:
    """The words of a short text as they are compared: lower case, straight apostrophes, no punctuation."""
    return tuple(word.lower for word in words_of(text, Span(0, len(text))) if not word.is_mark)


def data_text(name: str) -> str:
    """The text of a data file of the stage. Raises BrokenModel if it is missing."""
    try:
        return (DATA / name).read_text(encoding="utf-8")
    except OSError as error:
        raise BrokenModel(f"certainty/data/{name} is missing. Install onrecord again.") from error


def table(text: str, columns: int, name: str) -> list[list[str]]:
    """The rows of a tab-separated file without its comments. Raises BrokenModel on a row of another width."""
    rows = [line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for row in rows:
        if len(row) != columns:
            raise BrokenModel(f"{name} has a row that is not {columns} columns wide: {row}. Correct it.")
    return rows


@cache
def _sets() -> dict[str, str]:
    return {name: str(words) for name, words in tomllib.loads(data_text("word_sets.toml")).items()}


@cache
def word_set(name: str) -> frozenset[str]:
    """A set of lower-case words by name. Raises BrokenModel if the file has none of that name."""
    words = _sets().get(name)
    if words is None:
        raise BrokenModel(f"certainty/data/word_sets.toml has no set {name!r}. Install onrecord again.")
    return frozenset(words.split())

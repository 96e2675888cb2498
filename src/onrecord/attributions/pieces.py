"""Cuts very long texts into pieces that are read one by one, so that memory does not grow with the text."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

LONGEST = 48_000
"""Characters read at a time: some 8,000 words, longer than nearly all reports."""
CONTEXT = 1_500
"""Characters before and behind a piece that are read with it but belong to its neighbours."""
_SEARCH = 4_000


@dataclass(frozen=True, slots=True)
class Piece:
    """What is read together, `start_char` to `end_char`; what is kept stands in `first_char` to `last_char`."""

    start_char: int
    end_char: int
    first_char: int
    last_char: int


def pieces(text: str, longest: int = LONGEST, context: int = CONTEXT) -> list[Piece]:
    """The pieces of a text, in order; what they keep covers the text once. Cuts lie between paragraphs if they can."""
    if len(text) <= longest:
        return [Piece(0, len(text), 0, len(text))]
    cuts = [0]
    while len(text) - cuts[-1] > longest:
        cuts.append(_cut(text, cuts[-1] + longest))
    cuts.append(len(text))
    return [
        Piece(_cut(text, a - context) if a > context else 0, min(len(text), b + context), a, b)
        for a, b in pairwise(cuts)
    ]


def _cut(text: str, at: int) -> int:
    """The last place up to `at` where a line begins, else a word, else `at` itself."""
    for sign in ("\n", " "):
        found = text.rfind(sign, max(0, at - _SEARCH), at)
        if found > 0:
            return found + 1
    return at

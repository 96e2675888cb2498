"""Two wordings side by side: how they align word by word, and whether one is the other, shortened or reworded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

from rapidfuzz.distance import Levenshtein

from onrecord.families.records import Mode
from onrecord.families.words import Word, lexicon

Step = Literal["equal", "replace", "delete", "insert"]

_SLACK = 1
"""Function words that may differ in a quotation that still counts as verbatim."""


class Piece(NamedTuple):
    """A run of an alignment: words [from_start, from_end) of one wording against [to_start, to_end) of the other."""

    step: Step
    from_start: int
    from_end: int
    to_start: int
    to_end: int


def alignment(left: Sequence[Word], right: Sequence[Word]) -> list[Piece]:
    """The cheapest word-by-word alignment of two wordings."""
    codes = Levenshtein.opcodes([w.form for w in left], [w.form for w in right], score_hint=8)
    return [Piece(cast(Step, op.tag), op.src_start, op.src_end, op.dest_start, op.dest_end) for op in codes]


def mode_of(words: Sequence[Word], fullest: Sequence[Word]) -> Mode:
    """The mode of a quotation against the fullest form of the utterance."""
    pieces = alignment(fullest, words)
    added = sum(_weight(words[p.to_start : p.to_end]) for p in pieces if p.step in ("insert", "replace"))
    left_out = sum(
        _weight(fullest[p.from_start : p.from_end]) for p in pieces if p.step in ("delete", "replace")
    )
    if added > _SLACK:
        return "reworded"
    return "elided" if left_out > _SLACK else "verbatim"


def _weight(run: Sequence[Word]) -> float:
    return sum(
        0.5 if w.form in lexicon("stopwords.txt") and w.form not in ("not", "no", "never") else 2 for w in run
    )

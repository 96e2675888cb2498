"""Whose likelihood it is: the innermost attribution whose speaker expresses it, else the reporter's."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.certainty.words import word_set, words_of
from onrecord.model import REPORTER, Attribution, Span

_OWN_CHECKS = frozenset({"predicate", "doubt", "with confidence"})


@dataclass(frozen=True, slots=True)
class Held:
    """A run of the text that belongs to an attribution's content or cue."""

    span: Span
    attribution: Attribution
    size: int
    """Characters of the whole content: the smaller, the more inward."""


@dataclass(frozen=True, slots=True)
class Holders:
    """The contents and cues of a reading, for looking up who holds a word."""

    text: str
    contents: tuple[Held, ...]
    cues: tuple[Held, ...]

    def of(self, span: Span, check: str) -> str:
        """The id of the holder of a word of likelihood, or `reporter`.

        In a cue that is nothing but the word ("reportedly", "it was clear") or in which somebody is sure or doubts,
        it is that attribution's own. Where it only tones another cue ("allegedly said") it belongs to the one
        outside: the reporter, or the speaker in whose content the cue stands.
        """
        for held in _over(self.cues, span):
            if check in _OWN_CHECKS or self._is_whole_cue(held.attribution, span):
                return held.attribution.id
        inner = min(
            (held for held in _over(self.contents, span) if held.span.holds(span)),
            key=_inwardness,
            default=None,
        )
        return REPORTER if inner is None else inner.attribution.id

    def _is_whole_cue(self, attribution: Attribution, span: Span) -> bool:
        return all(
            word.is_mark
            or word.lower in word_set("empty_in_cue")
            or span.overlaps(Span(word.start_char, word.end_char))
            for part in attribution.cue
            for word in words_of(self.text, part)
        )


def _inwardness(held: Held) -> tuple[int, int]:
    return held.size, -held.span.start_char


def holders(text: str, attributions: Sequence[Attribution]) -> Holders:
    """Prepare the look-up. Cost grows with the number of spans times its logarithm."""
    contents = [
        Held(part, row, sum(end - start for start, end in row.content))
        for row in attributions
        for part in row.content
    ]
    cues = [Held(part, row, 0) for row in attributions for part in row.cue]
    return Holders(text, _sorted(contents), _sorted(cues))


def _sorted(held: list[Held]) -> tuple[Held, ...]:
    return tuple(sorted(held, key=lambda h: (h.span.start_char, h.span.end_char)))


def _over(held: Sequence[Held], span: Span) -> list[Held]:
    last = bisect_right(held, span.end_char, key=lambda h: h.span.start_char)
    return [h for h in held[:last] if h.span.overlaps(span)]

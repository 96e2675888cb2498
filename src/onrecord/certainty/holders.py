"""Whose likelihood it is: the innermost attribution whose speaker expresses it, else the reporter's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onrecord.certainty.words import word_set, words_of
from onrecord.model import REPORTER, Attribution, Span

_STRETCH = 512
_OWN_CHECKS = frozenset({"predicate", "doubt", "with confidence"})


@dataclass(frozen=True, slots=True)
class Held:
    """A run of the text that belongs to an attribution's content or cue."""

    span: Span
    attribution: Attribution
    size: int
    """Characters of the whole content: the smaller, the more inward."""


Index = Mapping[int, Sequence[Held]]
"""What is held in each stretch of `_STRETCH` characters, by the number of the stretch."""


@dataclass(frozen=True, slots=True)
class Holders:
    """The contents and cues of a reading, for looking up who holds a word."""

    text: str
    contents: Index
    cues: Index

    def of(self, span: Span, check: str) -> str:
        """The id of the holder of a word of likelihood, or `reporter`.

        In a cue that is nothing but the word ("reportedly", "it was clear") or in which somebody is sure or doubts,
        it is that attribution's own; an adverb beside a source is not ("she no doubt paid"). Where it only tones
        another cue ("allegedly said") it belongs to the one outside: the reporter, or the speaker in whose content
        the cue stands.
        """
        for held in _over(self.cues, span):
            whole = self._is_whole_cue(held.attribution, span) and not self._is_adverb_of(
                held.attribution, span
            )
            if check in _OWN_CHECKS or whole:
                return held.attribution.id
        inner = min(
            (held for held in _over(self.contents, span) if held.span.holds(span)),
            key=_inwardness,
            default=None,
        )
        return REPORTER if inner is None else inner.attribution.id

    def _is_adverb_of(self, attribution: Attribution, span: Span) -> bool:
        """ "she no doubt paid", "he apparently left": with a source beside it, an adverb is not the source's own."""
        last = words_of(self.text, span)[-1].lower
        return bool(attribution.source) and (last.endswith("ly") or last in word_set("adverb_end"))

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
    """Prepare the look-up. Cost grows with the number and the length of the spans."""
    contents = (
        Held(part, row, sum(end - start for start, end in row.content))
        for row in attributions
        for part in row.content
    )
    cues = (Held(part, row, 0) for row in attributions for part in row.cue)
    return Holders(text, _index(contents), _index(cues))


def _index(held: Iterable[Held]) -> Index:
    index: dict[int, list[Held]] = {}
    for one in held:
        for stretch in range(one.span.start_char // _STRETCH, one.span.end_char // _STRETCH + 1):
            index.setdefault(stretch, []).append(one)
    return index


def _over(index: Index, span: Span) -> list[Held]:
    stretches = range(span.start_char // _STRETCH, span.end_char // _STRETCH + 1)
    return [held for stretch in stretches for held in index.get(stretch, ()) if held.span.overlaps(span)]

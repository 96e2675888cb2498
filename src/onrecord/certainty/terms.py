"""Finding the words of likelihood and doubt: longest term first, with the words that strengthen it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import get_args

from onrecord.certainty.contexts import CHECKS, Place
from onrecord.certainty.words import Words, data_text, plain, table, word_set
from onrecord.errors import BrokenModel
from onrecord.model import Direction

_STRENGTHENED = frozenset(
    {"likely", "unlikely", "possible", "predicate", "apparent", "absolutely", "of a claim", "probable"}
)
_SEEMING = frozenset({"seems", "appears", "looks"})
_MERGES_WITH_NEXT = _SEEMING | {"modal", "must have"}


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of `data/terms.tsv`."""

    words: tuple[str, ...]
    direction: Direction
    check: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A term in a sentence: words `start` up to `end` (exclusive)."""

    start: int
    """With "seems" or a negation before it."""
    begin: int
    """With its strengtheners only: what a yardstick is asked for."""
    end: int
    term: Term
    direction: Direction
    unnegated: Direction


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All terms by their first word, longest first."""

    by_first: Mapping[str, tuple[Term, ...]]

    def find(self, words: Words) -> list[Hit]:
        """The terms of a sentence that count in their context, apart and in order, before any negation."""
        hits: list[Hit] = []
        i = 0
        while i < len(words):
            term = self._at(words, i)
            if term is None:
                i += 1
                continue
            hits.append(
                _strengthened(words, Hit(i, i, i + len(term.words), term, term.direction, term.direction))
            )
            i += len(term.words)
        return _without_measured(list(_merged(words, hits)), words)

    def _at(self, words: Words, i: int) -> Term | None:
        for term in self.by_first.get(words[i].lower, ()):
            end = i + len(term.words)
            if tuple(word.lower for word in words[i:end]) != term.words:
                continue
            if CHECKS[term.check](Place(words, i, end)):
                return term
        return None


def load_lexicon(more: Mapping[tuple[str, ...], Direction] | None = None) -> Lexicon:
    """Read `data/terms.tsv` and add the terms of `more` that it lacks.

    Raises BrokenModel if a row names an unknown direction or check.
    """
    by_first: dict[str, list[Term]] = {}
    for text, direction, check in table(data_text("terms.tsv"), 3, "certainty/data/terms.tsv"):
        if direction not in get_args(Direction) or check not in CHECKS:
            raise BrokenModel(f"certainty/data/terms.tsv: unknown direction or check in the row of {text!r}.")
        term = Term(plain(text), direction, check)  # type: ignore[arg-type]
        by_first.setdefault(term.words[0], []).append(term)
    for words, told in (more or {}).items():
        terms = by_first.setdefault(words[0], [])
        if all(term.words != words for term in terms):
            terms.append(Term(words, told, "always"))
    return Lexicon(
        {first: tuple(sorted(terms, key=lambda t: -len(t.words))) for first, terms in by_first.items()}
    )


def _strengthened(words: Words, hit: Hit) -> Hit:
    """The hit with "very", "increasingly", "much more" ... before it."""
    if hit.term.check not in _STRENGTHENED:
        return hit
    start = hit.start
    while start > 0 and words[start - 1].lower in word_set("intensifiers") and hit.start - start < 3:
        start -= 1
    # "But" and "all" strengthen only as "all but" and "at all".
    while start < hit.start and words[start].lower in ("but", "at") and words[start + 1].lower != "all":
        start += 1
    strength = {word.lower for word in words[start : hit.start]}
    direction = hit.direction
    if "less" in strength and direction == "likely":
        direction = "unlikely"
    nearly = strength & {"almost", "nearly", "virtually", "practically"} or {"all", "but"} <= strength
    if nearly and direction == "certain":
        direction = "likely"
    return replace(hit, start=start, begin=start, direction=direction, unnegated=direction)


def _merged(words: Words, hits: list[Hit]) -> Iterator[Hit]:
    """Neighbours that say one thing are one: "seems unlikely", "may possibly", "might perhaps"."""
    pending: Hit | None = None
    for hit in hits:
        if pending is not None and pending.end == hit.start and pending.term.check in _MERGES_WITH_NEXT:
            pending = _joined(pending, hit)
            continue
        if pending is not None:
            yield pending
        pending = hit
    if pending is not None:
        yield pending


def _joined(first: Hit, second: Hit) -> Hit:
    """The second with the first before it; what only seems certain is likely."""
    if first.term.check == "must have" or (first.term.check in _SEEMING and second.direction == "certain"):
        return replace(second, start=first.start, direction=first.direction, unnegated=first.direction)
    return replace(second, start=first.start)


def _without_measured(hits: list[Hit], words: Words) -> list[Hit]:
    """Without the "chance" of which the same sentence says how remote it is: the two are one statement."""
    kept: list[Hit] = []
    for hit in hits:
        if hit.term.check == "remote" and kept and words[kept[-1].end - 1].lower in word_set("measured"):
            kept.pop()
        kept.append(hit)
    return kept

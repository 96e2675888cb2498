"""Scope: which negation before a term turns its direction, and into what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from onrecord.certainty.terms import Hit
from onrecord.certainty.words import Words, word_set
from onrecord.model import Direction

_REACH = 6
_TURNED: Mapping[Direction, Direction] = {
    "likely": "unlikely",
    "unlikely": "likely",
    "possible": "unlikely",
    "certain": "doubtful",
    "doubtful": "certain",
}
_UNTURNED_CHECKS = frozenset({"modal", "must have", "reported", "absolutely", "potential"})
_STANDS_APART = frozenset(
    [
        "perhaps",
        "maybe",
        "possibly",
        "probably",
        "certainly",
        "clearly",
        "obviously",
        "apparently",
        "definitely",
    ]
)


def negated(words: Words, hit: Hit) -> Hit:
    """The hit with its direction as negated, and from the negation on, if one before it reaches it.

    "Not likely" is unlikely, "no chance" unlikely, "not sure" doubtful, "little doubt" certain. A negation behind
    the term ("probably won't", "likely not") belongs to the proposition and leaves the direction as it is.
    """
    if hit.term.check in _UNTURNED_CHECKS or _is_sentence_adverb(hit):
        return hit
    at = _negation_before(words, hit.start)
    if at is None:
        return hit
    direction = _TURNED[hit.direction]
    if hit.term.words[0] in ("impossible", "inconceivable", "unthinkable"):
        direction = "possible"
    return replace(hit, start=at, direction=direction)


def _is_sentence_adverb(hit: Hit) -> bool:
    return len(hit.term.words) == 1 and hit.term.words[0] in _STANDS_APART


def _negation_before(words: Words, start: int) -> int | None:
    for i in range(start - 1, max(-1, start - 1 - _REACH), -1):
        word = words[i].lower
        if word in word_set("negations") or word in word_set("negative_determiners"):
            following = words[i + 1].lower if i + 1 < len(words) else ""
            return None if following in word_set("no_negation_before") else i
        if word not in word_set("between"):
            return None
    return None

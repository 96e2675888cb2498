"""Analytic confidence ("we assess with high confidence"): how well founded a judgement is, not how probable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from onrecord.certainty.words import Words

Level = Literal["low", "moderate", "high"]
_LEVELS: dict[str, Level] = {"low": "low", "moderate": "moderate", "medium": "moderate", "high": "high"}
_JUDGEMENTS = frozenset(
    ["assessment", "assessments", "judgment", "judgement", "judgments", "judgements", "conclusion", "finding"]
)
_DEGREES = frozenset(["degree", "degrees", "level", "levels"])


@dataclass(frozen=True, slots=True)
class Confidence:
    """A statement of analytic confidence: words `start` up to `end` (exclusive) of a sentence."""

    start: int
    end: int
    level: Level


def find_confidence(words: Words) -> Confidence | None:
    """The first statement of analytic confidence in a sentence, None if there is none.

    "High confidence" counts behind "with" or "of", in brackets, before "that", or in an assessment; confidence in
    persons, courts or markets does not.
    """
    for i, word in enumerate(words):
        if word.lower != "confidence":
            continue
        at = i - 1
        if at > 1 and words[at].lower == "of" and words[at - 1].lower in _DEGREES:
            at -= 2
        level = _LEVELS.get(words[at].lower) if at >= 0 else None
        if level is not None and _is_analytic(words, at, i):
            start = at - 1 if at > 0 and words[at - 1].lower == "very" else at
            return Confidence(start, i + 1, level)
    return None


def _is_analytic(words: Words, start: int, end: int) -> bool:
    before = {word.lower for word in words[max(0, start - 3) : start]}
    behind = words[end + 1].lower if end + 1 < len(words) else ""
    if behind == "in":
        return any(word.lower in _JUDGEMENTS for word in words[end + 2 : end + 6])
    return bool(before & {"with", "(", "have", "has", "had", "is", "of"}) or behind in (
        "that",
        ")",
        "assessment",
    )

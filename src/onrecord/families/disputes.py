"""Denials across reports: which utterance denies which, and where a reader does not learn of it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from onrecord.errors import BrokenModel
from onrecord.families.pairs import other_day
from onrecord.families.words import lexicon, opens_negated, words
from onrecord.model import DisputeKind

FEATURES = (
    "likeness",
    "context",
    "rank",
    "denial_cue",
    "negation",
    "opens_negated",
    "correction",
    "voices_differ",
    "newcomer",
    "quoted",
    "claim_drifted",
    "nearby",
    "claim_first",
    "found_within",
    "claim_size",
    "alone",
)


_SILENCE = re.compile(
    r"\b(?:comment|(?:could|would)\s+not\s+(?:be\s+)?reach(?:ed)?|not\s+(?:answer|respond(?:ed)?|return(?:ed)?)|said\s+nothing)\b"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What disputes are told by, of one utterance."""

    texts: tuple[str, ...]
    sentences: tuple[str, ...]
    contexts: NDArray[np.float32]
    voice: str
    reports: tuple[int, ...]
    places: tuple[tuple[int, int], ...]
    """(report, number of the segment in it) of each rendering."""
    first: int
    """Rank in time of the earliest report that gives it."""
    drifted: bool
    """Whether some rendering puts it more firmly than its origin."""
    quoted: bool
    """Whether some rendering is in quotation marks."""
    newcomer: bool
    """Whether its voice does not speak in the first report."""


def cued(denial: Statement) -> bool:
    """Whether a statement denies, negates or sets right, is no refusal to comment, and is of no other day."""
    around = " ".join(denial.sentences)
    if _SILENCE.search(around) or other_day().search(around):
        return False
    texts = [[w.form for w in words(text)] for text in (*denial.texts, *denial.sentences)]
    return any(_any(texts, name) for name in ("denials.txt", "negations.txt", "corrections.txt"))


def negated(claim: Statement) -> bool:
    """Whether a statement opens with a negation, so that it is not what others deny."""
    return opens_negated(claim.texts[0])


def features(
    claim: Statement, denial: Statement, *, likeness: float, rank: int, found_within: bool
) -> list[float]:
    """Features of the question whether `denial` denies `claim`, in the order of FEATURES.

    `likeness` is the highest first likeness of their segments, `rank` the place of this claim among all by it.
    """
    around = [[w.form for w in words(text)] for text in denial.sentences]
    own = [[w.form for w in words(text)] for text in denial.texts]
    near = min((abs(a - b) for r, a in claim.places for s, b in denial.places if r == s), default=9)
    return [
        likeness,
        float((claim.contexts @ denial.contexts.T).max()),
        1 / (1 + rank),
        _any(around, "denials.txt"),
        _any(own, "negations.txt"),
        float(any(map(opens_negated, denial.texts))),
        _any(around, "corrections.txt"),
        float(bool(claim.voice and denial.voice) and claim.voice != denial.voice),
        float(denial.newcomer),
        float(denial.quoted),
        float(claim.drifted),
        float(near <= 2),
        float(claim.first < denial.first),
        float(found_within),
        min(len(set(claim.reports)), 6) / 3,
        float(len(denial.places) == 1),
    ]


def _any(texts: Sequence[Sequence[str]], lexicon_name: str) -> float:
    known = lexicon(lexicon_name)
    return float(any(form in known for forms in texts for form in forms))


@dataclass(frozen=True, slots=True)
class DisputeScorer:
    """Weights of FEATURES and the sum from which a denial counts. Set by hand: a dozen examples are too few to fit."""

    weights: NDArray[np.float64]
    threshold: float

    def strength(self, row: Sequence[float]) -> float:
        """How strongly the features speak for the denial being aimed at the claim."""
        return float(np.array(row) @ self.weights)


@cache
def dispute_scorer() -> DisputeScorer:
    """The weights that ship. Raises BrokenModel if they are of another version."""
    text = (
        resources.files("onrecord.families").joinpath("weights", "disputes.json").read_text(encoding="utf-8")
    )
    record = json.loads(text)
    if tuple(record["weights"]) != FEATURES:
        raise BrokenModel("families/weights/disputes.json is of another version than families/disputes.py")
    return DisputeScorer(np.array(list(record["weights"].values())), float(record["threshold"]))


def kind_of(denial: Statement) -> DisputeKind:
    """The kind of a dispute by the denial's words."""
    forms = {w.form for text in denial.sentences for w in words(text)}
    if forms & lexicon("corrections.txt"):
        return "corrects"
    if forms & {"rejected", "rejects", "reject", "dismissed", "dismisses"}:
        return "rejects"
    if forms & {"doubt", "doubts", "doubted", "questioned", "doubtful", "sceptical", "skeptical"}:
        return "doubts"
    return "denies"

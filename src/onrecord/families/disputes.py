"""Denials across reports: which utterance denies which, and where a reader does not learn of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from onrecord.errors import BrokenModel
from onrecord.families.words import lexicon, words
from onrecord.model import DisputeKind

FEATURES = (
    "likeness",
    "context",
    "denial_cue",
    "negation",
    "correction",
    "same_voice",
    "claim_drifted",
    "nearby",
    "claim_first",
    "denial_in_origin",
    "found_within",
    "claim_size",
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What disputes are told by, of one utterance."""

    texts: tuple[str, ...]
    sentences: tuple[str, ...]
    vectors: NDArray[np.float32]
    contexts: NDArray[np.float32]
    voice: str
    reports: tuple[int, ...]
    places: tuple[tuple[int, int], ...]
    """(report, number of the segment in it) of each rendering."""
    first: int
    """Rank in time of the earliest report that gives it."""
    drifted: bool
    """Whether some rendering puts it more firmly than its origin."""
    owned: bool
    """Whether its origin stands in the speaker's own text."""


def features(claim: Statement, denial: Statement, *, found_within: bool) -> list[float]:
    """Features of the question whether `denial` denies `claim`, in the order of FEATURES."""
    forms = {w.form for text in denial.sentences for w in words(text)}
    own = {w.form for text in denial.texts for w in words(text)}
    near = min((abs(a - b) for r, a in claim.places for s, b in denial.places if r == s), default=9)
    return [
        float((claim.vectors @ denial.vectors.T).max()),
        float((claim.contexts @ denial.contexts.T).max()),
        float(bool(forms & lexicon("denials.txt"))),
        float(bool(own & lexicon("negations.txt"))),
        float(bool(forms & lexicon("corrections.txt"))),
        float(bool(claim.voice) and claim.voice == denial.voice),
        float(claim.drifted),
        float(near <= 2),
        float(claim.first < denial.first),
        float(denial.first == 0),
        float(found_within),
        min(len(set(claim.reports)), 6) / 3,
    ]


@dataclass(frozen=True, slots=True)
class DisputeScorer:
    """A logistic regression over FEATURES, made by training/families/disputes.py."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float
    threshold: float

    def probability(self, row: Sequence[float]) -> float:
        """Probability that the denial is aimed at the claim."""
        value = (np.array(row) - self.mean) / self.scale @ self.weights + self.bias
        return float(1 / (1 + np.exp(-value)))


@cache
def dispute_scorer() -> DisputeScorer:
    """The trained scorer that ships. Raises BrokenModel if its weights are of another version."""
    text = (
        resources.files("onrecord.families").joinpath("weights", "disputes.json").read_text(encoding="utf-8")
    )
    record = json.loads(text)
    if tuple(record["features"]) != FEATURES:
        raise BrokenModel(
            "families/weights/disputes.json is of another version; run training/families/train.py"
        )
    mean, scale, weights = (np.array(record[k]) for k in ("mean", "scale", "weights"))
    return DisputeScorer(mean, scale, weights, float(record["bias"]), float(record["threshold"]))


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

"""How alike two segments are, as numbers, and the probability that they render one utterance."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from onrecord.encoder import Pieces
from onrecord.errors import BrokenModel
from onrecord.families.segments import Segment
from onrecord.families.terms import likelihood_terms
from onrecord.families.words import lexicon, opens_negated, stem, words

Matrix = NDArray[np.float32]

_NAME = re.compile(r"(?<![.!?“\"‘] )(?<!^)\b[A-ZČŠŽ][\w’'-]+")
_NUMBER = re.compile(r"\d")
_UNRELATED = 0.35
"""Cosine below which two words' vectors say nothing."""
_NEIGHBOURS = 8
"""Segments most alike from which it is told how like everything a segment is."""
_NO_CHANCE = 5
"""Words from which the same words are the same statement, whatever else speaks against it."""
FEATURES = (
    "cosine",
    "centred",
    "context",
    "overlap_min",
    "overlap_max",
    "shared",
    "alignment",
    "short",
    "soft_min",
    "soft_max",
    "pieces",
    "pieces_about",
    "best_for_one",
    "best_for_both",
    "margin",
    "numbers_shared",
    "numbers_differ",
    "names_shared",
    "names_differ",
    "level_near",
    "level_far",
    "level_one_sided",
    "both_quoted",
    "one_quoted",
    "same_report",
    "headline",
    "negation_differs",
    "other_day",
    "voice_same",
    "voice_differs",
    "place",
)


@dataclass(frozen=True, slots=True)
class Traits:
    """What a segment is compared by."""

    text: str
    content: tuple[str, ...]
    """Words that are neither function words nor verbs of saying."""
    stems: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    level: float | None
    negated: bool
    opens_negated: bool
    past: bool
    voice: str | None
    kind: str
    report: int
    place: float
    form: str


def traits(segment: Segment, text: str, place: float, voice: str | None) -> Traits:
    """The traits of a segment whose words are `text`; `place` is where in the report it stands, 0 to 1."""
    found = words(text)
    content = [
        w.form
        for w in found
        if w.form not in lexicon("stopwords.txt") and w.form not in lexicon("saying.txt")
    ]
    terms = [t for t in likelihood_terms(text) if t.group not in ("expectation", "certainty", "confidence")]
    return Traits(
        text=text,
        content=tuple(dict.fromkeys(content)),
        stems=frozenset(stem(form) for form in content),
        numbers=frozenset(form for form in content if _NUMBER.match(form)),
        names=frozenset(m.group().removesuffix("’s").casefold() for m in _NAME.finditer(text)),
        level=terms[0].level if terms else None,
        negated=any(w.form in lexicon("negations.txt") for w in found),
        opens_negated=opens_negated(text),
        past=other_day().search(text) is not None,
        voice=voice,
        kind=segment.kind,
        report=segment.report,
        place=place,
        form=" ".join(w.form for w in found),
    )


@cache
def other_day() -> re.Pattern[str]:
    """Words that put a saying on another day: `in July`, `last month`."""
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    return re.compile(
        rf"\b(?:in|last|since)\s+(?:{months})\b|\blast\s+(?:month|year|week)\b|\b(?:earlier|a\s+fortnight|months?\s+ago|years?\s+ago)\b",
        re.IGNORECASE,
    )


def idf(rows: Sequence[Traits]) -> dict[str, float]:
    """Inverse document frequency of stems, over segments."""
    count = Counter(s for row in rows for s in row.stems)
    return {s: log(1 + len(rows) / c) for s, c in count.items()}


def similarity(rows: Sequence[Traits], vectors: Matrix) -> Matrix:
    """A first likeness float32 [n, n]: vectors about their mean, and words weighted by how rare they are."""
    weights = idf(rows)
    column = {s: k for k, s in enumerate(weights)}
    counts = np.zeros((len(rows), len(column)), np.float32)
    for i, row in enumerate(rows):
        for s in row.stems:
            counts[i, column[s]] = weights[s] ** 0.5
    shared = counts @ counts.T
    size = np.maximum(np.diag(shared), 1e-6)
    overlap = shared / np.sqrt(size[:, None] * size[None, :])
    return np.asarray(0.5 * centred(vectors) @ centred(vectors).T + 0.5 * overlap, np.float32)


def centred(vectors: Matrix) -> Matrix:
    """Vectors less half their mean, of length one: what all segments share says nothing."""
    if len(vectors) < 3:
        return vectors
    rest = vectors - 0.7 * vectors.mean(axis=0)
    return np.asarray(rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-6), np.float32)


class Vocabulary(NamedTuple):
    """The content words of all segments, with their vectors."""

    words: Sequence[str]
    vectors: Matrix


@dataclass(frozen=True, slots=True)
class Field:
    """All segments under comparison, with what their pairs are measured by."""

    rows: Sequence[Traits]
    vectors: Matrix
    """Of the segments' own words, float32 [n, 384]."""
    middle: Matrix
    """The same about their mean."""
    contexts: Matrix
    """Of the sentences that the segments stand in."""
    base: Matrix
    best: NDArray[np.float32]
    """[n, reports]: the highest first likeness of a segment to any in each report."""
    second: NDArray[np.float32]
    weights: dict[str, float]
    """Inverse document frequencies of stems."""
    places: dict[str, int]
    """Row of a word in `kinship`."""
    kinship: Matrix
    """How near two words are in meaning, 0 to 1."""
    pieces: Matrix
    """How well two segments' word pieces cover each other in their contexts."""
    usual: NDArray[np.float32]
    """The mean of each segment's highest values in `pieces`: what is like everything says little."""


def field(
    rows: Sequence[Traits],
    vectors: Matrix,
    contexts: Matrix,
    known: Vocabulary,
    pieces: Sequence[Pieces],
) -> Field:
    """Prepare segments for comparison; quadratic in their number, so meant for the reports on one matter."""
    base = similarity(rows, vectors)
    reports = max(row.report for row in rows) + 1 if rows else 0
    best, second = np.zeros((2, len(rows), reports), np.float32)
    for report in range(reports):
        inside = [i for i, row in enumerate(rows) if row.report == report]
        if inside:
            ranked = np.sort(base[:, inside], axis=1)
            best[:, report] = ranked[:, -1]
            second[:, report] = ranked[:, -2] if len(inside) > 1 else 0
    places = {word: k for k, word in enumerate(known.words)}
    near = kinship(known)
    covered = coverage(pieces)
    usual = np.sort(covered, axis=1)[:, -_NEIGHBOURS:].mean(axis=1) if len(rows) else np.zeros(0, np.float32)
    middle = centred(vectors)
    return Field(rows, vectors, middle, contexts, base, best, second, idf(rows), places, near, covered, usual)


def coverage(segments: Sequence[Pieces]) -> Matrix:
    """How well the pieces of two segments cover each other, [n, n], -1 to 1, the diagonal 0.

    Each piece counts with its likeness to the nearest piece of the other segment, rare pieces for more; the mean of
    both directions (Khattab and Zaharia's late interaction, 2020, weighted).
    """
    sizes = [len(s.ids) for s in segments]
    out = np.zeros((len(segments), len(segments)), np.float32)
    full = [k for k, size in enumerate(sizes) if size]
    if not full:
        return out
    starts = np.cumsum([0, *(sizes[k] for k in full[:-1])])
    every = np.concatenate([segments[k].vectors for k in full])
    count = Counter(int(i) for s in segments for i in set(s.ids.tolist()))
    for k in full:
        near = np.maximum.reduceat(segments[k].vectors @ every.T, starts, axis=1)
        weights = np.array([log(1 + len(segments) / count[int(i)]) for i in segments[k].ids], np.float32)
        out[k, full] = weights @ near / weights.sum()
    np.fill_diagonal(out, 0)
    return np.asarray((out + out.T) / 2, np.float32)


def vocabulary(rows: Sequence[Traits]) -> list[str]:
    """The content words of all rows, sorted."""
    return sorted({word for row in rows for word in row.content})


def kinship(known: Vocabulary) -> Matrix:
    """Likeness of words from their vectors; a number is like itself only."""
    near = np.clip((known.vectors @ known.vectors.T - _UNRELATED) / (1 - _UNRELATED), 0, 1)
    digits = [k for k, word in enumerate(known.words) if word[:1].isdigit()]
    near[digits, :] = 0
    near[:, digits] = 0
    np.fill_diagonal(near, 1)
    return np.asarray(near, np.float32)


def features(about: Field, pairs: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    """Features float64 [len(pairs), len(FEATURES)], in the order of FEATURES."""
    out = np.zeros((len(pairs), len(FEATURES)))
    for k, (i, j) in enumerate(pairs):
        values = _meaning(about, i, j) | _words(about, i, j) | _circumstances(about.rows[i], about.rows[j])
        out[k] = [values[name] for name in FEATURES]
    return out


def same_words(about: Field, i: int, j: int) -> bool:
    """Whether one of two segments has all words of the other in their order, and enough of them to be no chance."""
    short, long = sorted((about.rows[i].form, about.rows[j].form), key=len)
    return short.count(" ") >= _NO_CHANCE - 1 and f" {short} " in f" {long} "


def _meaning(about: Field, i: int, j: int) -> dict[str, float]:
    a, b = about.rows[i], about.rows[j]
    here = float(about.base[i, j])
    if a.report == b.report:
        first, other, margin = 0.0, 0.0, 0.0
    else:
        first = float(here >= about.best[i, b.report] - 1e-6)
        other = float(here >= about.best[j, a.report] - 1e-6)
        rivals = about.second if first and other else about.best
        margin = here - max(float(rivals[i, b.report]), float(rivals[j, a.report]))
    return {
        "cosine": float(about.vectors[i] @ about.vectors[j]),
        "centred": float(about.middle[i] @ about.middle[j]),
        "context": float(about.contexts[i] @ about.contexts[j]),
        "pieces": float(about.pieces[i, j]),
        "pieces_about": float(2 * about.pieces[i, j] - about.usual[i] - about.usual[j]),
        "best_for_one": float(first or other),
        "best_for_both": float(first and other),
        "margin": margin,
    }


def _words(about: Field, i: int, j: int) -> dict[str, float]:
    a, b = about.rows[i], about.rows[j]
    shared = sum(about.weights[s] for s in a.stems & b.stems)
    sizes = sorted(max(sum(about.weights[s] for s in row.stems), 1.0) for row in (a, b))
    likeness = fuzz.partial_ratio(a.form, b.form, score_cutoff=60) / 100
    return {
        "overlap_min": shared / sizes[0],
        "overlap_max": shared / sizes[1],
        "shared": min(shared, 20.0) / 10,
        "alignment": likeness if min(len(a.form), len(b.form)) > 20 else 0.0,
        "short": float(min(len(a.stems), len(b.stems)) < 3),
        **_soft(about, a, b),
    }


def _soft(about: Field, a: Traits, b: Traits) -> dict[str, float]:
    """How much of each side has a word of like meaning on the other, rare words counting more."""
    if not a.content or not b.content:
        return {"soft_min": 0.0, "soft_max": 0.0}
    left, right = ([about.places[w] for w in row.content] for row in (a, b))
    near = about.kinship[np.ix_(left, right)]
    covered = []
    for row, found in ((a, near.max(axis=1)), (b, near.max(axis=0))):
        weights = np.array([about.weights[stem(w)] for w in row.content])
        covered.append(float(found @ weights / weights.sum()))
    return {"soft_min": min(covered), "soft_max": max(covered)}


def _circumstances(a: Traits, b: Traits) -> dict[str, float]:
    both_levels = a.level is not None and b.level is not None
    gap = abs((a.level or 0) - (b.level or 0))
    return {
        "numbers_shared": float(len(a.numbers & b.numbers)),
        "numbers_differ": float(bool(a.numbers and b.numbers and not a.numbers & b.numbers)),
        "names_shared": float(min(len(a.names & b.names), 3)),
        "names_differ": float(bool(a.names and b.names and not a.names & b.names)),
        "level_near": float(both_levels and gap < 0.12),
        "level_far": float(both_levels and gap >= 0.25),
        "level_one_sided": float((a.level is None) != (b.level is None)),
        "both_quoted": float(a.kind == b.kind == "quotation"),
        "one_quoted": float((a.kind == "quotation") != (b.kind == "quotation")),
        "same_report": float(a.report == b.report),
        "headline": float((a.kind == "headline") != (b.kind == "headline")),
        "negation_differs": float(a.negated != b.negated),
        "other_day": float(a.past != b.past),
        "voice_same": float(a.voice is not None and a.voice == b.voice),
        "voice_differs": float(None not in (a.voice, b.voice) and a.voice != b.voice),
        "place": abs(a.place - b.place),
    }


@dataclass(frozen=True, slots=True)
class Scorer:
    """A logistic regression over FEATURES, made by training/families/train.py."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float

    def probabilities(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability per row that the pair renders one utterance."""
        return np.asarray(1 / (1 + np.exp(-((table - self.mean) / self.scale @ self.weights + self.bias))))


@cache
def scorer() -> Scorer:
    """The trained scorer that ships. Raises BrokenModel if its weights are damaged or of another version."""
    text = resources.files("onrecord.families").joinpath("weights", "pairs.json").read_text(encoding="utf-8")
    record = json.loads(text)
    if tuple(record["features"]) != FEATURES:
        raise BrokenModel("families/weights/pairs.json is of another version; run training/families/train.py")
    mean, scale, weights = (np.array(record[k]) for k in ("mean", "scale", "weights"))
    return Scorer(mean, scale, weights, float(record["bias"]))

"""Which report took from which: credit lines, shared wording, order in time; and copies under another headline."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from onrecord.errors import BrokenModel
from onrecord.families.records import Source
from onrecord.families.words import lexicon, words
from onrecord.model import Reading

_GRAM = 5
_MARGINS = 2
_COMMON = frozenset(
    ("source", "first", "published", "daily", "news", "more", "read", "times", "the", "sign", "video")
)
_NO_ACCIDENT = 2
"""Statements in common that unrelated reports seldom seem to have."""
_COPIED = 0.7
"""Share of a report's word 5-grams that stand in another's text from which it is a copy."""
_PAPER = re.compile(
    r"\b(?:newspapers?|tabloids?|papers?|press|website|post|retellers|headlines|media|wire\s+service|agency)\b",
    re.I,
)
_CREDIT = re.compile(
    r"(?:\b(?:Source|First\s+published\s+in|Originally\s+published\s+(?:in|by)|Via)\b:?[^.\n]{0,80})|\([A-Z][^()\n]{1,30}\)\s*[–—-]",
    re.I,
)
_PROPER = re.compile(r"\b[A-Z][\w’'&]+")


@dataclass(frozen=True, slots=True)
class Texture:
    """What a report's lineage is told by."""

    grams: frozenset[tuple[str, ...]]
    names: frozenset[str]
    """Proper names that may be the outlet's own: of its first lines, its furniture, its dateline."""
    credits: frozenset[str]
    """Proper names in credit lines."""
    press: bool
    """Whether the report speaks of what papers wrote."""


def textures_of(readings: Sequence[Reading]) -> list[Texture]:
    """The textures of readings. A name in more than two reports' margins is the matter's, not an outlet's."""
    rows = [_texture(reading) for reading in readings]
    count = Counter(name for row in rows for name in row.names)
    return [replace(row, names=frozenset(n for n in row.names if count[n] <= _MARGINS)) for row in rows]


def _texture(reading: Reading) -> Texture:
    report = reading.report
    grams: set[tuple[str, ...]] = set()
    for block in report.blocks:
        if block.kind not in ("furniture", "headline", "byline", "dateline"):
            run = [w.form for w in words(report.at(block))]
            grams |= {tuple(run[k : k + _GRAM]) for k in range(len(run) - _GRAM + 1)}
    margins = [report.at(b) for b in report.blocks if b.kind in ("furniture", "byline", "dateline")]
    credit = " ".join(m.group() for m in _CREDIT.finditer(report.text))
    own = " ".join([*margins, credit, report.outlet or "", report.site or "", report.byline or ""])
    body = " ".join(report.at(b) for b in report.blocks if b.kind == "body")
    return Texture(frozenset(grams), _proper(own), _proper(credit), bool(_PAPER.search(body)))


def _proper(text: str) -> frozenset[str]:
    found = {m.group().casefold().removesuffix("’s") for m in _PROPER.finditer(text)}
    return frozenset(f for f in found if f not in lexicon("stopwords.txt") and f not in _COMMON)


def copies(textures: Sequence[Texture], ranks: Sequence[int]) -> list[int | None]:
    """For each report the one it is a copy of: the earliest whose text holds most of its own."""
    found: list[int | None] = []
    for k, mine in enumerate(textures):
        held = [
            (ranks[j], j)
            for j, other in enumerate(textures)
            if ranks[j] < ranks[k]
            and mine.grams
            and len(mine.grams & other.grams) >= _COPIED * len(mine.grams)
        ]
        found.append(min(held)[1] if held else None)
    return found


@dataclass(frozen=True, slots=True)
class Ties:
    """What links two reports, the later one first, beside their wording."""

    utterances: int
    """Utterances that both give."""
    nearest: float
    """Share of the later one's renderings whose likeliest earlier rendering stands in the other, 0 to 1."""
    strengthened: bool
    """Whether the earlier one puts something more firmly than its origin."""
    follows: float
    """Share of the later one's strengthened renderings that the earlier one has strengthened too."""


_STRANGERS = Ties(0, 0.0, False, 0.0)

FEATURES = (
    "earliest",
    "shared",
    "rare_shared",
    "credit",
    "credit_elsewhere",
    "nearest",
    "press",
    "follows",
    "rank",
    "just_before",
)


@dataclass(frozen=True, slots=True)
class Field:
    """All reports under comparison, with what their lineage is told by."""

    textures: Sequence[Texture]
    ranks: Sequence[int]
    """Places in time."""
    ties: Mapping[tuple[int, int], Ties]
    """By (later, earlier) report."""
    copied: Sequence[int | None]
    """For each report the one it is a copy of."""


def features(field: Field, later: int, earlier: int) -> list[float]:
    """Features of the question whether `later` took from `earlier`, in the order of FEATURES."""
    textures, ranks, ties = field.textures, field.ranks, field.ties
    mine, other = textures[later], textures[earlier]
    shared = mine.grams & other.grams
    elsewhere = frozenset().union(
        *(t.grams for k, t in enumerate(textures) if k not in (later, earlier) and ranks[k] < ranks[later])
    )
    credited = [k for k, t in enumerate(textures) if k != later and mine.credits & t.names]
    tie = ties.get((later, earlier), _STRANGERS)
    return [
        float(ranks[earlier] == min(ranks)),
        min(len(shared), 30) / 10,
        min(len(shared - elsewhere), 30) / 10,
        float(earlier in credited),
        float(bool(credited) and earlier not in credited),
        tie.nearest,
        float(mine.press and tie.strengthened),
        tie.follows,
        float(ranks[later] - ranks[earlier]),
        float(ranks[later] - ranks[earlier] == 1),
    ]


@dataclass(frozen=True, slots=True)
class EdgeScorer:
    """A logistic regression over FEATURES, made by training/families/train.py."""

    weights: NDArray[np.float64]
    bias: float
    threshold: float

    def probability(self, row: Sequence[float]) -> float:
        """Probability that the later report took from the earlier one."""
        return float(1 / (1 + np.exp(-(np.array(row) @ self.weights + self.bias))))


@cache
def edge_scorer() -> EdgeScorer:
    """The trained scorer that ships. Raises BrokenModel if its weights are of another version."""
    text = (
        resources.files("onrecord.families").joinpath("weights", "lineage.json").read_text(encoding="utf-8")
    )
    record = json.loads(text)
    if tuple(record["features"]) != FEATURES:
        raise BrokenModel(
            "families/weights/lineage.json is of another version; run training/families/train.py"
        )
    return EdgeScorer(np.array(record["weights"]), float(record["bias"]), float(record["threshold"]))


def tied(field: Field, later: int, earlier: int) -> bool:
    """Whether anything but the order in time speaks for a tie: shared wording, a credit, or more than one statement."""
    mine, other = field.textures[later], field.textures[earlier]
    common = field.ties.get((later, earlier), _STRANGERS).utterances
    return common >= _NO_ACCIDENT or bool(mine.grams & other.grams) or bool(mine.credits & other.names)


def taken_from(ids: Sequence[str], field: Field, scorer: EdgeScorer) -> list[tuple[Source, ...]]:
    """For each report those it took from, likeliest first; a copy took from what it copies and nothing else."""
    found: list[tuple[Source, ...]] = []
    for later, copy in enumerate(field.copied):
        if copy is not None:
            found.append((Source(ids[copy], "the same text", 1.0),))
            continue
        rows = [
            (scorer.probability(row), earlier, row)
            for earlier in range(len(ids))
            if field.ranks[earlier] < field.ranks[later] and field.copied[earlier] is None
            if tied(field, later, earlier)
            for row in [features(field, later, earlier)]
        ]
        chosen = sorted((r for r in rows if r[0] >= scorer.threshold), key=lambda r: (-r[0], r[1]))
        found.append(tuple(Source(ids[e], _why(row), round(p, 3)) for p, e, row in chosen))
    return found


def _why(row: Sequence[float]) -> str:
    told = dict(zip(FEATURES, row, strict=True))
    reasons = [
        text
        for name, text in (
            ("credit", "credited"),
            ("rare_shared", "wording shared with no other earlier report"),
            ("shared", "shared wording"),
            ("nearest", "statements in common"),
            ("press", "it speaks of what others wrote"),
            ("earliest", "the first on the matter"),
        )
        if told[name] > 0
    ]
    return "; ".join(reasons[:3]) or "order in time"

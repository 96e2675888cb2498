"""The method of the disputes stage: score denials, rank their targets, keep the pairs that are likely enough.

Small models trained by training/disputes on the layers: a logistic model on a statement's own features, the gate, rules
out six statements in seven; one that also knows the statements around tells denials from what is left; a linear one
on vectors of the words in context has a say in what that does not rule out; and a conditional one chooses the claim
among the report's attributions and the clause inside the denial. For that, wording is compared by stems weighted by
how rare they are in the report; sentence vectors chose the claim no better in cross-validation.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

import numpy as np

from onrecord.disputes.claims import inside
from onrecord.disputes.features import (
    Features,
    Rarity,
    context_features,
    denial_features,
    inside_features,
    pair_features,
    rarity,
    same_speaker,
    standing_out,
)
from onrecord.disputes.lexicon import Lexicon
from onrecord.disputes.meaning import Meaning, vectors_of
from onrecord.disputes.statements import Statement, statements
from onrecord.disputes.words import cue_span, in_words, kind_of
from onrecord.errors import BrokenModel
from onrecord.model import Dispute, Reading, Span

MADE_BY = "disputes_v1"
GATE = -2.8
"""Least score of a statement's own features to be set against others: spares six in seven the comparing."""
LOOK = -1.3
"""Least score of the readable features to be looked at for its meaning: spares 24 vectors in 25."""
BEFORE, AFTER = 60, 15
"""How many statements before and after a denial are tried as its claim: keeps the cost linear in the report."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The trained numbers: a weight for each feature of a denial and of a pair, and the thresholds."""

    gate: dict[str, float]
    """For a statement's own features alone."""
    denial: dict[str, float]
    meaning: Meaning
    mix: tuple[float, float, float]
    """Constant, and weights of the denial's score by features and by meaning."""
    pair: dict[str, float]
    power: float
    """How much the probability of the target counts beside that of the denial."""
    least: float
    """Least probability of denial and target together."""

    @classmethod
    def load(cls) -> Weights:
        """Read `weights.json`. Raises BrokenModel if it is missing or lacks a part."""
        try:
            data = json.loads((files("onrecord.disputes") / "weights.json").read_text(encoding="utf-8"))
            constant, *vector = data["meaning"]
            meaning = Meaning(np.array(vector, np.float64), constant)
            return cls(
                data["gate"],
                data["denial"],
                meaning,
                tuple(data["mix"]),
                data["pair"],
                data["power"],
                data["least"],
            )
        except (OSError, ValueError, KeyError) as error:
            raise BrokenModel(
                f"disputes/weights.json is damaged ({error}). Install onrecord again."
            ) from error


@dataclass(frozen=True, slots=True)
class Target:
    """A claim that a denial may be aimed at, with its features."""

    end: str | Span
    statement: Statement | None
    """None for the claim that stands inside the denial."""
    features: Features


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that may be a denial, with its features and the claims it may be aimed at."""

    statement: Statement
    features: Features
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A denial with the claim chosen for it and how likely the two are."""

    denial: Candidate
    target: Target
    probability: float


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the candidates of a reading share."""

    reading: Reading
    lexicon: Lexicon
    units: Sequence[Statement]
    rare: Rarity


def candidates(reading: Reading, lexicon: Lexicon, gate: dict[str, float] | None = None) -> list[Candidate]:
    """The statements of a reading that the gate lets through, all without one, as possible denials in text order."""
    units = statements(reading, lexicon)
    scene = _Scene(reading, lexicon, units, rarity(units))
    owns = enumerate(denial_features(unit) for unit in units)
    return [_candidate(i, own, scene) for i, own in owns if gate is None or score(own, gate) >= GATE]


def _candidate(index: int, own: Features, scene: _Scene) -> Candidate:
    units, rare = scene.units, scene.rare
    unit = units[index]
    near = [u for u in units[max(0, index - BEFORE) : index + AFTER + 1] if _may_be_claim(u, unit)]
    found = [Target(_told(u, unit), u, pair_features(unit, u, rare)) for u in near]
    standing_out(unit, [t.features for t in found])
    features = own | context_features(own, [t.features for t in found])
    stated = inside(unit, scene.reading, scene.lexicon)
    if stated is not None and stated[0] != unit.end:
        clause, how = stated
        best = max((t.features["overlap"] for t in found if "same_voice" not in t.features), default=0.0)
        found.append(Target(clause, None, inside_features(unit, how, best)))
    return Candidate(unit, features, tuple(found))


def _may_be_claim(claim: Statement, denial: Statement) -> bool:
    """Whether a statement may be a denial's claim: an attribution other than the denial and what it stands in.

    What the same voice, or hardly a word, relays inside the denial is no claim either.
    """
    return (
        claim.is_attribution
        and bool(claim.stems)
        and claim.end != denial.end
        and claim.end not in denial.holders
        and not (denial.end in claim.holders and (same_speaker(claim, denial) or len(claim.stems) < 2))
    )


def _told(claim: Statement, denial: Statement) -> str | Span:
    """The statement that is denied: what somebody relays is denied as that one's, unless the denial relays it."""
    shared = {denial.end, *denial.holders}
    outer = [holder for holder in claim.holders if holder not in shared]
    return claim.end if denial.end in claim.holders or not outer else outer[-1]


def score(features: Features, weights: dict[str, float]) -> float:
    """The weighted sum of features."""
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def probability(total: float) -> float:
    """The logistic function, safe for large totals."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def denies(by_features: float, by_meaning: float, mix: tuple[float, float, float]) -> float:
    """The probability that a statement is a denial, from its two scores."""
    constant, of_features, of_meaning = mix
    return probability(constant + of_features * by_features + of_meaning * by_meaning)


def link(candidate: Candidate, likely: float, weights: Weights) -> Link | None:
    """A denial, `likely` one, with its likeliest claim, or None if there is nothing it could be aimed at."""
    if not candidate.targets:
        return None
    totals = [score(t.features, weights.pair) for t in candidate.targets]
    top = max(totals)
    # A statement and what it relays are one claim: their chances add up.
    chances: dict[str | Span, float] = {}
    for target, total in zip(candidate.targets, totals, strict=True):
        chances[target.end] = chances.get(target.end, 0.0) + math.exp(total - top)
    end = max(chances, key=lambda e: chances[e])
    _, target = max(
        ((x, t) for x, t in zip(totals, candidate.targets, strict=True) if t.end == end), key=lambda p: p[0]
    )
    chosen = chances[end] / sum(chances.values())
    return Link(candidate, target, likely * chosen**weights.power)


def find(reading: Reading, lexicon: Lexicon, weights: Weights) -> tuple[Dispute, ...]:
    """The disputes of one reading, in text order of the denials."""
    scored = [(score(c.features, weights.denial), c) for c in candidates(reading, lexicon, weights.gate)]
    looked = [(by_features, c) for by_features, c in scored if by_features >= LOOK]
    meanings = weights.meaning.scores(vectors_of([c.statement for _, c in looked]))
    links = [
        link(c, denies(by_features, by_meaning, weights.mix), weights)
        for (by_features, c), by_meaning in zip(looked, meanings, strict=True)
    ]
    likely = [x for x in links if x is not None and x.probability >= weights.least]
    kept = without_echoes(likely)
    return tuple(replace(_dispute(x, reading, lexicon), id=f"d{i}") for i, x in enumerate(kept, start=1))


def without_echoes(links: Sequence[Link]) -> list[Link]:
    """One link where a denial was found twice, as the outer and as the inner of two nested attributions."""
    kept: list[Link] = []
    for new in sorted(links, key=lambda x: -x.probability):
        a = new.denial.statement
        nested = (b.end in a.holders or a.end in b.holders for b in (k.denial.statement for k in kept))
        if not any(nested):
            kept.append(new)
    return sorted(kept, key=lambda x: (x.denial.statement.start_char, x.denial.statement.end_char))


def _dispute(found: Link, reading: Reading, lexicon: Lexicon) -> Dispute:
    unit, target = found.denial.statement, found.target
    return Dispute(
        id="",
        claim=target.end,
        denial=unit.end,
        kind=kind_of(unit, lexicon),
        cue=cue_span(unit, reading, lexicon),
        why=in_words(unit, target.statement, target.features, lexicon),
        confidence=round(found.probability, 3),
        made_by=MADE_BY,
    )

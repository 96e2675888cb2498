"""The method of the headline stage: align, name the differences, judge.

The judgement is made of two logistic models on few features, trained by training/headline on the headlines of the
layers: is the piece commentary, and does its headline say more than the body. What contradicts what is a table.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from onrecord.errors import BrokenModel
from onrecord.headline.body import Line, Parts
from onrecord.headline.differences import Statement, differences
from onrecord.headline.features import Features, commentary, inflation
from onrecord.headline.support import Support, support
from onrecord.headline.tables import Tables
from onrecord.model import Difference, HeadlineCheck, Reading, Span, Verdict

MADE_BY = "headline_v1"


@dataclass(frozen=True, slots=True)
class Weights:
    """The trained numbers."""

    commentary: dict[str, float]
    inflation: dict[str, float]
    least_commentary: float
    least_inflation: float
    least_missing: float
    """A headline that says more, with this share of its wording nowhere in the body, is unsupported."""

    @classmethod
    def load(cls) -> Weights:
        """Read `weights.json`. Raises BrokenModel if it is missing or lacks a part."""
        try:
            data = json.loads((files("onrecord.headline") / "weights.json").read_text(encoding="utf-8"))
            return cls(
                data["commentary"],
                data["inflation"],
                data["least_commentary"],
                data["least_inflation"],
                data["least_missing"],
            )
        except (OSError, ValueError, KeyError) as error:
            raise BrokenModel(
                f"headline/weights.json is damaged ({error}). Install onrecord again."
            ) from error


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a headline before it is judged."""

    parts: Parts
    rests: Support
    differences: tuple[Difference, ...]
    opposite: Difference | None
    """The words of the headline and those of the body that contradict them."""
    commentary: Features
    inflation: Features


def evidence(reading: Reading, of: Parts, tables: Tables) -> Evidence | None:
    """The evidence on a report's headline; None if the report has no headline or no body."""
    title, body = of.title, of.body
    if not title or not body:
        return None
    rests = support(title, body)
    statement = Statement(title, of.span)
    found = differences(statement, rests, reading, tables)
    opposite = _opposite(statement, body, tables)
    return Evidence(
        parts=of,
        rests=rests,
        differences=found,
        opposite=opposite,
        commentary=commentary(title, body, reading, tables),
        inflation=inflation(title, rests, found, body, tables),
    )


def _opposite(statement: Statement, body: Sequence[Line], tables: Tables) -> Difference | None:
    for claimed, contrary in tables.opposites:
        match = claimed.search(statement.text)
        if match is None or contrary.search(statement.text):
            continue
        for line in body:
            hit = contrary.search(line.text)
            if hit is not None:
                start = line.span.start_char
                return Difference("act", statement.at(match), Span(start + hit.start(), start + hit.end()))
    return None


def probability(features: Features, weights: dict[str, float]) -> float:
    """The logistic function of the weighted sum of features."""
    total = sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def judge(found: Evidence, weights: Weights) -> tuple[Verdict, float]:
    """The verdict on a headline and how sure it is."""
    opinion = probability(found.commentary, weights.commentary)
    signs = sum(found.commentary[name] for name in ("person", "opinion", "questions", "by_author"))
    if opinion >= weights.least_commentary and signs > 0:
        return "opinion", opinion
    if found.opposite is not None:
        return "contradicted", 0.6
    more = probability(found.inflation, weights.inflation)
    if more < weights.least_inflation:
        return "supported", (1 - more) * (1 - opinion)
    return ("unsupported" if found.inflation["missing"] >= weights.least_missing else "strengthened"), more


def check(reading: Reading, of: Parts, tables: Tables, weights: Weights) -> HeadlineCheck | None:
    """The check of a report's headline, None if there is none."""
    found = evidence(reading, of, tables)
    if found is None:
        return None
    verdict, sure = judge(found, weights)
    shown = found.differences if verdict in ("strengthened", "unsupported", "contradicted") else ()
    if verdict == "contradicted" and found.opposite is not None:
        shown = (found.opposite, *(d for d in shown if d != found.opposite))
    return HeadlineCheck(
        verdict=verdict,
        checked=found.parts.span,
        rests_on=rests_on(found.rests),
        differences=shown,
        confidence=round(sure, 3),
        why=_in_words(verdict, found, shown, reading),
        made_by=MADE_BY,
    )


def rests_on(rests: Support) -> tuple[str, ...]:
    """Ids of the attributions that carry a statement's wording, best first; none if the reporter's own words do."""
    if rests.own_share >= rests.said_share:
        return ()
    return tuple(dict.fromkeys(i for line in rests.lines[:3] for i in line.holders[:1]))


def _in_words(verdict: Verdict, found: Evidence, shown: Sequence[Difference], reading: Reading) -> str:
    if verdict == "opinion":
        return "the writer speaks in his or her own person or judges; the headline is taken as a view"
    if verdict == "supported":
        rest = (
            "too little of it put otherwise"
            if found.differences
            else "nothing found that it adds or leaves out"
        )
        return f"{found.rests.anywhere:.0%} of its wording is in the body, {rest}"
    reasons = [_reason(d, reading) for d in shown]
    if found.inflation["loud"]:
        reasons.append("words of emphasis that the body does not have")
    if found.inflation["missing"] >= 0.3:
        reasons.append(f"{found.inflation['missing']:.0%} of its wording is nowhere in the body")
    return "; ".join(dict.fromkeys(reasons)) or "its wording differs from all that the body has"


def _reason(difference: Difference, reading: Reading) -> str:
    body = " ".join(reading.report.at(difference.body).split())[:120]
    return {
        "source dropped": f"the body has it from “{body}”",
        "certainty": f"the body has it only as “{body}”",
        "act": f"against “{body}” in the body",
        "actor": f"the body has “{body}” do it",
        "scope": f"the body says “{body}”",
        "number": f"the body has “{body}”",
    }[difference.what]

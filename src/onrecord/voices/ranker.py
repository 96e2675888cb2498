"""Chooses who is meant: a linear model over named features, one softmax a choice.

Every feature counts twice, for itself and together with the class of the anaphor, so that rare classes lean on
the common ones (Daumé 2007, "Frustratingly easy domain adaptation").
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from onrecord.errors import BrokenModel

Features = Sequence[str]


@dataclass(frozen=True, slots=True)
class Ranker:
    """Weights by feature; what is not in them weighs nothing."""

    weights: Mapping[str, float]

    def chances(self, anaphor: str, candidates: Iterable[Features]) -> list[float]:
        """The probability of each candidate of one choice; they add up to 1."""
        weight = self.weights.get
        scores = []
        for features in candidates:
            score = 0.0
            for name in features:
                score += weight(name, 0.0) + weight(f"{anaphor}|{name}", 0.0)
            scores.append(score)
        if not scores:
            return []
        top = max(scores)
        powers = [math.exp(score - top) for score in scores]
        total = sum(powers)
        return [power / total for power in powers]


def load_ranker() -> Ranker:
    """The trained weights. Raises BrokenModel if they are missing or damaged."""
    path = files("onrecord.voices").joinpath("data", "ranker.json")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return Ranker({str(name): float(value) for name, value in record["weights"].items()})
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise BrokenModel("the voices stage's weights cannot be read; reinstall onrecord") from error

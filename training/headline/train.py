"""Train the headline stage on the headlines of the layers: `python -m training.headline.train [--seeds N]`.

Prints cross-validated accuracy and the false alarms on fair headlines (mean and spread over splits), then fits on all
headlines and writes `src/onrecord/headline/weights.json`. Deterministic. Certainties are read by the certainty stage,
because the gold layers are marked by another reading of the text.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluation.corpora import gold_reading, layers
from onrecord import certainty
from onrecord.headline import method
from onrecord.headline.body import parts
from onrecord.headline.method import Evidence, Weights, evidence, judge
from onrecord.headline.tables import Tables
from training.disputes.fit import logistic, matrix

WEIGHTS = Path(method.__file__).with_name("weights.json")
PRIOR: dict[str, dict[str, float]] = json.loads(
    Path(__file__).with_name("prior.json").read_text(encoding="utf-8")
)
"""Weights set by hand, from which the data pull away: 96 headlines are too few to learn them from nothing."""
COMMENTARY_PENALTY, INFLATION_PENALTY = 8.0, 8.0
LEAST_COMMENTARY, LEAST_INFLATION, LEAST_MISSING = 0.25, 0.36, 0.45
FOLDS = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A headline's evidence and its gold verdict."""

    found: Evidence
    verdict: str


def examples() -> list[Example]:
    """The headlines of the training layers."""
    records = layers("train")
    tables, read_certainties = Tables.load(), certainty.load()
    readings = read_certainties([gold_reading(record) for record in records])
    pairs = (
        (evidence(r, parts(r), tables), g["headline"]["verdict"])
        for r, g in zip(readings, records, strict=True)
    )
    return [Example(found, verdict) for found, verdict in pairs if found is not None]


def fit(data: Sequence[Example]) -> Weights:
    """Weights from examples."""
    news = [e for e in data if e.verdict != "opinion"]
    return Weights(
        commentary=_fitted(
            "commentary",
            [e.found.commentary for e in data],
            [e.verdict == "opinion" for e in data],
            COMMENTARY_PENALTY,
        ),
        inflation=_fitted(
            "inflation",
            [e.found.inflation for e in news],
            [e.verdict != "supported" for e in news],
            INFLATION_PENALTY,
        ),
        least_commentary=LEAST_COMMENTARY,
        least_inflation=LEAST_INFLATION,
        least_missing=LEAST_MISSING,
    )


def _fitted(
    part: str, rows: Sequence[dict[str, float]], right: Sequence[bool], penalty: float
) -> dict[str, float]:
    names = sorted(PRIOR[part])
    prior = np.array([PRIOR[part][n] for n in names])
    w = logistic(matrix(rows, names), np.array(right, float), penalty, prior)
    return {n: round(float(v), 4) for n, v in zip(names, w, strict=True)}


def out_of_fold(data: Sequence[Example], seed: int) -> list[str]:
    """The verdict on each headline by weights that have not seen it."""
    order = list(range(len(data)))
    random.Random(seed).shuffle(order)
    verdicts = [""] * len(data)
    for fold in range(FOLDS):
        held = set(order[fold::FOLDS])
        weights = fit([e for i, e in enumerate(data) if i not in held])
        for i in held:
            verdicts[i] = judge(data[i].found, weights)[0]
    return verdicts


def accuracy(data: Sequence[Example], verdicts: Sequence[str]) -> float:
    """Share of right verdicts."""
    return sum(e.verdict == v for e, v in zip(data, verdicts, strict=True)) / len(data)


def false_alarms(data: Sequence[Example], verdicts: Sequence[str]) -> float:
    """Share of the supported headlines that are called strengthened, unsupported or contradicted."""
    fair = [v for e, v in zip(data, verdicts, strict=True) if e.verdict == "supported"]
    return sum(v not in ("supported", "opinion") for v in fair) / len(fair)


def main() -> None:
    """Cross-validate, fit on everything, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="splits to cross-validate on")
    arguments = parser.parse_args()
    data = examples()
    folds = [out_of_fold(data, seed) for seed in range(arguments.seeds)]
    for name, values in (
        ("accuracy", [accuracy(data, v) for v in folds]),
        ("false alarms on fair headlines", [false_alarms(data, v) for v in folds]),
    ):
        spread = f"{min(values):.3f} to {max(values):.3f}"
        print(f"{name}: {statistics.mean(values):.3f} ({spread}) on {len(data)} headlines, {FOLDS} folds")
    weights = fit(data)
    WEIGHTS.write_text(
        json.dumps(
            {
                "about": "logistic weights, trained by training/headline on 96 annotated headlines",
                "least_commentary": weights.least_commentary,
                "least_inflation": weights.least_inflation,
                "least_missing": weights.least_missing,
                "commentary": weights.commentary,
                "inflation": weights.inflation,
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    print(f"wrote {WEIGHTS.name}")


if __name__ == "__main__":
    main()

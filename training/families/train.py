"""Train the scorers of families, of pairs of segments and of lineage.

Run `python -m training.families.train [--write]`.

Every figure printed is of families left out of both trainings. The weights of disputes are set by hand. Deterministic:
the regressions are solved by Newton's method from zero. With `--write` the weights are fitted on all families and
written to the package.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.families import Family, families, score
from onrecord.encoder import piece_vectors, sentence_vectors
from onrecord.families import comparing, disputes, lineage, pairs
from onrecord.families.comparing import Models
from onrecord.families.matter import Matter, prepare
from onrecord.families.records import Comparison
from onrecord.families.segments import Segment
from onrecord.pipeline import Pipeline

Table = NDArray[np.float64]
WEIGHTS = Path(pairs.__file__).parent / "weights"
PAIR_PENALTY, EDGE_PENALTY = 10.0, 1.0
EDGE_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Sample:
    """A family made ready: its segments' features and gold labels."""

    family: Family
    matter: Matter
    pairs: Table
    same: NDArray[np.bool_]
    utterance: tuple[str | None, ...]
    """Gold utterance of each segment."""


def sample(family: Family) -> Sample:
    """Label a family's pairs: positive where both segments lie on renderings of one utterance."""
    matter = prepare(family.readings, sentence_vectors, piece_vectors)
    labels = tuple(gold_utterances(family, matter.segments))
    every = list(combinations(range(len(labels)), 2))
    same = np.array([labels[i] is not None and labels[i] == labels[j] for i, j in every])
    return Sample(family, matter, pairs.features(matter.field, every), same, labels)


def gold_utterances(family: Family, segments: Sequence[Segment]) -> list[str | None]:
    """The gold utterance that each segment renders: that with which it shares most, half of the shorter at least."""
    places = {row["id"]: k for k, row in enumerate(family.gold["reports"])}
    gold = []
    for utterance in family.gold["utterances"]:
        for row in utterance["renderings"]:
            report = places[row["report"]]
            gold.append((utterance["id"], report, *_find(family.readings[report].report.text, row)))
    found: list[str | None] = []
    for segment in segments:
        size = sum(e - s for s, e in segment.spans)
        shared = [
            (sum(max(0, min(e, b) - max(s, a)) for s, e in segment.spans), name, b - a)
            for name, report, a, b in gold
            if report == segment.report
        ]
        fitting = [(n, name) for n, name, length in shared if n and n >= 0.5 * min(size, length)]
        found.append(max(fitting)[1] if fitting else None)
    return found


def _find(text: str, row: dict[str, Any]) -> tuple[int, int]:
    start = -1
    for _ in range(int(row.get("n", 1))):
        start = text.find(row["text"], start + 1)
    return start, start + len(row["text"])


def logistic(table: Table, labels: NDArray[np.bool_], penalty: float) -> tuple[Table, Table, Table, float]:
    """Mean, scale, weights and bias of an L2-penalised logistic regression, by Newton's method."""
    mean, scale = table.mean(axis=0), table.std(axis=0) + 1e-6
    x = np.c_[(table - mean) / scale, np.ones(len(table))]
    ridge = np.eye(x.shape[1]) * penalty
    ridge[-1, -1] = 0
    weights = np.zeros(x.shape[1])
    for _ in range(100):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (labels - p) - ridge @ weights
        step = np.linalg.solve((x * (p * (1 - p) + 1e-9)[:, None]).T @ x + ridge, gradient)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return mean, scale, weights[:-1], float(weights[-1])


def fit_pairs(samples: Sequence[Sample]) -> pairs.Scorer:
    """The pair scorer of some families."""
    table, labels = np.concatenate([s.pairs for s in samples]), np.concatenate([s.same for s in samples])
    return pairs.Scorer(*logistic(table, labels, PAIR_PENALTY))


def fit_lineage(samples: Sequence[Sample], scorer: pairs.Scorer) -> lineage.EdgeScorer:
    """The lineage scorer of some families, on utterances that the pair scorer makes."""
    edges: list[tuple[list[float], bool]] = []
    for one in samples:
        _, made = comparing.grouped(one.matter, scorer)
        edges += _edges(one, [m for m in made if len(m[0].renderings) > 1])
    table, labels = _stack(edges)
    mean, scale, weights, bias = logistic(table, labels, EDGE_PENALTY)
    plain = weights / scale
    return lineage.EdgeScorer(plain, bias - float(mean @ plain), EDGE_THRESHOLD)


def _stack(rows: Sequence[tuple[list[float], bool]]) -> tuple[Table, NDArray[np.bool_]]:
    return np.array([row for row, _ in rows]), np.array([label for _, label in rows])


def _edges(one: Sample, made: Sequence[Any]) -> list[tuple[list[float], bool]]:
    matter, gold = one.matter, one.family.gold["reports"]
    textures = lineage.textures_of(matter.readings)
    copied = lineage.copies(textures, matter.ranks)
    field = lineage.Field(textures, matter.ranks, comparing.ties(matter, made), copied)
    return [
        (lineage.features(field, a, b), gold[b]["id"] in gold[a]["taken_from"])
        for a in range(len(gold))
        for b in range(len(gold))
        if copied[a] is None and copied[b] is None and matter.ranks[b] < matter.ranks[a]
    ]


def fit(samples: Sequence[Sample]) -> Models:
    """The scorers of some families."""
    scorer = fit_pairs(samples)
    return Models(scorer, fit_lineage(samples, scorer), disputes.dispute_scorer())


def write(models: Models) -> None:
    """Write the weights to the package."""
    WEIGHTS.mkdir(exist_ok=True)
    for name, model, features in (
        ("pairs", models.pairs, pairs.FEATURES),
        ("lineage", models.lineage, lineage.FEATURES),
    ):
        record: dict[str, Any] = {"made_by": "training/families/train.py", "features": list(features)}
        for field in model.__slots__:
            value = getattr(model, field)
            record[field] = (
                [round(float(v), 6) for v in value] if isinstance(value, np.ndarray) else round(value, 6)
            )
        (WEIGHTS / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def left_out(samples: Sequence[Sample]) -> list[Comparison]:
    """Each family compared with scorers that never saw it."""
    return [
        comparing.compared(one.matter, fit([other for other in samples if other is not one]))
        for one in samples
    ]


def main() -> None:
    """Print the figures with one family left out at a time; write the weights if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write weights fitted on all families")
    parser.add_argument("--given", action="store_true", help="take dates and outlets from the gold")
    arguments = parser.parse_args()
    samples = [sample(family) for family in families(Pipeline.load(), given=arguments.given)]
    for measure, value in score(left_out(samples)).items():
        print(f"{measure:14s} {value}")
    if arguments.write:
        write(fit(samples))


if __name__ == "__main__":
    main()

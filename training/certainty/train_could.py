"""Trains the linear classifier that tells "could" as likelihood: `python -m training.certainty.train_could`.

Logistic regression with an L2 penalty on the features of `onrecord.certainty.modals.could_features`, over all
occurrences of "could" in the training layers; the penalty is chosen by cross-validation over documents, the weights
are then fitted on all of them and written to `src/onrecord/certainty/data/could.json`. Seconds on one core.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.corpora import ROOT, layers
from onrecord.certainty.modals import LEAST_SCORE, could_features
from onrecord.certainty.words import words_of
from onrecord.wording import sentences

FOLDS = 12
PENALTIES = (0.1, 0.3, 0.6, 1.0, 2.0, 4.0, 8.0, 16.0)
STEPS = 400
FEWEST = 2
"""Features seen less often are left out."""
SMALLEST = 0.02
"""Weights nearer to zero are not written."""
TARGET = ROOT / "src" / "onrecord" / "certainty" / "data" / "could.json"

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One "could": its features, whether it is marked as likelihood, and the number of its document."""

    features: frozenset[str]
    marked: bool
    document: int


def examples() -> list[Example]:
    """Every "could" of the training layers."""
    found = []
    for number, record in enumerate(layers("train")):
        marks = [row["span"] for row in record["certainties"]]
        for sentence in sentences(record["text"]):
            words = words_of(record["text"], sentence)
            for i, word in enumerate(words):
                if word.lower == "could":
                    marked = any(start < word.end_char and word.start_char < end for start, end in marks)
                    found.append(Example(frozenset(could_features(words, i)), marked, number))
    return found


def names_of(rows: list[Example]) -> list[str]:
    """The features seen often enough, in order."""
    counts: dict[str, int] = {}
    for row in rows:
        for name in row.features:
            counts[name] = counts.get(name, 0) + 1
    return sorted(name for name, count in counts.items() if count >= FEWEST)


def matrix(rows: list[Example], names: list[str]) -> Matrix:
    """One row an example, one column a feature: [examples, features] of 0 and 1."""
    return np.array([[name in row.features for name in names] for row in rows], dtype=np.float64)


def fit(x: Matrix, y: Matrix, penalty: float, free: int) -> Matrix:
    """Weights [features] of a logistic regression by Newton's method; the weight at `free` is not penalised."""
    weights = np.zeros(x.shape[1])
    ridge = np.full(x.shape[1], penalty)
    ridge[free] = 1e-3
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (y - p) - ridge * weights
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def cross_validated(rows: list[Example], penalty: float) -> tuple[float, float]:
    """Accuracy and F1 of the marked class over documents left out in turn."""
    right = hit = guessed = 0
    for fold in range(FOLDS):
        train = [row for row in rows if row.document % FOLDS != fold]
        test = [row for row in rows if row.document % FOLDS == fold]
        if not test:
            continue
        names = names_of(train)
        weights = fit(
            matrix(train, names), np.array([float(r.marked) for r in train]), penalty, names.index("bias")
        )
        scores = matrix(test, names) @ weights
        for row, score in zip(test, scores, strict=True):
            right += (score > LEAST_SCORE) == row.marked
            hit += score > LEAST_SCORE and row.marked
            guessed += score > LEAST_SCORE
    marked = sum(row.marked for row in rows)
    return right / len(rows), 2 * hit / (guessed + marked)


def main() -> None:
    """Choose the penalty, fit, write."""
    rows = examples()
    tried = {penalty: cross_validated(rows, penalty) for penalty in PENALTIES}
    for penalty, (accuracy, f1) in tried.items():
        print(f"penalty {penalty:5.1f}  accuracy {accuracy:.3f}  F1 {f1:.3f}")
    penalty = max(tried, key=lambda p: tried[p])
    names = names_of(rows)
    weights = fit(
        matrix(rows, names), np.array([float(r.marked) for r in rows]), penalty, names.index("bias")
    )
    kept = {name: round(float(w), 3) for name, w in zip(names, weights, strict=True) if abs(w) >= SMALLEST}
    accuracy, f1 = tried[penalty]
    record = {
        "made_by": "python -m training.certainty.train_could",
        "trained_on": f"the training layers: {len(rows)} times 'could', {sum(r.marked for r in rows)} marked",
        "penalty": penalty,
        "cross_validated": {"accuracy": round(accuracy, 3), "f1": round(f1, 3)},
        "weights": kept,
    }
    TARGET.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Trains the voices stage's ranker on the voices of the layers data, deterministically, with numpy alone.

    python -m training.voices.train_ranker [--folds 4]

The resolver runs over each report with the gold attributions; at every choice the gold voice's candidate, if it is
among them, is the right answer, and the resolver goes on from it (teacher forcing). The weights maximise the
likelihood of the right candidates under one softmax a choice, with an L2 penalty. With --folds, reports are split
by their place in the file and held-out accuracy by class is printed; the weights written are those of all reports.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.corpora import gold_reading, layers
from evaluation.voices import bare, norm, verdict
from onrecord.model import Reading
from onrecord.voices.features import AUTHOR, NEW, NONE, Anaphor
from onrecord.voices.lexicon import lexicon
from onrecord.voices.ranker import Ranker
from onrecord.voices.resolve import resolve
from onrecord.voices.state import Candidate
from onrecord.voices.table import name_voices

OUT = Path(__file__).resolve().parents[2] / "src" / "onrecord" / "voices" / "data" / "ranker.json"
PENALTY = 0.6
"""Strength of the L2 penalty on weights shared by all classes."""
CLASS_PENALTY = 1.2
"""The same on weights of one class."""
STEPS = 300
SMALLEST = 0.02
"""Weights under this are left out of the file."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice met in training: its class, the features of its candidates, which of them are right."""

    report: int
    kind: str
    candidates: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]


def is_right(candidate: Candidate, anaphor: Anaphor, gold: dict[str, str]) -> bool:
    """Whether a candidate is the gold voice."""
    if candidate.special == AUTHOR:
        return gold["kind"] == "author"
    if candidate.special == NONE:
        return gold["kind"] == "none"
    if gold["kind"] in ("author", "none"):
        return False
    if candidate.special == NEW:
        return norm(anaphor.source.label) == norm(gold["name"])
    assert candidate.entity is not None
    return norm(candidate.entity.name) == norm(gold["name"])


class Teacher:
    """Chooses the gold answer at every choice of one report, and notes the choice."""

    def __init__(self, number: int, gold: dict[str, dict[str, str]]) -> None:
        self.number = number
        self.gold = gold
        self.choices: list[Choice] = []
        self.missed: Counter[str] = Counter()

    def __call__(self, anaphor: Anaphor, candidates: Sequence[Candidate], /) -> tuple[int, float]:
        """The gold candidate; where there is none, a new voice, as the resolver would do on its own."""
        right = [is_right(c, anaphor, self.gold[anaphor.attribution.id]) for c in candidates]
        if any(right):
            named = [r and c.special != NEW for r, c in zip(right, candidates, strict=True)]
            right = named if any(named) else right
            features = tuple(tuple(c.features) for c in candidates)
            self.choices.append(Choice(self.number, anaphor.kind, features, tuple(right)))
            return right.index(True), 1.0
        self.missed[anaphor.kind] += 1
        new = [i for i, c in enumerate(candidates) if c.special == NEW]
        return (new[0], 1.0) if new else (0, 0.0)


def collect() -> list[Choice]:
    """Every choice of the training reports that has a right candidate."""
    choices: list[Choice] = []
    missed: Counter[str] = Counter()
    for number, record in enumerate(layers("train")):
        reading = gold_reading(record)
        teacher = Teacher(number, {row["id"]: row["voice"] for row in record["attributions"]})
        outermost = tuple(a for a in reading.attributions or () if a.id in teacher.gold)
        resolve(Reading(reading.report, attributions=outermost), lexicon(), teacher)
        choices += teacher.choices
        missed += teacher.missed
    print("choices", Counter(c.kind for c in choices), "without a right candidate", missed)
    return choices


def fit(choices: Sequence[Choice]) -> dict[str, float]:
    """Weights by feature, by Adam on the whole set."""
    index: dict[str, int] = {}
    columns: list[int] = []
    owners: list[int] = []
    starts: list[int] = []
    rights: list[bool] = []
    count = 0
    for choice in choices:
        starts.append(count)
        for features in choice.candidates:
            names = [full for name in features for full in (name, f"{choice.kind}|{name}")]
            columns += [index.setdefault(name, len(index)) for name in names]
            owners += [count] * len(names)
            count += 1
        rights += choice.right
    column, owner, good = np.array(columns), np.array(owners), np.array(rights)
    start = np.array(starts)
    group = np.repeat(np.arange(len(starts)), np.diff([*starts, count]))
    penalty = np.array([CLASS_PENALTY if "|" in name else PENALTY for name in index])
    weights = np.zeros(len(index))
    m, v = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        scores = np.bincount(owner, weights[column], count)
        scores = scores - np.maximum.reduceat(scores, start)[group]
        power = np.exp(scores)
        chance = power / np.add.reduceat(power, start)[group]
        wanted = chance * good
        wanted = wanted / np.maximum(np.add.reduceat(wanted, start), 1e-12)[group]
        gradient = np.bincount(column, (chance - wanted)[owner], len(index)) + penalty * weights
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        rate = 0.1 * (1 - step / (STEPS + 1))
        weights -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
    return {name: float(weights[i]) for name, i in index.items()}


def accuracy(choices: Sequence[Choice], weights: dict[str, float]) -> Counter[tuple[str, bool]]:
    """How often the likeliest candidate is right, by class."""
    out: Counter[tuple[str, bool]] = Counter()
    for choice in choices:
        scores = [
            sum(weights.get(n, 0.0) + weights.get(f"{choice.kind}|{n}", 0.0) for n in features)
            for features in choice.candidates
        ]
        out[choice.kind, choice.right[scores.index(max(scores))]] += 1
    return out


def found(weights: dict[str, float], records: Sequence[dict[str, Any]]) -> Counter[bool]:
    """How many attributions of some reports get the gold voice with these weights, names and rules included."""
    out: Counter[bool] = Counter()
    for record in records:
        reading = name_voices(bare(gold_reading(record)), lexicon(), Ranker(weights), "training")
        table = {voice.id: voice for voice in reading.voices or ()}
        for row in record["attributions"]:
            voice = table.get(reading.attribution(row["id"]).voice or "")
            out[verdict(row["voice"], voice) in ("right", "author", "none")] += 1
    return out


def main() -> None:
    """Collect, cross-validate, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=0)
    folds = parser.parse_args().folds
    choices = collect()
    total: Counter[tuple[str, bool]] = Counter()
    voices: Counter[bool] = Counter()
    for fold in range(folds):
        weights = fit([c for c in choices if c.report % folds != fold])
        voices += found(weights, layers("train")[fold::folds])
        total += accuracy([c for c in choices if c.report % folds == fold], weights)
    for kind in sorted({kind for kind, _ in total}):
        hit, miss = total[kind, True], total[kind, False]
        print(f"{kind:8} {hit / (hit + miss):.3f} of {hit + miss}")
    if total:
        hits = sum(n for (_, ok), n in total.items() if ok)
        print(f"all      {hits / total.total():.3f} of {total.total()}")
        print(f"voice found, by weights of the other reports {voices[True] / voices.total():.3f}")
    weights = fit(choices)
    kept = {name: round(value, 4) for name, value in sorted(weights.items()) if abs(value) >= SMALLEST}
    record = {"made_by": "training/voices/train_ranker.py", "choices": len(choices), "weights": kept}
    OUT.write_text(json.dumps(record, indent=0) + "\n", encoding="utf-8")
    print(len(kept), "weights")


if __name__ == "__main__":
    main()

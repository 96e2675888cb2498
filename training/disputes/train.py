"""Train the disputes stage on the layers and on `judged.jsonl`: `python -m training.disputes.train [--seeds N]`.

Prints cross-validated F1 on the layers (mean and spread over splits by report), then fits on all reports and writes
`src/onrecord/disputes/weights.json`. Deterministic.

`judged.jsonl` holds the disputes of further PolNeAR train articles as offsets, marked by hand after the guidelines of
the layers. Attributions and voices of these are read by the pipeline; so what they teach is what sounds like a
denial, not which claim it is aimed at.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.corpora import gold_reading, layers, plain_report, polnear_text
from onrecord.disputes import method
from onrecord.disputes.features import denial_features
from onrecord.disputes.lexicon import Lexicon
from onrecord.disputes.meaning import Meaning, vectors_of
from onrecord.disputes.method import Candidate, Link, Weights, candidates
from onrecord.model import Reading, Span
from onrecord.pipeline import STAGES, Pipeline
from training.disputes.fit import Matrix, choice, frequent, logistic, matrix

JUDGED = Path(__file__).with_name("judged.jsonl")
WEIGHTS = Path(method.__file__).with_name("weights.json")
FOLDS = 8
DENIAL_PENALTY, PAIR_PENALTY, MEANING_PENALTY = 30.0, 50.0, 30.0
SCALE = 3.0
"""What the word vectors are multiplied by, so that the penalty suits them."""
POWER = 0.25
"""How much the probability of the target counts beside that of the denial."""
FRAGMENT = 60
"""A marked denial of fewer characters is a part of a sentence, which may stand in several nested attributions."""
LEAST_ROWS = 4
"""A feature seen in fewer rows than this gets no weight."""
PRIOR: dict[str, dict[str, float]] = json.loads(
    Path(__file__).with_name("prior.json").read_text(encoding="utf-8")
)
"""Weights set by hand, from which the data pull away: 138 examples are too few to learn them from nothing."""
CLOSE = 0.02
End = str | Span


@dataclass(frozen=True, slots=True)
class Example:
    """One report: its candidates and how each stands to its gold disputes, worked out once."""

    candidates: tuple[Candidate, ...]
    vectors: Matrix
    """The vectors of the candidates' cues and contents, [len(candidates), 768]."""
    denied_in: tuple[tuple[int, ...], ...]
    """For each candidate the numbers of the gold disputes whose denying end it is."""
    claimed_in: tuple[tuple[frozenset[int], ...], ...]
    """For each candidate and each of its targets the numbers of the gold disputes whose claim the target is."""
    gold: int

    def right(self, number: int) -> list[float]:
        """1 for each target of a candidate that is a claim it denies in the gold."""
        wanted = set(self.denied_in[number])
        return [float(bool(wanted & found)) for found in self.claimed_in[number]]


def examples(records: Sequence[dict[str, Any]], lexicon: Lexicon) -> list[Example]:
    """Gold records as examples."""
    return [_example(gold_reading(record), record["disputes"], lexicon) for record in records]


def judged() -> list[tuple[Reading, list[dict[str, Any]]]]:
    """The articles of `judged.jsonl` as the pipeline reads them, and their disputes."""
    rows = [json.loads(line) for line in JUDGED.read_text(encoding="utf-8").splitlines()]
    reports = [plain_report(row["doc"], polnear_text(row["doc"], "train"), None) for row in rows]
    stages = [stage for stage in STAGES if stage.name in ("attributions", "voices")]
    readings = Pipeline.load(stages).read(reports)
    return [(reading, row["disputes"]) for reading, row in zip(readings, rows, strict=True)]


def _example(reading: Reading, disputes: Sequence[dict[str, Any]], lexicon: Lexicon) -> Example:
    found = tuple(candidates(reading, lexicon))
    chars = _Chars(reading)
    gold = [(_end(d["claim"]), _end(d["denial"])) for d in disputes]
    denied: list[list[int]] = [[] for _ in found]
    for i, (_, denial) in enumerate(gold):
        hits = [k for k, c in enumerate(found) if chars.same(denial, c.statement.end)]
        if not isinstance(denial, str) and denial.end_char - denial.start_char >= FRAGMENT:
            # A whole sentence denies, not everything that is relayed in it.
            hits = [k for k in hits if not found[k].statement.holders] or hits
        for k in hits:
            denied[k].append(i)
    claimed = tuple(
        tuple(
            frozenset(i for i in numbers if chars.same(gold[i][0], t.end)) if numbers else frozenset()
            for t in c.targets
        )
        for c, numbers in zip(found, denied, strict=True)
    )
    vectors = SCALE * vectors_of([c.statement for c in found]).astype(np.float64)
    return Example(found, vectors, tuple(map(tuple, denied)), claimed, len(gold))


class _Chars:
    """The word characters of an end: what the scorer of the layers compares."""

    def __init__(self, reading: Reading) -> None:
        self.text = reading.report.text
        self.of = {a.id: self._in([*a.content, *a.cue]) for a in reading.attributions or ()}

    def _in(self, spans: Sequence[Span]) -> frozenset[int]:
        return frozenset(i for s, e in spans for i in range(s, e) if self.text[i].isalnum())

    def same(self, gold: End, found: End) -> bool:
        """Whether an end is right, as the scorer has it."""
        if gold == found:
            return True
        a, b = (self.of[x] if isinstance(x, str) else self._in([x]) for x in (gold, found))
        return bool(a and b) and len(a & b) >= 0.5 * min(len(a), len(b))


def _end(value: str | list[int]) -> End:
    return value if isinstance(value, str) else Span(*value)


NO_MIX = (0.0, 1.0, 0.0)
"""Only the readable features; what is mixed is learnt on statements that the models have not seen."""


def fit(
    data: Sequence[Example], more: Sequence[Example], mix: tuple[float, float, float] = NO_MIX
) -> Weights:
    """Weights from examples, and for what sounds like a denial from more of them; thresholds at zero."""
    everything = [c for e in (*data, *more) for c in e.candidates]
    y = np.array([float(bool(numbers)) for e in (*data, *more) for numbers in e.denied_in])
    own = [denial_features(c.statement) for c in everything]
    own_names = frequent(own, LEAST_ROWS)
    gate = logistic(matrix(own, own_names), y, DENIAL_PENALTY, _prior("denial", own_names))
    passes = matrix(own, own_names) @ gate >= method.GATE
    rows = [c.features for c in everything]
    names = sorted({*frequent(rows, LEAST_ROWS), *PRIOR["denial"]})
    denial = logistic(matrix(rows, names), y, DENIAL_PENALTY, _prior("denial", names))
    vectors = np.concatenate([e.vectors for e in (*data, *more)])
    meaning = _meaning(vectors[passes], y[passes])
    groups = []
    for e in data:
        for i, c in enumerate(e.candidates):
            right = e.right(i)
            if any(right) and not all(right):
                groups.append(([t.features for t in c.targets], np.array(right)))
    pair_names = sorted({*frequent([f for g, _ in groups for f in g], LEAST_ROWS), *PRIOR["pair"]})
    pair = choice([(matrix(g, pair_names), r) for g, r in groups], PAIR_PENALTY, _prior("pair", pair_names))
    return Weights(
        _named(own_names, gate),
        _named(names, denial),
        meaning,
        mix,
        _named(pair_names, pair),
        power=POWER,
        least=0.0,
    )


def _meaning(vectors: Matrix, y: Matrix) -> Meaning:
    """A logistic model on vectors in which denials weigh as much as all other statements together."""
    x = np.hstack([np.ones((len(vectors), 1)), vectors])
    shares = np.where(y > 0, len(y) / (2 * y.sum()), len(y) / (2 * (len(y) - y.sum())))
    w = logistic(x, y, MEANING_PENALTY, np.zeros(x.shape[1]), shares=shares)
    return Meaning(np.round(w[1:] * SCALE, 4), round(float(w[0]), 4))


def _prior(part: str, names: Sequence[str]) -> Any:
    return np.array([PRIOR[part].get(name, 0.0) for name in names])


def _named(names: Sequence[str], values: Any) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


Scored = list[tuple[float, float, Link]]
"""Probability of the denial, of its target, and the link."""
Seen = list[tuple[float, float]]
"""Score of each candidate by features and by meaning."""


def out_of_fold(
    data: Sequence[Example], more: Sequence[Example], seed: int
) -> list[tuple[Seen, list[Link | None]]]:
    """For each report its candidates' scores and links, by weights that have not seen it."""
    order = list(range(len(data)))
    random.Random(seed).shuffle(order)
    found: list[tuple[Seen, list[Link | None]]] = [([], []) for _ in data]
    for fold in range(FOLDS):
        held = set(order[fold::FOLDS])
        weights = replace(fit([e for i, e in enumerate(data) if i not in held], more), power=1.0)
        for i in held:
            by_features = [_by_features(c, weights) for c in data[i].candidates]
            by_meaning = weights.meaning.scores(data[i].vectors / SCALE)
            links = [method.link(c, 1.0, weights) for c in data[i].candidates]
            found[i] = (list(zip(by_features, by_meaning, strict=True)), links)
    return found


def _by_features(candidate: Candidate, weights: Weights) -> float:
    """The score of the readable features, endlessly low where the gate is shut."""
    passes = method.score(candidate.features, weights.gate) >= method.GATE
    return method.score(candidate.features, weights.denial) if passes else -math.inf


def mixed(data: Sequence[Example], folds: Sequence[Seen]) -> tuple[float, float, float]:
    """How features and meaning are best mixed, on statements that the two models have not seen."""
    pairs = [
        (numbers, s)
        for e, seen in zip(data, folds, strict=True)
        for numbers, s in zip(e.denied_in, seen, strict=True)
    ]
    looked = [(float(bool(numbers)), *s) for numbers, s in pairs if s[0] >= method.LOOK]
    rows = np.array(looked)
    x = np.hstack([np.ones((len(rows), 1)), rows[:, 1:]])
    constant, of_features, of_meaning = logistic(x, rows[:, 0], 1.0, np.array([0.0, 1.0, 0.0]))
    return round(float(constant), 3), round(float(of_features), 3), round(float(of_meaning), 3)


def scored(folds: Sequence[tuple[Seen, list[Link | None]]], mix: tuple[float, float, float]) -> list[Scored]:
    """All links of each report that the method looks at, without a threshold."""
    return [
        [
            (method.denies(*s, mix), x.probability, x)
            for s, x in zip(seen, links, strict=True)
            if x is not None and s[0] >= method.LOOK
        ]
        for seen, links in folds
    ]


def f1(data: Sequence[Example], found: Sequence[Scored], least: float) -> tuple[float, float]:
    """F1 of disputes and of denying ends at a threshold."""
    both = ends = predicted = 0
    for example, links in zip(data, found, strict=True):
        kept = method.without_echoes(
            [Link(x.denial, x.target, p * q**POWER) for p, q, x in links if p * q**POWER >= least]
        )
        predicted += len(kept)
        both += _hits(example, kept, both=True)
        ends += _hits(example, kept, both=False)
    total = predicted + sum(e.gold for e in data)
    return 2 * both / total, 2 * ends / total


def _hits(example: Example, kept: Sequence[Link], *, both: bool) -> int:
    numbers = {id(c): i for i, c in enumerate(example.candidates)}
    free = []
    for link in kept:
        i = numbers[id(link.denial)]
        t = next(k for k, target in enumerate(link.denial.targets) if target is link.target)
        free.append(
            set(example.denied_in[i]) & example.claimed_in[i][t] if both else set(example.denied_in[i])
        )
    hits = 0
    for gold in range(example.gold):
        found = next((k for k in free if gold in k), None)
        if found is not None:
            free.remove(found)
            hits += 1
    return hits


def threshold(data: Sequence[Example], splits: Sequence[Sequence[Scored]]) -> float:
    """The least probability to show: the lowest whose sum of both F1 is within CLOSE of the best.

    The sum, here the mean over the splits, is flat around its best, and every dispute is shown with its confidence for
    review: rather more than less.
    """
    grid = [n / 100 for n in range(3, 60)]
    sums = {least: statistics.mean(sum(f1(data, rows, least)) for rows in splits) for least in grid}
    best = max(sums.values())
    return min(least for least in grid if sums[least] >= best - CLOSE)


def main() -> None:
    """Cross-validate, fit on everything, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="splits to cross-validate on")
    arguments = parser.parse_args()
    lexicon = Lexicon.load()
    data = examples(layers("train"), lexicon)
    more = [_example(reading, disputes, lexicon) for reading, disputes in judged()]
    folds = [out_of_fold(data, more, seed) for seed in range(arguments.seeds)]
    mix = mixed(data * len(folds), [seen for fold in folds for seen, _ in fold])
    found = [scored(fold, mix) for fold in folds]
    least = threshold(data, found)
    scores = [f1(data, rows, least) for rows in found]
    for name, values in zip(("disputes", "denying end"), zip(*scores, strict=True), strict=True):
        print(f"{name}: cross-validated F1 {statistics.mean(values):.3f}", [round(v, 3) for v in values])
    weights = fit(data, more)
    rows = {
        "about": f"logistic weights, trained by training/disputes on {len(data) + len(more)} annotated reports",
        "power": POWER,
        "least": least,
        "mix": mix,
        "gate": weights.gate,
        "denial": weights.denial,
        "pair": weights.pair,
    }
    text = json.dumps(rows, indent=1)[:-2]
    meaning = json.dumps([weights.meaning.constant, *weights.meaning.weights.tolist()])
    WEIGHTS.write_text(f'{text},\n "meaning": {meaning}\n}}\n', encoding="utf-8")
    print(f"mix {mix}, threshold {least}; wrote {WEIGHTS.name}")


if __name__ == "__main__":
    main()

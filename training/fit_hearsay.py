"""Fits the model of hearsay that goes by words alone (onrecord.attributions.hearsay): `python -m training.fit_hearsay`.

Every word of the lexicon inside a content is a case, in the articles whose inner attributions are marked; it is right
if it stands in the cue of an inner one. How often a lemma is right is counted, drawn towards the mean of all; in the
fit each article's words see the counts of the other articles only. Prints how well the model tells right from wrong,
by five folds of articles.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from onrecord.attributions.cues import lexicon
from onrecord.attributions.hearsay import key, listed, traits
from training.corpus import OWN_LAYERS, Article, data_folder, read_brat, with_layers

OUT = Path(__file__).resolve().parent.parent / "src/onrecord/attributions/data/hearsay.json"
_DRAWN = 8
"""Cases of the mean that are added to each lemma's own."""
_FEWEST = 15
"""Cases in which a trait must be seen to have a weight."""
_PULL = 5.0
"""How strongly weights are drawn to zero."""
_FOLDS = 5
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A listed word inside a content."""

    article: str
    lemma: str
    traits: tuple[str, ...]
    right: bool


def cases_of(article: Article) -> list[Case]:
    """The cases of an article whose inner attributions are marked."""
    content, outer, inner = (np.zeros(len(article.text) + 1, np.bool_) for _ in range(3))
    for gold in article.golds:
        for span in gold.content if not gold.inner else ():
            content[slice(*span)] = True
        for span in gold.cue:
            (inner if gold.inner else outer)[slice(*span)] = True
    return [
        Case(article.name, key(cue), tuple(traits(article.text, a, b)), bool(inner[a]))
        for a, b, cue in listed(article.text, 0, len(article.text), lexicon())
        if content[a] and not outer[a]
    ]


def lemma_odds(cases: Sequence[Case], without_own: bool) -> Floats:
    """For each case the log-odds of its lemma, from all cases or from those of other articles."""
    seen, right = Counter(c.lemma for c in cases), Counter(c.lemma for c in cases if c.right)
    own = Counter((c.article, c.lemma) for c in cases)
    own_right = Counter((c.article, c.lemma) for c in cases if c.right)
    mean = right.total() / len(cases)
    odds = np.empty(len(cases))
    for n, c in enumerate(cases):
        less, less_right = (own[c.article, c.lemma], own_right[c.article, c.lemma]) if without_own else (0, 0)
        share = (right[c.lemma] - less_right + _DRAWN * mean) / (seen[c.lemma] - less + _DRAWN)
        odds[n] = math.log(share / (1 - share))
    return odds


def table(cases: Sequence[Case], names: Sequence[str], odds: Floats) -> Floats:
    """[cases, 1 + names]: the lemma's log-odds, then which traits a case has."""
    column = {name: n for n, name in enumerate(names, start=1)}
    x = np.zeros((len(cases), 1 + len(names)))
    x[:, 0] = odds
    for n, c in enumerate(cases):
        x[n, [column[t] for t in c.traits if t in column]] = 1
    return x


def fit(x: Floats, y: Floats) -> Floats:
    """Weights of a logistic regression drawn to zero, by Newton's method."""
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (y - p) - _PULL * weights
        step = np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + _PULL * np.eye(len(weights)), slope)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def ranked(scores: Floats, y: Floats) -> float:
    """How often a right case has a higher score than a wrong one (area under the ROC curve)."""
    ranks = np.argsort(np.argsort(scores))
    right = y > 0
    return float((ranks[right].mean() - (right.sum() - 1) / 2) / (~right).sum())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=data_folder() / "polnear/train")
    parser.add_argument(
        "--layers-files",
        type=Path,
        nargs="*",
        default=[data_folder() / "gold/layers_train.jsonl", OWN_LAYERS],
    )
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    articles = [a for a in with_layers(read_brat(args.data), *args.layers_files) if a.layered]
    cases = [case for article in articles for case in cases_of(article)]
    seen = Counter(trait for c in cases for trait in c.traits)
    names = sorted(name for name, n in seen.items() if n >= _FEWEST)
    y = np.array([float(c.right) for c in cases])
    x = table(cases, names, lemma_odds(cases, without_own=True))
    fold_of = {a.name: n % _FOLDS for n, a in enumerate(articles)}
    folds, scores = np.array([fold_of[c.article] for c in cases]), np.zeros(len(cases))
    for fold in range(_FOLDS):
        scores[folds == fold] = x[folds == fold] @ fit(x[folds != fold], y[folds != fold])
    print(
        f"{len(articles)} articles, {len(cases)} cases, {y.sum():.0f} right; ranked {ranked(scores, y):.3f}"
    )
    weights = fit(x, y)
    lemmas = {c.lemma: weights[0] * odds for c, odds in zip(cases, lemma_odds(cases, False), strict=True)}
    fitted = {
        "source": "Written by python -m training.fit_hearsay from the layers of inner attributions; log-odds.",
        "traits": {name: round(float(w), 3) for name, w in zip(names, weights[1:], strict=True)},
        "lemmas": {
            "other": round(float(weights[0] * math.log(y.mean() / (1 - y.mean()))), 3),
            **{name: round(float(w), 3) for name, w in sorted(lemmas.items())},
        },
    }
    args.out.write_text(json.dumps(fitted, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Logistic regressions for furniture: weights by Newton's method, one pass upon the other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from onrecord.pages.furniture import Evidence, Model, Weights, second_look
from training.furniture.examples import Example

Array = NDArray[np.float64]
FOLDS = 5
RIDGE = {"page": 600.0, "text": 100.0}
FAR_KEPT = 6
"""Of lines far from the report every so-manieth is trained on, with as much more weight."""


def fold_of(site: str) -> int:
    """The fold of a site: its pages stay together."""
    return hashlib.sha256(site.encode()).digest()[0] % FOLDS


def thinned(example: Example) -> tuple[NDArray[np.intp], Array]:
    """Rows to train on and their weights; a page's report lines weigh 100 in all, by the root of their words."""
    rows = np.arange(len(example.truth))
    inside = np.flatnonzero(example.truth)
    near = np.ones(len(rows), dtype=bool)
    if len(inside):
        near = (rows >= inside[0] - 15) & (rows <= inside[-1] + 15)
    taken = near | (rows % FAR_KEPT == 0)
    size = np.sqrt(example.evidence.words + 1) * example.weight
    size = size * np.where(near, 1.0, float(FAR_KEPT))
    size *= 100 / max(float((np.sqrt(example.evidence.words + 1) * example.truth).sum()), 20.0)
    chosen = rows[taken & (size > 0)]
    return chosen, size[chosen]


def fit(examples: Sequence[Example], ridge: float) -> Weights:
    """Weights of one logistic regression with a ridge on standardised features."""
    picked = [thinned(example) for example in examples]
    table = np.concatenate([e.evidence.table[rows] for e, (rows, _) in zip(examples, picked, strict=True)])
    truth = np.concatenate([e.truth[rows] for e, (rows, _) in zip(examples, picked, strict=True)])
    weight = np.concatenate([size for _, size in picked])
    middle, spread = table.mean(0), table.std(0)
    used = spread > 1e-9
    spread[~used] = 1
    scaled = np.c_[(table - middle) / spread, np.ones(len(table))].astype(np.float32)
    penalty = np.r_[np.full(table.shape[1], ridge), 1e-3]
    beta = np.zeros(scaled.shape[1])
    for _ in range(10):
        p = 1 / (1 + np.exp(-np.clip(scaled @ beta, -30, 30)))
        gradient = scaled.T @ (weight * (truth - p)) - penalty * beta
        curvature = (scaled * np.sqrt(weight * p * (1 - p) + 1e-6)[:, None]).astype(np.float32)
        step = np.linalg.solve((curvature.T @ curvature).astype(np.float64) + np.diag(penalty), gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-3:
            break
    slopes = np.where(used, beta[:-1] / spread, 0.0)
    names = examples[0].evidence.names
    by_name = {name: float(f"{value:.4g}") for name, value in zip(names, slopes, strict=True) if value}
    return Weights(float(beta[-1] - slopes @ middle), by_name)


def fit_both(examples: Sequence[Example], ridge: float) -> Model:
    """Both passes; the second is trained on what first passes say of sites that they have not seen."""
    looks: list[Example] = []
    halves = [[e for e in examples if fold_of("half" + e.site) % 2 == half] for half in (0, 1)]
    for half in (0, 1):
        first = fit(halves[1 - half], ridge)
        looks += [replace(e, evidence=_looked(e.evidence, first)) for e in halves[half]]
    return Model(fit(examples, ridge), fit(looks, ridge), 0.0)


def _looked(evidence: Evidence, first: Weights) -> Evidence:
    return second_look(evidence, first.logits(evidence.table, evidence.names))

"""Logistic models fitted by Newton's method: deterministic, no library beyond numpy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
ROUNDS = 40
"""Newton steps at most; ten are usual."""


def matrix(rows: Sequence[dict[str, float]], names: Sequence[str]) -> Matrix:
    """Feature dictionaries as a matrix [len(rows), len(names)]; names not listed are dropped."""
    index = {name: i for i, name in enumerate(names)}
    out = np.zeros((len(rows), len(names)))
    for r, row in enumerate(rows):
        for name, value in row.items():
            if name in index:
                out[r, index[name]] = value
    return out


def frequent(rows: Sequence[dict[str, float]], least: int) -> list[str]:
    """Names of the features that are not zero in at least `least` rows, sorted."""
    counts: dict[str, int] = {}
    for row in rows:
        for name, value in row.items():
            counts[name] = counts.get(name, 0) + (value != 0)
    return sorted(name for name, n in counts.items() if n >= least)


def logistic(x: Matrix, y: Matrix, penalty: float, prior: Matrix, *, shares: Matrix | None = None) -> Matrix:
    """Weights of a logistic regression, drawn towards a prior by an L2 penalty on the distance from it.

    `shares` says how much each row counts; all count one if it is left out.
    """
    w = prior.copy()
    counts = np.ones(len(y)) if shares is None else shares
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ ((p - y) * counts) + penalty * (w - prior)
        hessian = (x * (p * (1 - p) * counts)[:, None]).T @ x + penalty * np.eye(len(w))
        step = np.linalg.solve(hessian, gradient)
        w = w - np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-8:
            break
    return w


def choice(groups: Sequence[tuple[Matrix, Matrix]], penalty: float, prior: Matrix) -> Matrix:
    """Weights of a conditional logit: in each group (features, 0/1 right) the right rows share the probability.

    Drawn towards a prior by an L2 penalty on the distance from it.
    """
    w = prior.copy()
    for _ in range(ROUNDS):
        gradient = penalty * (w - prior)
        hessian = penalty * np.eye(len(w))
        for x, y in groups:
            p = _softmax(x @ w)
            q = _softmax(np.where(y > 0, x @ w, -np.inf))
            gradient = gradient + x.T @ (p - q)
            mean = x.T @ p
            hessian = hessian + (x * p[:, None]).T @ x - np.outer(mean, mean)
        step = np.linalg.solve(hessian, gradient)
        w = w - np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-7:
            break
    return w


def _softmax(z: Matrix) -> Matrix:
    e = np.exp(z - z.max())
    total: Matrix = e / e.sum()
    return total

"""From scores to spans: the best set of spans in a chain, the best single span."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_TRIED = 12
LONGEST_SOURCE = 48
"""Tokens; the longest source of 20,000 in the training corpus has 67, and only twelve have more than this."""


def best_spans(
    scores: Floats, forbidden: NDArray[np.bool_] | None = None, bias: float = 0.0
) -> NDArray[np.bool_]:
    """The best set of spans of each row: scores [rows, tokens, 3] (inside, first, last) -> inside [rows, tokens].

    The best path of a chain with two states (Viterbi), for all tokens at once: what is best up to each token, and from
    there on, is found by joining ever longer stretches (Hillis and Steele 1986). `bias` is added for each token that
    begins a span.
    """
    rows, tokens, _ = scores.shape
    inside, first, last = (scores[:, :, k].T.astype(np.float32) for k in range(3))
    if forbidden is not None:
        inside = np.where(forbidden.T, np.float32(-1e4), inside)
    # One step into each token and one out behind the last: from outside (0) or inside (1) a span to outside or inside.
    steps = np.zeros((tokens + 1, 2, 2, rows), np.float32)
    steps[:-1, 0, 1] = inside + first + np.float32(bias)
    steps[:-1, 1, 1] = inside
    steps[1:, 1, 0] = last
    before = _joined(steps)[:-1, 0]
    # The same from the end: backwards, each step turned round.
    after = _joined(steps[::-1].swapaxes(1, 2))[-2::-1, 0]
    best = before + after
    return (best[:, 1] > best[:, 0]).T


def _joined(steps: Floats) -> Floats:
    """The best way from before the first step [steps, from, to, rows] to behind each."""
    length = 1
    while length < len(steps):
        left, right = steps[:-length, :, :, None], steps[length:, None]
        steps = np.concatenate(
            [steps[:length], np.maximum(left[:, :, 0] + right[:, :, 0], left[:, :, 1] + right[:, :, 1])]
        )
        length *= 2
    return steps


def runs(inside: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Runs of a boolean array [tokens] -> [runs, 2], first token and the one behind the last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(np.int8), [0]])))
    return edges.reshape(-1, 2)


def best_source(
    ends: Floats, pair: Floats, absent: Floats, present: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], Floats]:
    """The best single span of each row, or none.

    ends [rows, tokens, 2] scores first and last tokens, pair [rows, tokens, 2 * d] their fit, absent [rows] no
    source at all. Gives [rows, 2], first token and the one behind the last (0, 0 if none), and its lead over the
    other choice.
    """
    low = np.where(present, np.float32(0), np.float32(-1e4))
    half, rows = pair.shape[2] // 2, np.arange(len(ends))[:, None]
    # Only the best few first and last tokens are paired.
    first, last = (ends[:, :, k] + low for k in range(2))
    tried = min(_TRIED, ends.shape[1])
    begin, end = (np.argpartition(x, -tried, axis=1)[:, -tried:] for x in (first, last))
    fit = np.matmul(pair[rows, begin, :half], pair[rows, end, half:].transpose(0, 2, 1)) * np.float32(
        half**-0.5
    )
    scores = fit + first[rows, begin][:, :, None] + last[rows, end][:, None, :]
    length = end[:, None, :] - begin[:, :, None]
    scores[(length < 0) | (length >= LONGEST_SOURCE)] = -1e4
    flat = scores.reshape(len(scores), tried * tried)
    at = flat.argmax(1)[:, None]
    best = flat[rows, at][:, 0]
    spans = np.concatenate([begin[rows, at // tried], end[rows, at % tried] + 1], 1)
    spans[best < absent] = 0
    return spans, best - absent

"""Windows over a long run of tokens: overlapping, and each token read where it stands most central."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BODY = 230
"""Tokens of a window, without the two marks at its ends."""
OVERLAP = 32
START, END = 101, 102
"""Ids of the word pieces [CLS] and [SEP] that frame every window."""


@dataclass(frozen=True, slots=True)
class Windows:
    """`starts` [windows]: first tokens; all are `size` long. `row`, `column` [tokens]: where each token is read."""

    starts: NDArray[np.int64]
    size: int
    row: NDArray[np.int64]
    column: NDArray[np.int64]


def cut(tokens: int, body: int = BODY, overlap: int = OVERLAP) -> Windows:
    """Windows over so many tokens: one if they fit, else overlapping ones of `body` tokens, evenly spread."""
    if tokens <= body:
        return Windows(np.zeros(1, np.int64), tokens, np.zeros(tokens, np.int64), np.arange(tokens))
    count = 1 + -(-(tokens - body) // (body - overlap))
    # No longer than they must be to share `overlap` tokens: the work grows with what they share.
    body = min(body, -(-(tokens + (count - 1) * overlap) // count))
    starts = np.linspace(0, tokens - body, count).round().astype(np.int64)
    # The border between two windows lies in the middle of what they share.
    borders = (starts[1:] + starts[:-1] + body) // 2
    row = np.searchsorted(borders, np.arange(tokens), side="right")
    return Windows(starts, body, row, np.arange(tokens) - starts[row])


def framed(values: NDArray[np.int32], windows: Windows, first: int, last: int) -> NDArray[np.int32]:
    """values [tokens] -> [windows, size + 2], each window with `first` before and `last` behind it."""
    out = np.empty((len(windows.starts), windows.size + 2), np.int32)
    out[:, 0], out[:, -1] = first, last
    out[:, 1:-1] = values[windows.starts[:, None] + np.arange(windows.size)]
    return out

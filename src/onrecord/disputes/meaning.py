"""How much a statement sounds like a denial, whatever its words: a linear model on the vectors of its words in context.

The cue's words and the content's are averaged apart, since it is mostly the cue that says what a speaker does. The
lexicon knows only the words of its list; "fell flat with the engineers" or "it never stuck" deny too.
Trained by training/disputes on the same reports as the readable features, and weighed against them there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onrecord.disputes.statements import Statement
from onrecord.encoder import piece_vectors
from onrecord.encoder.sentences import WIDTH

_LONGEST = 200
"""Characters of a statement that are read."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The linear model: a weight for each of the vector's numbers, and a constant."""

    weights: NDArray[np.float64]
    constant: float

    def scores(self, vectors: NDArray[np.float32] | NDArray[np.float64]) -> list[float]:
        """One score for each row of vectors [n, 768]; above zero sounds more like a denial than not."""
        return [float(score) for score in vectors.astype(np.float64) @ self.weights + self.constant]


def vectors_of(statements: Sequence[Statement]) -> NDArray[np.float32]:
    """The mean vectors of each statement's cue and of its content, side by side: [len(statements), 768]."""
    texts, cues = [], []
    for statement in statements:
        cue = f"{statement.cue}: " if statement.is_attribution else ""
        texts.append(f"{cue}{statement.content}"[:_LONGEST])
        cues.append(len(statement.cue) if statement.is_attribution else 0)
    found = np.zeros((len(texts), 2, WIDTH), np.float32)
    for row, pieces, end in zip(found, piece_vectors(texts), cues, strict=True):
        of_cue = pieces.places[:, 0] < end
        for part, chosen in zip(row, (of_cue, ~of_cue), strict=True):
            if chosen.any():
                part[:] = pieces.vectors[chosen].mean(axis=0)
    return found.reshape(len(texts), 2 * WIDTH)

"""How much a statement sounds like a denial, whatever its words: a linear model on its sentence vector.

The lexicon knows only the words of its list; "fell flat with the engineers" or "it never stuck" deny too.
Trained by training/disputes on the same reports as the readable features, and weighed against them there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onrecord.disputes.statements import Statement
from onrecord.encoder import sentence_vectors

_LONGEST = 400
"""Characters of a statement that are read."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The linear model: a weight for each of the vector's numbers, and a constant."""

    weights: NDArray[np.float64]
    constant: float

    def scores(self, vectors: NDArray[np.float32] | NDArray[np.float64]) -> list[float]:
        """One score for each row of vectors [n, 384]; above zero sounds more like a denial than not."""
        return [float(score) for score in vectors.astype(np.float64) @ self.weights + self.constant]


def vectors_of(statements: Sequence[Statement]) -> NDArray[np.float32]:
    """The sentence vectors [len(statements), 384] of cue and content together."""
    return sentence_vectors([_gist(statement) for statement in statements])


def _gist(statement: Statement) -> str:
    text = f"{statement.cue}: {statement.content}" if statement.is_attribution else statement.content
    return text[:_LONGEST]

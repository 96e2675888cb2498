"""The surroundings of a cue: which tokens the cue reader sees, and how each lies to the cue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onrecord.encoder.tokens import Tokens

LEFT = 64
RIGHT = 112
SPAN = LEFT + RIGHT
"""Tokens before a cue's first and from there on. In the training corpus 99.6 of 100 attributions lie within."""

_STEPS = np.array([1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 17, 25, 33, 49, 65])
DISTANCES = 2 * len(_STEPS) + 1
"""0 in the cue; then steps after it; then steps before it."""
RELATIONS = 3 * 2 * 6 * 2
"""Token outside quotations, in the cue's, in another × cue in a quotation × paragraphs between × inner cue sought."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Arrays [cues, SPAN]: `place` is the token's index, `present` 1 where there is one."""

    place: NDArray[np.int64]
    present: NDArray[np.int32]
    distance: NDArray[np.int32]
    relation: NDArray[np.int32]


def surroundings(tokens: Tokens, cues: NDArray[np.int64], inner: NDArray[np.int64]) -> Surroundings:
    """Surroundings of cues [cues, 2], first token and the one behind the last; `inner` [cues] is 0 or 1."""
    first, behind = cues[:, :1], cues[:, 1:]
    place = first + np.arange(-LEFT, RIGHT)
    present = (place >= 0) & (place < len(tokens))
    place = np.clip(place, 0, len(tokens) - 1)
    after, before = place - behind + 1, first - place
    distance = np.searchsorted(_STEPS, np.maximum(after, 0), side="right")
    distance = np.where(before > 0, len(_STEPS) + np.searchsorted(_STEPS, before, side="right"), distance)
    quotation, own = tokens.chained[place], tokens.chained[first]
    lies = np.where(quotation == 0, 0, np.where(quotation == own, 1, 2))
    paragraphs = np.clip(tokens.paragraph[place] - tokens.paragraph[first], -2, 3) + 2
    relation = ((lies * 2 + (own > 0)) * 6 + paragraphs) * 2 + inner[:, None]
    return Surroundings(place, present.astype(np.int32), distance.astype(np.int32), relation.astype(np.int32))

"""The surroundings of a cue: which tokens the cue reader sees, and how each lies to the cue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onrecord.encoder.tokens import Tokens

LEFT = 64
RIGHT = 112
SPAN = LEFT + RIGHT
"""Tokens before a cue's first and from there on, at most; paragraphs bound it too (see `_bounds`)."""

_COLON = 1024
"""The word piece of a colon."""

_STEPS = np.array([1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 17, 25, 33, 49, 65])
DISTANCES = 2 * len(_STEPS) + 1
"""0 in the cue; then steps after it; then steps before it."""
RELATIONS = 3 * 2 * 6 * 2
"""Token outside quotations, in the cue's, in another × cue in a quotation × paragraphs between × inner cue sought."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Arrays [cues, columns]: `place` is the token's index, `present` 1 where it is seen, in one run of each row.

    `cues` [cues, 2] are their first tokens and the ones behind their last, `left` [cues] the columns of the first.
    """

    cues: NDArray[np.int64]
    place: NDArray[np.int64]
    present: NDArray[np.int32]
    distance: NDArray[np.int32]
    relation: NDArray[np.int32]
    left: NDArray[np.int64]

    def of(self, cues: NDArray[np.int64]) -> Surroundings:
        """Those of some cues, each row moved to the left so that what is seen begins it, and no longer than needed."""
        seen = self.present[cues]
        first, count = seen.argmax(1), seen.sum(1)
        column = first[:, None] + np.arange(int(count.max()))
        row, column = cues[:, None], np.minimum(column, self.place.shape[1] - 1)
        present = np.arange(column.shape[1]) < count[:, None]
        return Surroundings(
            self.cues[cues],
            self.place[row, column],
            present.astype(np.int32),
            self.distance[row, column],
            self.relation[row, column],
            self.left[cues] - first,
        )


def surroundings(tokens: Tokens, cues: NDArray[np.int64], inner: NDArray[np.int64]) -> Surroundings:
    """Surroundings of cues [cues, 2], first token and the one behind the last; `inner` [cues] is 0 or 1."""
    first, behind = cues[:, :1], cues[:, 1:]
    place = first + np.arange(-LEFT, RIGHT)
    low, high = _bounds(tokens, cues[:, 0])
    present = (place >= low[:, None]) & (place < high[:, None])
    place = np.clip(place, 0, len(tokens) - 1)
    after, before = place - behind + 1, first - place
    distance = np.searchsorted(_STEPS, np.maximum(after, 0), side="right")
    distance = np.where(before > 0, len(_STEPS) + np.searchsorted(_STEPS, before, side="right"), distance)
    quotation, own = tokens.chained[place], tokens.chained[first]
    lies = np.where(quotation == 0, 0, np.where(quotation == own, 1, 2))
    paragraphs = np.clip(tokens.paragraph[place] - tokens.paragraph[first], -2, 3) + 2
    relation = ((lies * 2 + (own > 0)) * 6 + paragraphs) * 2 + inner[:, None]
    return Surroundings(
        cues,
        place,
        present.astype(np.int32),
        distance.astype(np.int32),
        relation.astype(np.int32),
        np.full(len(cues), LEFT),
    )


def _bounds(tokens: Tokens, cue: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each cue's first token [cues] the first token seen and the one behind the last.

    Seen are the cue's paragraph and the one before; the one behind where it may hold the content: if it opens with a
    quotation or goes on with one, or the cue's ends with a colon. In the training corpus 99.8 of 100 sources and
    contents lie within these bounds, which halve the work.
    """
    last = len(tokens) - 1
    paragraph = tokens.paragraph[cue]
    low = np.searchsorted(tokens.paragraph, paragraph - 1)
    high = np.searchsorted(tokens.paragraph, paragraph, side="right")
    ends = tokens.ids[np.stack([high - 1, np.maximum(high - 2, 0)])] == _COLON
    following = np.minimum(high, last)
    goes_on = (high <= last) & (ends.any(0) | (tokens.quotation[following] > 0))
    behind = np.searchsorted(tokens.paragraph, tokens.paragraph[following], side="right")
    return low, np.where(goes_on, behind, high)

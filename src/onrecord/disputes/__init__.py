"""The disputes stage: statements that deny, reject, correct or doubt another statement of the same report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from onrecord.disputes.lexicon import Lexicon
from onrecord.disputes.method import Weights, find
from onrecord.model import Reading


def load() -> Callable[[Sequence[Reading]], list[Reading]]:
    """Load the cue lexicon and the weights once and return the stage's method.

    Raises BrokenModel if one of them is missing or damaged. The method fills `disputes`; a reading without
    attributions gets those that the reporter's own sentences make.
    """
    lexicon, weights = Lexicon.load(), Weights.load()
    return lambda readings: [replace(r, disputes=find(r, lexicon, weights)) for r in readings]

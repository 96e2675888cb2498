"""The voices stage: the entity behind every source.

Names are put together by name matching; pronouns, descriptions and elided sources are given to whom a small linear
model finds the likeliest of the entities before them; what it is not sure of stays without a voice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from onrecord.model import Reading
from onrecord.voices.lexicon import lexicon
from onrecord.voices.ranker import load_ranker
from onrecord.voices.table import name_voices

MADE_BY = "voices_linear_v1"


def load() -> Callable[[Sequence[Reading]], list[Reading]]:
    """Load the stage's method. Raises BrokenModel if a list or the weights are missing."""
    lex, ranker = lexicon(), load_ranker()
    return lambda readings: [name_voices(reading, lex, ranker, MADE_BY) for reading in readings]

"""The attributions stage: source, cue and content of what somebody is said to have said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from onrecord.attributions import reader_v1
from onrecord.model import Reading


def load() -> Callable[[Sequence[Reading]], list[Reading]]:
    """Load the stage's method. Raises BrokenModel if its weights are missing or damaged."""
    return reader_v1.load()

"""The attributions stage: source, cue and content of what somebody is said to have said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from onrecord.attributions import rules_v1
from onrecord.model import Reading


def load() -> Callable[[Sequence[Reading]], list[Reading]]:
    """Load the stage's method."""
    return rules_v1.load()

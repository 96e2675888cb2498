"""The certainty stage: words of likelihood and doubt, their holders, and their bands on the holders' yardsticks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from onrecord.certainty import likelihood_v1
from onrecord.model import Reading


def load(yardsticks: Path | None = None) -> Callable[[Sequence[Reading]], list[Reading]]:
    """Load the stage's method; `yardsticks` is a folder of the user's own yardsticks (docs/certainty.md)."""
    return likelihood_v1.load(yardsticks)

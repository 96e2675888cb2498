"""The headline stage: what the headline, and the sentences that lean on a quoted source, claim against the body."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from onrecord.headline.body import parts
from onrecord.headline.method import Weights, check
from onrecord.headline.sentence_checks import sentence_checks
from onrecord.headline.tables import Tables
from onrecord.model import Reading


def load() -> Callable[[Sequence[Reading]], list[Reading]]:
    """Load the tables and weights once and return the stage's method.

    Raises BrokenModel if one of them is missing or damaged. The method fills `headline` (None for a report without a
    headline) and `sentence_checks` (the first paragraph and other sentences, where they say more than a source that
    is quoted further down).
    """
    tables, weights = Tables.load(), Weights.load()

    def checked(reading: Reading) -> Reading:
        of = parts(reading)
        return replace(
            reading,
            headline=check(reading, of, tables, weights),
            sentence_checks=sentence_checks(reading, of, tables),
        )

    return lambda readings: list(map(checked, readings))

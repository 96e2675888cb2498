"""The times stage: temporal expressions with their values, and when each attribution was said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from onrecord.model import Reading
from onrecord.times.tagger import Tagger


def load() -> Callable[[Sequence[Reading]], list[Reading]]:
    """Load the rules once; the function fills `times` of every reading and `said` of its attributions."""
    tagger = Tagger.load()

    def method(readings: Sequence[Reading]) -> list[Reading]:
        return [_read(tagger, reading) for reading in readings]

    return method


def _read(tagger: Tagger, reading: Reading) -> Reading:
    times = tagger.times(reading.report.text, reading.report.published)
    return replace(reading, times=times)

"""The times stage: temporal expressions with their values, and when each attribution was said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from onrecord.model import Reading
from onrecord.times.said import SaidFinder
from onrecord.times.tagger import Tagger


def load() -> Callable[[Sequence[Reading]], list[Reading]]:
    """Load the rules once; the function fills `times` of every reading and `said` of its attributions.

    Times depend on the text and the publication date alone. Raises BrokenModel if the data files do not fit.
    """
    tagger = Tagger.load()
    finder = SaidFinder.load()

    def method(readings: Sequence[Reading]) -> list[Reading]:
        return [_read(tagger, finder, reading) for reading in readings]

    return method


def _read(tagger: Tagger, finder: SaidFinder, reading: Reading) -> Reading:
    report = reading.report
    times = tagger.times(report.text, report.published)
    if reading.attributions is None:
        return replace(reading, times=times)
    return replace(reading, times=times, attributions=finder.fill(report, reading.attributions, times))

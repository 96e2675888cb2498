"""The order of stages, and the one function that runs them.

A stage is a pure function over a batch of readings: it returns the readings with one more part filled in.
Its folder's `load()` gives that function with models and lexicons loaded once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from onrecord import attributions, certainty, disputes, headline, times, voices
from onrecord.model import Reading, Report

Method = Callable[[Sequence[Reading]], list[Reading]]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step from a report to a reading: what it needs, the part it gives, how its method is loaded."""

    name: str
    needs: tuple[str, ...]
    gives: str
    load: Callable[[], Method]


STAGES: tuple[Stage, ...] = (
    Stage("attributions", ("report",), "attributions", attributions.load),
    Stage("voices", ("report", "attributions"), "voices", voices.load),
    Stage("times", ("report", "attributions"), "times", times.load),
    Stage("certainty", ("report", "attributions", "voices"), "certainties", certainty.load),
    Stage("disputes", ("report", "attributions", "voices"), "disputes", disputes.load),
    Stage("headline", ("report", "attributions", "voices", "certainties"), "headline", headline.load),
)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The loaded stages, in order. Loading costs about a second; reading many reports shares it."""

    methods: tuple[tuple[Stage, Method], ...]

    @classmethod
    def load(cls, stages: Sequence[Stage] = STAGES, *, yardsticks: Path | None = None) -> Pipeline:
        """Load every stage's method once; `yardsticks` is a folder of the user's own (docs/certainty.md).

        Raises BrokenModel if weights or a lexicon are missing.
        """
        if yardsticks is not None:
            own = partial(certainty.load, yardsticks)
            stages = [replace(stage, load=own) if stage.name == "certainty" else stage for stage in stages]
        return cls(tuple((stage, stage.load()) for stage in stages))

    def read(self, reports: Iterable[Report]) -> list[Reading]:
        """Read a batch of reports; the readings come in the order of the reports.

        A report in another language than English is returned as a page: marked with a note, its parts empty.
        """
        readings = [_start(report) for report in reports]
        english = [i for i, reading in enumerate(readings) if not reading.notes]
        batch = [readings[i] for i in english]
        for _, method in self.methods:
            batch = method(batch)
        for i, reading in zip(english, batch, strict=True):
            readings[i] = reading
        return readings


def _start(report: Report) -> Reading:
    reading = Reading(report)
    if report.language in (None, "en"):
        return reading
    note = (
        f"The report is in another language ({report.language}); onrecord reads attributions in English "
        "only. Its page was kept; give an English version to have it read."
    )
    return replace(reading, attributions=(), voices=(), times=(), certainties=(), disputes=(), notes=(note,))

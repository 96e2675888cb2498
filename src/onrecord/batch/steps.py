"""What a run takes in, step by step: batches of readings, each with how far it brings its segment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from onrecord.batch import shards
from onrecord.batch.readers import Reader
from onrecord.batch.reading import AreHeld, Batch, Skipped, batches, none_held, skipped
from onrecord.batch.segments import Segment, groups, segments
from onrecord.ledger.records import Progress
from onrecord.pages.door import Failure

Known = Callable[[str], Progress | None]
"""How far a segment was taken in before."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row a page, what made the readings, and how far the segment is with them.

    The first step of a segment that was taken in before, in part or as a whole, has no rows: `before` says how far.
    """

    rows: Batch
    made_with: str
    progress: Progress | None = None
    before: Progress | None = None


@dataclass(slots=True)
class _Place:
    """Counts how far a segment is."""

    segment: str
    source: str
    done: int = 0
    failed: int = 0

    def after(self, rows: Batch) -> Progress:
        self.done += len(rows)
        self.failed += sum(isinstance(row, Skipped) for row in rows)
        return Progress(self.segment, self.source, self.done, self.failed, False)

    def end(self) -> Progress:
        return Progress(self.segment, self.source, self.done, self.failed, True)


def nothing_known(name: str) -> Progress | None:
    """For runs that keep no progress."""
    return None


@dataclass(frozen=True, slots=True)
class Plain:
    """Reads one segment after the other, without an engine."""

    reader: Reader
    made_with: str
    digest: str
    known: Known = nothing_known
    are_held: AreHeld = none_held

    def steps(self, inputs: Sequence[str]) -> Iterator[Step]:
        """The files and folders, in order."""
        for group in groups(inputs):
            if isinstance(group, Failure):
                yield Step([skipped(group.source, group.reason)], self.made_with)
                continue
            for segment in segments(group, self.digest):
                yield from self._segment(segment)

    def _segment(self, segment: Segment) -> Iterator[Step]:
        place = _Place(segment.name, segment.source)
        before = self.known(segment.name)
        if before:
            yield Step([], self.made_with, before=before)
            if before.finished:
                return
            place = replace(place, done=before.done, failed=before.failed)
        pages = islice(segment.pages(), place.done, None)
        for batch in batches(pages, self.reader.parse, self.reader.read, self.are_held):
            yield Step(batch, self.made_with, place.after(batch))
        yield Step([], self.made_with, place.end())


def of_shards(paths: Iterable[Path], known: Known = nothing_known) -> Iterator[Step]:
    """The readings of shards, in order; what was taken in before is passed over."""
    for path in paths:
        made = shards.said(path)
        before = known(made.name)
        if before:
            yield Step([], made.made_with, before=before)
            if before.finished:
                continue
        place, done = _Place(made.name, made.source), before.done if before else 0
        for rows in shards.rows(path):
            left = max(0, done - place.done)  # of these rows so many were taken in before
            place.after(list(rows[:left]))
            if rows[left:]:
                yield Step(list(rows[left:]), made.made_with, place.after(list(rows[left:])))
        yield Step([], made.made_with, place.end())

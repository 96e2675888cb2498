"""From pages to readings, a batch at a time.

Memory holds one batch. Whatever goes wrong with one report skips that report with a reason; only what makes
going on senseless (`StopRun`) ends the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from onrecord.errors import SkipReport, StopRun
from onrecord.model import Page, Reading, Report, Span

BATCH_REPORTS = 32
BATCH_CHARACTERS = 200_000
"""A batch ends at so many reports or characters, whichever comes first."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A source that was not read: the kind of error, and the reason in words."""

    source: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """A report that was read before, just so."""

    source: str


class Failed(Protocol):
    """What the doors give for an input without a page."""

    @property
    def source(self) -> str:
        """Where it was to come from."""
        ...

    @property
    def reason(self) -> SkipReport:
        """Why it did not."""
        ...


Batch = list[Reading | Skipped | Held]
Read = Callable[[Sequence[Report]], list[Reading]]
AreHeld = Callable[[Sequence[Report]], Sequence[bool]]
"""Which of some reports were read before, just so."""


def none_held(reports: Sequence[Report]) -> Sequence[bool]:
    """For runs that read every report."""
    return [False] * len(reports)


def batches(
    pages: Iterable[Page | Report | Failed],
    parse: Callable[[Page], Report],
    read: Read,
    are_held: AreHeld = none_held,
    most: int = BATCH_REPORTS,
) -> Iterator[Batch]:
    """The readings of the pages in batches; each page has one row, in the order of the pages."""
    rows: list[Report | Skipped] = []
    for page in pages:
        rows.append(_parsed(page, parse))
        if len(rows) >= most or sum(len(r.text) for r in rows if isinstance(r, Report)) >= BATCH_CHARACTERS:
            yield _read_reports(rows, read, are_held)
            rows = []
    if rows:
        yield _read_reports(rows, read, are_held)


def _read_reports(rows: Sequence[Report | Skipped], read: Read, are_held: AreHeld) -> Batch:
    held = iter(are_held([row for row in rows if isinstance(row, Report)]))
    sifted = [Held(row.source) if isinstance(row, Report) and next(held) else row for row in rows]
    done = iter(read_each([row for row in sifted if isinstance(row, Report)], read))
    return [next(done) if isinstance(row, Report) else row for row in sifted]


def _parsed(page: Page | Report | Failed, parse: Callable[[Page], Report]) -> Report | Skipped:
    if isinstance(page, Report):
        return page
    if not isinstance(page, Page):
        return skipped(page.source, page.reason)
    try:
        return parse(page)
    except StopRun:
        raise
    except Exception as error:  # a bug in one page's parsing must not end the run
        return skipped(page.source, error)


def read_each(reports: Sequence[Report], read: Read) -> Batch:
    """Read the reports together; if that fails, each by itself, and only those that fail are left out.

    One by one rather than in halves: a report that takes too long then costs that time twice, not five times.
    """
    if not reports:
        return []
    try:
        return list(read(reports))
    except StopRun:
        raise
    except Exception as error:  # as above: one report's bug is that report's
        if len(reports) == 1:
            return [skipped(reports[0].source, error)]
    return [row for report in reports for row in read_each([report], read)]


class SetAside(Exception):
    """A report that another process could not read: the kind of error there, and the reason in words."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


def skipped(source: str, error: Exception) -> Skipped:
    """The error as a reason; one that nobody raised on purpose is called a bug."""
    if isinstance(error, SetAside):
        return Skipped(source, error.kind, str(error))
    if isinstance(error, SkipReport):
        return Skipped(source, type(error).__name__, str(error))
    if isinstance(error, MemoryError) or "bad_alloc" in str(error):
        return Skipped(source, "TooLarge", "It needs more memory than there is; see --most-memory.")
    reason = f"a bug in onrecord ({type(error).__name__}: {error}); please report it with this page"
    return Skipped(source, "bug", reason)


def firm(reading: Reading, least: float) -> Reading:
    """The reading without attributions under a confidence, and without what rests on them alone.

    What stood within a dropped attribution stands within the next one outside. A certainty whose speaker
    is dropped goes too: it is nobody else's.
    """
    kept = {a.id: a for a in reading.attributions or () if a.confidence >= least}
    outer = {a.id: a.within for a in reading.attributions or ()}

    def next_kept(row: str | None) -> str | None:
        while row is not None and row not in kept:
            row = outer.get(row)
        return row

    def end(given: str | Span) -> str | Span:
        if not isinstance(given, str) or given in kept:
            return given
        spans = reading.attribution(given).content or (Span(0, 0),)
        return Span(spans[0].start_char, spans[-1].end_char)

    def rests(rows: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(row for row in rows if row in kept)

    check = reading.headline
    return replace(
        reading,
        attributions=tuple(replace(a, within=next_kept(a.within)) for a in kept.values()),
        certainties=tuple(c for c in reading.certainties or () if c.holder == "reporter" or c.holder in kept),
        disputes=tuple(replace(d, claim=end(d.claim), denial=end(d.denial)) for d in reading.disputes or ()),
        headline=replace(check, rests_on=rests(check.rests_on)) if check else None,
        sentence_checks=tuple(replace(c, rests_on=rests(c.rests_on)) for c in reading.sentence_checks),
    )

"""Cutting a text where marks begin and end, so that overlapping and nested marks can be shown."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from onrecord.model import Block, Reading, Span


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of text with what it is: role (source, cue, content, certainty, time, ...) and row."""

    span: Span
    role: str
    row: str


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text under one and the same set of marks, in the order in which they were given."""

    start_char: int
    end_char: int
    marks: tuple[Mark, ...]


def marks_of(reading: Reading) -> list[Mark]:
    """The marks of a reading: roles of attributions, certainties, times, claims and denials of disputes."""
    marks = [
        Mark(span, role, attribution.id)
        for attribution in reading.attributions or ()
        for role in ("source", "cue", "content")
        for span in getattr(attribution, role)
    ]
    for certainty in reading.certainties or ():
        marks.append(Mark(Span(certainty.start_char, certainty.end_char), "certainty", certainty.id))
    for time in reading.times or ():
        marks.append(Mark(Span(time.start_char, time.end_char), "time", time.id))
    for dispute in reading.disputes or ():
        for role, end in (("claim", dispute.claim), ("denial", dispute.denial)):
            if isinstance(end, Span):
                marks.append(Mark(end, role, dispute.id))
    return marks


def marks_by_block(blocks: Sequence[Block], marks: Iterable[Mark]) -> list[list[Mark]]:
    """For each block the marks that touch it, in the order given. Blocks are in order and do not overlap."""
    ends = [block.end_char for block in blocks]
    touching: list[list[Mark]] = [[] for _ in blocks]
    for mark in marks:
        for i in range(bisect_right(ends, mark.span.start_char), len(blocks)):
            if mark.span.end_char <= blocks[i].start_char:
                break
            touching[i].append(mark)
    return touching


def runs(within: Span, marks: Iterable[Mark]) -> Iterator[Run]:
    """Cut a span at every beginning and end of a mark; the runs cover it without a gap.

    Costs n log n in the marks, plus the marks open at each cut.
    """
    cuts = set(within)
    inside = list(marks)
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for i, mark in enumerate(inside):
        first = max(within.start_char, mark.span.start_char)
        last = min(within.end_char, mark.span.end_char)
        if first < last:
            cuts |= {first, last}
            opening.setdefault(first, []).append(i)
            closing.setdefault(last, []).append(i)
    open_marks: set[int] = set()
    places = sorted(cuts)
    for here, there in pairwise(places):
        open_marks.difference_update(closing.get(here, ()))
        open_marks.update(opening.get(here, ()))
        yield Run(here, there, tuple(inside[i] for i in sorted(open_marks)))

"""Which attribution stands within which, and their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from onrecord.model import Attribution, Span


def nested(rows: Sequence[Attribution]) -> tuple[Attribution, ...]:
    """The attributions in text order with ids a1, a2 ... and `within`: the one whose content holds them.

    A holder's content holds the cue and the whole content of what stands within it; of several the smallest
    counts. Cost: the rows, times the contents open at one place of the text.
    """
    ordered = sorted(rows, key=lambda row: (_extent(row), row.cue, row.content))
    named = [replace(row, id=f"a{n}") for n, row in enumerate(ordered, start=1)]
    open_rows: list[Attribution] = []
    holders: dict[str, str] = {}
    # By the place of the cue, each row meets only the contents that are open there.
    opening = sorted(named, key=lambda row: row.content[0].start_char if row.content else 0)
    at = 0
    for row in sorted(named, key=lambda row: row.cue[0].start_char if row.cue else 0):
        place = row.cue[0].start_char if row.cue else 0
        while at < len(opening) and opening[at].content and opening[at].content[0].start_char <= place:
            open_rows.append(opening[at])
            at += 1
        open_rows = [other for other in open_rows if other.content[-1].end_char > place]
        held_by = [(_size(other), other.id) for other in open_rows if _holds(other, row)]
        if held_by:
            holders[row.id] = min(held_by)[1]
    return tuple(replace(row, within=holders.get(row.id)) for row in named)


def _extent(row: Attribution) -> Span:
    spans = (*row.source, *row.cue, *row.content)
    return Span(min(s for s, _ in spans), max(e for _, e in spans))


def _size(row: Attribution) -> int:
    return sum(end - start for start, end in row.content)


def _holds(other: Attribution, row: Attribution) -> bool:
    if other.id == row.id or other.content == row.content:
        return False
    return all(any(part.holds(span) for part in other.content) for span in (*row.cue, *row.content))

"""Which attribution stands within which, and their ids; and which says nothing beyond what stands within it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from onrecord.model import Attribution, Span

_NOTHING_MORE = 0.8
"""Share of a content from which what stands within it leaves the holder nothing of its own to say."""

_EVEN = 0.5
"""Confidence below which an attribution is rather none than one."""


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


def unwrapped(rows: Sequence[Attribution]) -> tuple[Attribution, ...]:
    """Attributions, nested, without outermost ones that are unlikely and hold nothing more than another.

    Who "seized on the claim that …" said nothing that is told; the claim stands by itself then.
    """
    by_id = {row.id: row for row in rows}
    mere = set()
    for row in rows:
        holder = by_id.get(row.within or "")
        if holder is not None and holder.within is None and holder.confidence < _EVEN:
            shared = sum(_shared(a, b) for a in holder.content for b in (*row.source, *row.cue, *row.content))
            if shared >= _NOTHING_MORE * _size(holder):
                mere.add(holder.id)
    return nested([row for row in rows if row.id not in mere]) if mere else tuple(rows)


def _shared(a: Span, b: Span) -> int:
    return max(0, min(a.end_char, b.end_char) - max(a.start_char, b.start_char))


def _extent(row: Attribution) -> Span:
    spans = (*row.source, *row.cue, *row.content)
    return Span(min(s for s, _ in spans), max(e for _, e in spans))


def _size(row: Attribution) -> int:
    return sum(end - start for start, end in row.content)


def _holds(other: Attribution, row: Attribution) -> bool:
    if other.id == row.id or other.content == row.content:
        return False
    return all(any(part.holds(span) for part in other.content) for span in (*row.cue, *row.content))

"""What the steps of a comparison share: the reports, their segments, names and vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onrecord.encoder import Pieces
from onrecord.errors import UsageError
from onrecord.families import chains, pairs
from onrecord.families.names import Names, common_names
from onrecord.families.segments import Segment, segments
from onrecord.model import Reading

Vectors = Callable[[Sequence[str]], NDArray[np.float32]]
PieceVectors = Callable[[Sequence[str]], list[Pieces]]


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything the steps of one comparison share."""

    readings: Sequence[Reading]
    ids: Sequence[str]
    ranks: Sequence[int]
    """Place of each report in order of time."""
    names: Names
    owners: Sequence[chains.Owner]
    segments: Sequence[Segment]
    field: pairs.Field

    def text(self, segment: Segment) -> str:
        """The words of a segment."""
        return self.readings[segment.report].report.at(segment.spans)


def prepare(readings: Sequence[Reading], encode: Vectors, pieces: PieceVectors) -> Matter:
    """Segments, names and vectors of the reports to compare. Raises UsageError for one whose text was not kept."""
    for reading in readings:
        if not reading.report.has_text:
            raise UsageError(
                f"The ledger keeps no text of {reading.report.source} (read --no-text), and without words nobody can "
                "tell what became of them. Compare the pages themselves."
            )
    names = common_names(readings)
    owners = chains.owners(readings, names)
    found = [segment for r, reading in enumerate(readings) for segment in segments(reading, r)]
    texts = [readings[s.report].report.at(s.spans) for s in found]
    rows = [
        pairs.traits(
            s, text, s.start / max(len(readings[s.report].report.text), 1), _voice(readings, s, names, owners)
        )
        for s, text in zip(found, texts, strict=True)
    ]
    known = pairs.vocabulary(rows)
    around = [readings[s.report].report.at(s.sentence) for s in found]
    inside = [_inside(s, row) for s, row in zip(found, pieces(around), strict=True)]
    about = pairs.field(rows, encode(texts), encode(around), pairs.Vocabulary(known, encode(known)), inside)
    return Matter(readings, report_ids(readings), time_ranks(readings), names, owners, found, about)


def _inside(segment: Segment, pieces: Pieces) -> Pieces:
    """Of the pieces of a segment's sentence those that stand in the segment."""
    first, last = (pieces.places + segment.sentence.start_char).T if len(pieces.ids) else np.zeros((2, 0))
    within = [
        k for k in range(len(pieces.ids)) if any(first[k] < e and last[k] > s for s, e in segment.spans)
    ]
    return Pieces(pieces.ids[within], pieces.places[within], pieces.vectors[within])


def report_ids(readings: Sequence[Reading]) -> list[str]:
    """The reports' ids; a report that is given twice gets a number behind its id."""
    seen: Counter[str] = Counter()
    ids = []
    for reading in readings:
        seen[reading.report.id] += 1
        n = seen[reading.report.id]
        ids.append(reading.report.id if n == 1 else f"{reading.report.id}-{n}")
    return ids


def time_ranks(readings: Sequence[Reading]) -> list[int]:
    """Places in time, by publication date and then by the order given; an undated report keeps its neighbours."""
    dates: list[str] = []
    for reading in readings:
        dates.append(reading.report.published or (dates[-1] if dates else ""))
    order = sorted(range(len(readings)), key=lambda k: (dates[k], k))
    ranks = [0] * len(order)
    for place, k in enumerate(order):
        ranks[k] = place
    return ranks


def _voice(
    readings: Sequence[Reading], segment: Segment, names: Names, owners: Sequence[chains.Owner]
) -> str | None:
    owner = owners[segment.report]
    chain = chains.named(
        chains.chain_of(readings[segment.report], segment.report, segment.attribution, names)
    )
    return chain[-1] if chain else owner.name or None

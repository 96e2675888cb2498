"""What an export is given, and what it gives: entries in, pieces of files out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from onrecord.model import Attribution, Reading, Voice

UNREVIEWED = "machine"
"""The review state of a row that nobody has looked at."""

NOTICE = (
    "Machine-made by onrecord unless a review state says otherwise. It says who is on record for a statement, "
    "never whether the statement is true."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A reading with what reviewers said of its rows, by row id ("a3", "d1", "headline")."""

    reading: Reading
    reviews: Mapping[str, str] = field(default_factory=dict)

    def review(self, row_id: str) -> str:
        """The review state of a row: machine, accepted, rejected or unsure."""
        return self.reviews.get(row_id, UNREVIEWED)

    def voice_of(self, attribution: Attribution) -> Voice | None:
        """The voice behind an attribution, None if it stayed unresolved."""
        return None if attribution.voice is None else self.reading.voice(attribution.voice)

    def voice_name(self, attribution: Attribution) -> str:
        """The voice's name, else the words of the source, else nothing."""
        voice = self.voice_of(attribution)
        return voice.name if voice else self.reading.report.at(attribution.source)


class Piece(NamedTuple):
    """Some bytes of a file, by its name inside the output; pieces of one file come one after the other."""

    file: str
    content: bytes


Writer = Callable[[Iterable[Entry]], Iterator[Piece]]


def file_stem(entry: Entry) -> str:
    """A file name for a report that is safe on every system: its id, which is letters and digits."""
    kept = "".join(c for c in entry.reading.report.id if c.isascii() and (c.isalnum() or c in "-_"))
    return kept or "report"

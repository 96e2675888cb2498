"""What an export is given, and what it gives: entries in, pieces of files out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from onrecord.errors import UsageError
from onrecord.model import Attribution, Dispute, Reading, Report, Spans, Voice

UNREVIEWED = "machine"
"""The review state of a row that nobody has looked at."""

NOTICE = (
    "Machine-made by onrecord unless a review state says otherwise. It says who is on record for a statement, "
    "never whether the statement is true."
)


class Change(NamedTuple):
    """What a person decided about a row: who, when, from which review state to which, with what remark."""

    row: str
    at: str
    by: str
    from_state: str
    to_state: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A reading with what reviewers said of its rows, by row id ("a3", "d1"; "h1" is the headline's check)."""

    reading: Reading
    reviews: Mapping[str, str] = field(default_factory=dict)
    trail: tuple[Change, ...] = ()
    """The audit trail of the reviews, oldest first."""

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

    def only(self, rows: Collection[str], note: str) -> Entry:
        """The entry with these statements, what they stand within, and whom they answer or who answers them.

        Voices, certainties and disputes that belong to none of them go, and so do the checks of headline and
        sentences; `note` is added to the reading's notes, so that nobody takes the part for the whole.
        """
        reading = self.reading
        kept = _with_those_around(reading, rows)
        attributions = tuple(a for a in reading.attributions or () if a.id in kept)
        voices = _with_principals(reading, {a.voice for a in attributions if a.voice})
        return replace(
            self,
            reading=replace(
                reading,
                attributions=attributions,
                voices=tuple(v for v in reading.voices or () if v.id in voices),
                certainties=tuple(c for c in reading.certainties or () if c.holder in kept),
                # One whose other end is left out belongs to a statement around, which nobody asked for.
                disputes=tuple(d for d in reading.disputes or () if _ends(d) and _ends(d) <= kept),
                headline=None,
                sentence_checks=(),
                notes=(*reading.notes, note),
            ),
        )


class Piece(NamedTuple):
    """Some bytes of a file, by its name inside the output; pieces of one file come one after the other."""

    file: str
    content: bytes


Writer = Callable[[Iterable[Entry]], Iterator[Piece]]


def file_stem(entry: Entry) -> str:
    """A file name for a report that is safe on every system: its id, which is letters and digits."""
    kept = "".join(c for c in entry.reading.report.id if c.isascii() and (c.isalnum() or c in "-_"))
    return kept or "report"


def words_or_place(report: Report, spans: Spans) -> str:
    """The words of spans, or, of a report whose text was not kept, where they stood."""
    if report.has_text or not spans:
        return report.at(spans)
    return f"[text not kept: characters {', '.join(f'{start} to {end}' for start, end in spans)}]"


def need_text(entry: Entry, name: str) -> None:
    """Raise UsageError for a report whose text was not kept: the format is made of the text."""
    if not entry.reading.report.has_text:
        raise UsageError(
            f"--to {name} is made of the text, which the ledger does not keep for {entry.reading.report.source}. "
            "Choose another format, or read the pages into a ledger that keeps it."
        )


def _ends(dispute: Dispute) -> set[str]:
    return {end for end in (dispute.claim, dispute.denial) if isinstance(end, str)}


def _with_those_around(reading: Reading, rows: Collection[str]) -> set[str]:
    kept = set(rows)
    for dispute in reading.disputes or ():
        if _ends(dispute) & set(rows):
            kept |= _ends(dispute)
    return {outer.id for row in kept for outer in reading.chain(row)}


def _with_principals(reading: Reading, voices: set[str]) -> set[str]:
    """The voices with those they speak for."""
    speaks_for = {v.id: v.speaks_for for v in reading.voices or ()}
    found: set[str] = set()
    waiting = list(voices)
    while waiting:
        voice = waiting.pop()
        if voice in found:
            continue
        found.add(voice)
        principal = speaks_for.get(voice)
        waiting += [principal] if principal else []
    return found

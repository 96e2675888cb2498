"""brat standoff for annotators, and corrected files back as reviews.

One `.txt` with the report's text and one `.ann` a report, and an `annotation.conf`. Spans, events and their
arguments follow the PolNeAR corpus (Newell, Margolin & Ruths 2018), so that a folder can be used for training.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onrecord.errors import UnreadableInput
from onrecord.exports.entries import Entry, Piece, file_stem
from onrecord.model import Attribution, Span, Spans

ROLES = ("source", "cue", "content")
CONFIGURATION = """[entities]
Source
Cue
Content

[relations]

[events]
Attribution Source*:Source, Cue*:Cue, Content*:Content

[attributes]
"""
_TEXT_BOUND = re.compile(r"(T\d+)\t(\w+) ([\d; ]+)\t")


def brat_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """A folder: `annotation.conf`, and a `.txt` and an `.ann` file for each report."""
    yield Piece("annotation.conf", CONFIGURATION.encode())
    for entry in entries:
        stem = file_stem(entry)
        yield Piece(f"{stem}.txt", entry.reading.report.text.encode("utf-8", "surrogatepass"))
        yield Piece(f"{stem}.ann", annotation_file(entry).encode("utf-8", "surrogatepass"))


def annotation_file(entry: Entry) -> str:
    """The standoff lines of one report; the event of attribution `a7` is `E7`."""
    lines: list[str] = []
    number = 0
    for position, attribution in enumerate(entry.reading.attributions or (), start=1):
        arguments = []
        trigger = ""
        for role in ROLES:
            spans: Spans = getattr(attribution, role)
            if not spans:
                continue
            number += 1
            lines.append(_text_bound(number, role.capitalize(), spans, entry.reading.report.text))
            arguments.append(f"{role.capitalize()}:T{number}")
        number += 1
        trigger = f"T{number}"
        anchor = attribution.cue or attribution.content or attribution.source
        lines.append(_text_bound(number, "Attribution", anchor, entry.reading.report.text))
        lines.append(f"E{position}\tAttribution:{trigger} {' '.join(arguments)}")
    return "".join(f"{line}\n" for line in lines)


def _text_bound(number: int, kind: str, spans: Spans, text: str) -> str:
    # brat wants no line break inside a part: a span over paragraphs is written as several parts.
    parts = [part for span in spans for part in _within_lines(span, text)]
    offsets = ";".join(f"{start} {end}" for start, end in parts)
    words = " ".join(text[start:end] for start, end in parts)
    return f"T{number}\t{kind} {offsets}\t{words}"


def _within_lines(span: Span, text: str) -> Iterator[Span]:
    for line in re.finditer(r"[^\r\n]+", text[span.start_char : span.end_char]):
        yield Span(span.start_char + line.start(), span.start_char + line.end())


@dataclass(frozen=True, slots=True)
class Correction:
    """What a corrected file says of one attribution: its state, and where it is new its spans."""

    row_id: str | None
    """Id of the attribution in the reading, None for one that the annotator added."""
    state: str
    """accepted (left as it was), rejected (removed) or added."""
    source: Spans = ()
    cue: Spans = ()
    content: Spans = ()


def corrections(entry: Entry, annotation: str) -> list[Correction]:
    """Compare a corrected `.ann` file with the reading that it was written from.

    An event with the same spans as before is accepted, one that is gone or moved is rejected, and new or moved
    ones are added with their spans. Raises UnreadableInput with the line at fault.
    """
    events = _events(annotation)
    before = {_shape(a, entry.reading.report.text): a.id for a in entry.reading.attributions or ()}
    kept = {before[shape] for shape in events if shape in before}
    reviewed = [
        Correction(row_id, "accepted" if row_id in kept else "rejected") for row_id in before.values()
    ]
    added = [Correction(None, "added", *shape) for shape in events if shape not in before]
    return reviewed + added


_Shape = tuple[Spans, Spans, Spans]


def _shape(attribution: Attribution, text: str) -> _Shape:
    def parts(spans: Spans) -> Spans:
        return tuple(part for span in spans for part in _within_lines(span, text))

    return parts(attribution.source), parts(attribution.cue), parts(attribution.content)


def _events(annotation: str) -> list[_Shape]:
    bounds: dict[str, Spans] = {}
    events: list[_Shape] = []
    for number, line in enumerate(annotation.split("\n"), start=1):
        try:
            if line.startswith("T"):
                name, spans = _read_text_bound(line)
                bounds[name] = spans
            elif line.startswith("E"):
                events.append(_read_event(line, bounds))
        except (ValueError, KeyError) as error:
            raise UnreadableInput(
                f"line {number} of the annotation file is not brat standoff ({error}): mend or remove it"
            ) from None
    return events


def _read_text_bound(line: str) -> tuple[str, Spans]:
    match = _TEXT_BOUND.match(line + "\t")
    if match is None:
        raise ValueError("a text-bound line needs an id, a kind and offsets, parted by tabs")
    parts = (part.split() for part in match[3].split(";"))
    return match[1], tuple(Span(int(start), int(end)) for start, end in parts)


def _read_event(line: str, bounds: dict[str, Spans]) -> _Shape:
    _, _, arguments = line.partition("\t")
    spans: dict[str, list[Span]] = {role: [] for role in ROLES}
    for argument in arguments.split()[1:]:
        role, _, name = argument.partition(":")
        spans[role.rstrip("0123456789").lower()].extend(bounds[name])
    return tuple(spans["source"]), tuple(spans["cue"]), tuple(spans["content"])

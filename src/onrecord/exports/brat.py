"""brat standoff for annotators, and corrected files back as reviews.

One `.txt` with the report's text and one `.ann` a report, and an `annotation.conf`. Spans, events and their
arguments follow the PolNeAR corpus (Newell, Margolin & Ruths 2018), so that a folder can be used for training.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from onrecord.errors import UnreadableInput
from onrecord.exports.entries import Entry, Piece, file_stem, need_text
from onrecord.model import Attribution, Quotation, Reading, Span, Spans

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
_QUOTES = '"“”„«»'
_TEXT_BOUND = re.compile(r"(T\d+)\t(\w+) ([\d; ]+)\t")


def brat_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """A folder: `annotation.conf`, and a `.txt` and an `.ann` file for each report."""
    yield Piece("annotation.conf", CONFIGURATION.encode())
    for entry in entries:
        need_text(entry, "brat")
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
class Annotated:
    """What an annotator's file says of one attribution: its state, and where it is new its spans."""

    row_id: str | None
    """Id of the attribution in the reading, None for one that the annotator added."""
    state: str
    """accepted (left as it was), rejected (removed) or added."""
    source: Spans = ()
    cue: Spans = ()
    content: Spans = ()


def annotated(entry: Entry, annotation: str) -> list[Annotated]:
    """Compare an annotator's `.ann` file with the reading that it was written from.

    An event with the same spans as before is accepted, one that is gone or moved is rejected, and new or moved
    ones are added with their spans. Raises UnreadableInput with the line at fault.
    """
    events = _events(annotation)
    before = {_shape(a, entry.reading.report.text): a.id for a in entry.reading.attributions or ()}
    kept = {before[shape] for shape in events if shape in before}
    reviewed = [Annotated(row_id, "accepted" if row_id in kept else "rejected") for row_id in before.values()]
    added = [Annotated(None, "added", *shape) for shape in events if shape not in before]
    return reviewed + added


def with_added(reading: Reading, added: Iterable[Annotated], made_by: str) -> Reading:
    """The reading with the statements that an annotator added, as rows `made_by` that annotator.

    brat says who, how and what. That a statement stands within another follows from the spans; the voice is that of a
    statement with the same source words here, else it stays unresolved; quotation marks tell how the words are given.
    Raises UnreadableInput for spans outside the text or in page furniture, and for a statement without content.
    """
    rows = list(reading.attributions or ())
    number = max((int(row.id[1:]) for row in rows if row.id[1:].isdecimal()), default=0)
    for one in added:
        number += 1
        rows.append(_made(reading, one, f"a{number}", made_by))
    if len(rows) == len(reading.attributions or ()):
        return reading
    old, new = rows[: len(reading.attributions or ())], rows[len(reading.attributions or ()) :]
    return replace(reading, attributions=(*old, *(replace(row, within=_holder(row, rows)) for row in new)))


def _made(reading: Reading, one: Annotated, row_id: str, made_by: str) -> Attribution:
    report = reading.report
    spans = (*one.source, *one.cue, *one.content)
    if not one.content:
        raise UnreadableInput(
            "a statement that was added has no Content: mark what is said, or remove the event"
        )
    for span in spans:
        if not 0 <= span.start_char < span.end_char <= len(report.text):
            raise UnreadableInput(f"the offsets {span.start_char} {span.end_char} lie outside the text")
        if any(block.kind == "furniture" and block.span.overlaps(span) for block in report.blocks):
            raise UnreadableInput(f"the offsets {span.start_char} {span.end_char} lie in page furniture")
    words = report.at(one.source).casefold()
    voices = (a.voice for a in reading.attributions or () if report.at(a.source).casefold() == words)
    return Attribution(
        row_id,
        one.source,
        one.cue,
        one.content,
        quotation=_quotation(report.at(one.content)),
        act="say",
        confidence=1.0,
        made_by=made_by,
        voice=next(voices, None) if words else None,
    )


def _quotation(content: str) -> Quotation:
    bare = content.strip()
    if bare[:1] in _QUOTES and bare[-1:] in _QUOTES:
        return "direct"
    return "mixed" if any(mark in bare for mark in _QUOTES) else "indirect"


def _holder(row: Attribution, rows: list[Attribution]) -> str | None:
    """The statement in whose content the row lies, the innermost if there are several."""
    holders = [other for other in rows if other is not row and _lies_in(row, other)]
    return (
        min(holders, key=lambda other: sum(end - start for start, end in other.content)).id
        if holders
        else None
    )


def _lies_in(row: Attribution, other: Attribution) -> bool:
    spans = (*row.source, *row.cue, *row.content)
    return row.content != other.content and all(
        any(part.holds(span) for part in other.content) for span in spans
    )


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

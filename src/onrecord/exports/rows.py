"""One flat row a statement: the table behind CSV, Parquet and Arrow, described by its own fields."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, field, fields
from typing import Any

from onrecord.exports.entries import Entry, Piece
from onrecord.model import Attribution

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def _column(says: str) -> Any:
    return field(metadata={"says": says})


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One attribution with what its readers ask first. Empty text and None stand for "not known"."""

    report: str = _column("id of the report")
    report_source: str = _column("path or URL as given")
    url: str | None = _column("canonical address of the report")
    title: str | None = _column("headline of the report")
    published: str | None = _column("original publication date, YYYY-MM-DD")
    outlet: str | None = _column("outlet as given, else the site")
    statement: str = _column("id of the attribution in its report")
    within: str | None = _column("id of the attribution whose content holds this one")
    chain: str = _column("voices of the hearsay path, outermost first, joined by ' > '")
    voice: str = _column("name of the voice, or the words of the source if the voice stayed unresolved")
    voice_kind: str | None = _column("person, organisation, group, unnamed, document or author")
    voice_roles: str = _column("roles the report gives the voice, joined by '; '")
    source_text: str = _column("the source, verbatim")
    cue_text: str = _column("the cue, verbatim")
    content_text: str = _column("the content, verbatim; parts joined by a blank")
    source_spans: str = _column("offsets of the source, start-end in code points, joined by blanks")
    cue_spans: str = _column("offsets of the cue")
    content_spans: str = _column("offsets of the content")
    quotation: str = _column("direct, mixed or indirect")
    act: str = _column("what kind of saying: say, deny, ask, order ...")
    said: str | None = _column("when it was said, a TIMEX3 value")
    certainty: str = _column("certainty terms the speaker used, joined by '; '")
    certainty_low: float | None = _column("lowest probability of the first banded term, 0 to 1")
    certainty_high: float | None = _column("highest probability of the first banded term, 0 to 1")
    yardstick: str | None = _column("the holder's scale that gives the band")
    disputed: bool = _column("whether another statement of the report disputes this one")
    confidence: float = _column("how sure the reader is of the attribution, 0 to 1")
    made_by: str = _column("method and version that made the row")
    review: str = _column("machine, accepted, rejected or unsure")


def statement_rows(entry: Entry) -> Iterator[StatementRow]:
    """The rows of one reading, in the order of its attributions."""
    reading, report = entry.reading, entry.reading.report
    claims = {dispute.claim for dispute in reading.disputes or ()}
    for attribution in reading.attributions or ():
        voice = entry.voice_of(attribution)
        certainties = [c for c in reading.certainties or () if c.holder == attribution.id]
        banded = next((c for c in certainties if c.low is not None), None)
        yield StatementRow(
            report=report.id,
            report_source=report.source,
            url=report.url,
            title=report.title,
            published=report.published,
            outlet=report.publisher,
            statement=attribution.id,
            within=attribution.within,
            chain=chain_text(entry, attribution),
            voice=entry.voice_name(attribution),
            voice_kind=voice.kind if voice else None,
            voice_roles="; ".join(voice.roles) if voice else "",
            source_text=report.at(attribution.source),
            cue_text=report.at(attribution.cue),
            content_text=report.at(attribution.content),
            source_spans=_offsets(attribution.source),
            cue_spans=_offsets(attribution.cue),
            content_spans=_offsets(attribution.content),
            quotation=attribution.quotation,
            act=attribution.act,
            said=attribution.said.value if attribution.said else None,
            certainty="; ".join(c.term for c in certainties),
            certainty_low=banded.low if banded else None,
            certainty_high=banded.high if banded else None,
            yardstick=banded.yardstick if banded else None,
            disputed=attribution.id in claims,
            confidence=attribution.confidence,
            made_by=attribution.made_by,
            review=entry.review(attribution.id),
        )


def chain_text(entry: Entry, attribution: Attribution) -> str:
    """The names on the hearsay path, outermost first, joined by ' > '."""
    return " > ".join(entry.voice_name(link) for link in entry.reading.chain(attribution.id))


def columns() -> list[tuple[str, str, str]]:
    """Name, type and meaning of each column: the table of fields in the docs."""
    return [(f.name, str(f.type), f.metadata["says"]) for f in fields(StatementRow)]


def csv_pieces(entries: Iterable[Entry], *, formula_safe: bool = False) -> Iterator[Piece]:
    """CSV (RFC 4180) with a header line, UTF-8.

    `formula_safe` puts an apostrophe before texts that a spreadsheet would run as a formula.
    """
    yield Piece("statements.csv", csv_line([f.name for f in fields(StatementRow)]))
    for entry in entries:
        for row in statement_rows(entry):
            values = [safe_in_spreadsheets(v) if formula_safe else v for v in astuple(row)]
            yield Piece("statements.csv", csv_line(values))


def spreadsheet_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """The same with nothing in it that a spreadsheet would run as a formula."""
    return csv_pieces(entries, formula_safe=True)


def csv_line(values: list[Any]) -> bytes:
    """One line of CSV in UTF-8; what UTF-8 cannot hold is escaped with a backslash."""
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue().encode("utf-8", "backslashreplace")


def safe_in_spreadsheets(value: Any) -> Any:
    """The value with an apostrophe in front if it is a text that a spreadsheet would run as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _offsets(spans: Iterable[tuple[int, int]]) -> str:
    return " ".join(f"{start}-{end}" for start, end in spans)

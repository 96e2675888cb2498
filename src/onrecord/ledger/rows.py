"""A reading as rows of the ledger's tables: pure, no database."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from onrecord.exports import jsonl
from onrecord.ledger.identity import report_identity, report_key, storable, storable_or_none, voice_key
from onrecord.ledger.records import RowKind
from onrecord.model import Attribution, HeadlineCheck, Reading, Span

Row = dict[str, Any]
_AS_WRITTEN = json.JSONEncoder(ensure_ascii=False)

ROW_TABLES = (
    "blocks",
    "spans",
    "attributions",
    "report_voices",
    "times",
    "certainties",
    "report_disputes",
    "headline_differences",
    "headline_checks",
)
"""The tables that hold the rows of a version, in an order in which they may be emptied."""

REPORT_COLUMNS = ("source", "url", "title", "published", "byline", "site", "outlet", "language", "fetched")


@dataclass(slots=True)
class Prepared:
    """A reading ready to be written: `tables` lack `version`, voices lack `ledger_voice`."""

    reading: Reading
    identity: str
    key: str
    version: Row
    voice_keys: dict[str, str] = field(default_factory=dict)
    """Voice key of each voice of the report, by the voice's row id."""
    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))


def prepare(reading: Reading, made_with: str) -> Prepared:
    """The rows of a reading. Raises ValueError if two of its rows share an id."""
    _check_ids(reading)
    identity = report_identity(reading.report)
    prepared = Prepared(reading, storable(identity), report_key(identity), _version(reading, made_with))
    text = _Text(prepared.version["text"])
    _add_blocks(prepared)
    _add_voices(prepared)
    _add_attributions(prepared, text)
    _add_times(prepared, text)
    _add_certainties(prepared, text)
    _add_disputes(prepared, text)
    _add_checks(prepared, text)
    return prepared


def unpack(blob: bytes) -> Reading:
    """The reading that was packed into a version's `reading` column."""
    return jsonl.from_json(json.loads(zlib.decompress(blob)))


def headline_rows(reading: Reading) -> Iterable[tuple[str, HeadlineCheck]]:
    """The checks with the row ids they have in a ledger: h1 the headline, s1 ... further sentences."""
    if reading.headline is not None:
        yield "h1", reading.headline
    for number, check in enumerate(reading.sentence_checks, 1):
        yield f"s{number}", check


def reviewable(reading: Reading) -> dict[str, tuple[RowKind, str]]:
    """Every row a person can review: its kind, and what makes it the same row after a re-reading."""
    # Where the text is not kept, the same place in the page is the same row.
    at: Callable[..., str] = reading.report.at if reading.report.has_text else str
    rows: dict[str, tuple[RowKind, str]] = {}
    for a in reading.attributions or ():
        rows[a.id] = ("statement", "\x1f".join((at(a.source), at(a.cue), at(a.content))))
    for v in reading.voices or ():
        rows[v.id] = ("voice", f"{v.kind}\x1f{v.name}")
    for t in reading.times or ():
        rows[t.id] = ("time", f"{at(Span(t.start_char, t.end_char))}\x1f{t.value}")
    for c in reading.certainties or ():
        rows[c.id] = ("certainty", f"{at(Span(c.start_char, c.end_char))}\x1f{c.direction}")
    for d in reading.disputes or ():
        ends = (at(_end_span(reading, end)) for end in (d.claim, d.denial))
        rows[d.id] = ("dispute", "\x1f".join((*ends, d.kind)))
    for row_id, check in headline_rows(reading):
        rows[row_id] = ("headline", f"{check.verdict}\x1f{at(check.checked)}")
    return rows


class _Text:
    """The report's storable text and its cuts."""

    def __init__(self, text: str) -> None:
        self.text = text

    def at(self, spans: Iterable[tuple[int, int]]) -> str:
        return " ".join(self.text[start:end] for start, end in spans) if self.text else ""


def _check_ids(reading: Reading) -> None:
    parts = (reading.attributions, reading.voices, reading.times, reading.certainties, reading.disputes)
    ids = [row.id for part in parts for row in part or ()]
    ids += [row_id for row_id, _ in headline_rows(reading)]
    if len(ids) != len(set(ids)):
        doubled = sorted({row_id for row_id in ids if ids.count(row_id) > 1})
        raise ValueError(f"rows of one reading share an id: {', '.join(doubled)}")


def _version(reading: Reading, made_with: str) -> Row:
    record = jsonl.to_json(reading)
    row: Row = {name: storable_or_none(getattr(reading.report, name)) for name in REPORT_COLUMNS}
    row["source"] = row["source"] or ""
    row["content_id"] = storable(reading.report.id)
    row["sha256"] = storable(reading.report.sha256)
    row["text"] = storable(reading.report.text)
    row["notes"] = _json(reading.notes)
    row["made_with"] = storable(made_with)
    row["reading"] = zlib.compress(json.dumps(record).encode("ascii"), 6)
    row["fingerprint"] = fingerprint(record)
    return row


def fingerprint(record: dict[str, Any]) -> str:
    """A hash of a reading as JSON. Another program version or another moment of fetching does not make it another."""
    report = {name: value for name, value in record["report"].items() if name != "fetched"}
    kept = {name: value for name, value in record.items() if name != "onrecord"} | {"report": report}
    return sha256(json.dumps(kept).encode("ascii")).hexdigest()


def _json(values: Iterable[Any]) -> str:
    return storable(_AS_WRITTEN.encode(list(values)))


def _add_blocks(prepared: Prepared) -> None:
    for number, block in enumerate(prepared.reading.report.blocks):
        prepared.tables["blocks"].append(
            {
                "number": number,
                "start_char": block.start_char,
                "end_char": block.end_char,
                "kind": block.kind,
                "place": storable_or_none(block.place),
            }
        )


def _add_voices(prepared: Prepared) -> None:
    for v in prepared.reading.voices or ():
        prepared.voice_keys[v.id] = storable(voice_key(v.name, v.kind, prepared.key))
        prepared.tables["report_voices"].append(
            {
                "row_id": v.id,
                "name": storable(v.name),
                "kind": v.kind,
                "roles": _json(v.roles),
                "speaks_for": v.speaks_for,
                "mentions": _json(v.mentions),
                "why": storable(v.why),
                "confidence": v.confidence,
                "count": v.count,
                "made_by": v.made_by,
            }
        )


def _add_attributions(prepared: Prepared, text: _Text) -> None:
    reading = prepared.reading
    names = {v.id: storable(v.name) for v in reading.voices or ()}
    for a in reading.attributions or ():
        chain = [names.get(x.voice or "") or text.at(x.source) or "?" for x in reading.chain(a.id)]
        start, end = _hull(a)
        prepared.tables["attributions"].append(
            {
                "row_id": a.id,
                "within": a.within,
                "voice": a.voice,
                "start_char": start,
                "end_char": end,
                "source_text": text.at(a.source),
                "cue_text": text.at(a.cue),
                "content_text": text.at(a.content),
                "chain": " > ".join(chain),
                "depth": len(chain) - 1,
                "quotation": a.quotation,
                "act": a.act,
                "said_value": storable_or_none(a.said.value) if a.said else None,
                "said_start_char": a.said.start_char if a.said else None,
                "said_end_char": a.said.end_char if a.said else None,
                "confidence": a.confidence,
                "made_by": a.made_by,
            }
        )
        _add_spans(prepared, a)


def _add_spans(prepared: Prepared, a: Attribution) -> None:
    for role, spans in (("source", a.source), ("cue", a.cue), ("content", a.content)):
        for number, (start, end) in enumerate(spans):
            prepared.tables["spans"].append(
                {"row_id": a.id, "role": role, "number": number, "start_char": start, "end_char": end}
            )


def _hull(a: Attribution) -> Span:
    spans = (*a.source, *a.cue, *a.content)
    if not spans:
        return Span(0, 0)
    return Span(min(start for start, _ in spans), max(end for _, end in spans))


def _add_times(prepared: Prepared, text: _Text) -> None:
    for t in prepared.reading.times or ():
        prepared.tables["times"].append(
            {
                "row_id": t.id,
                "start_char": t.start_char,
                "end_char": t.end_char,
                "text": text.text[t.start_char : t.end_char],
                "kind": t.kind,
                "value": storable(t.value),
                "anchor": t.anchor,
                "granularity": t.granularity,
                "made_by": t.made_by,
            }
        )


def _add_certainties(prepared: Prepared, text: _Text) -> None:
    for c in prepared.reading.certainties or ():
        prepared.tables["certainties"].append(
            {
                "row_id": c.id,
                "start_char": c.start_char,
                "end_char": c.end_char,
                "text": text.text[c.start_char : c.end_char] or storable(c.term),
                "term": storable(c.term),
                "direction": c.direction,
                "holder": c.holder,
                "yardstick": c.yardstick,
                "low": c.low,
                "high": c.high,
                "analytic_confidence": c.analytic_confidence,
                "notes": _json(c.notes),
                "made_by": c.made_by,
            }
        )


def _end_span(reading: Reading, end: str | Span) -> Span:
    """Where an end of a dispute stands: the span given, or the hull of the attribution's content."""
    if not isinstance(end, str):
        return end
    a = reading.attribution(end)
    spans = a.content or a.cue or a.source or (Span(0, 0),)
    return Span(min(start for start, _ in spans), max(stop for _, stop in spans))


def _add_disputes(prepared: Prepared, text: _Text) -> None:
    for d in prepared.reading.disputes or ():
        row = {
            "row_id": d.id,
            "kind": d.kind,
            "why": storable(d.why),
            "confidence": d.confidence,
            "made_by": d.made_by,
        }
        for name, end in (("claim", d.claim), ("denial", d.denial)):
            row[name] = end if isinstance(end, str) else None
            row |= _placed(name, _end_span(prepared.reading, end), text)
        prepared.tables["report_disputes"].append(row | _placed("cue", d.cue, text))


def _placed(name: str, span: Span, text: _Text) -> Row:
    return {
        f"{name}_start_char": span.start_char,
        f"{name}_end_char": span.end_char,
        f"{name}_text": text.text[span.start_char : span.end_char],
    }


def _add_checks(prepared: Prepared, text: _Text) -> None:
    for row_id, check in headline_rows(prepared.reading):
        prepared.tables["headline_checks"].append(
            {
                "row_id": row_id,
                "verdict": check.verdict,
                "start_char": check.checked.start_char,
                "end_char": check.checked.end_char,
                "text": text.at([check.checked]),
                "rests_on": _json(check.rests_on),
                "why": storable(check.why),
                "confidence": check.confidence,
                "made_by": check.made_by,
            }
        )
        for number, difference in enumerate(check.differences):
            prepared.tables["headline_differences"].append(
                {"row_id": row_id, "number": number, "what": difference.what}
                | _placed("headline", difference.headline, text)
                | _placed("body", difference.body, text)
            )

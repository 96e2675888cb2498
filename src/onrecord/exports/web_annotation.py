"""W3C Web Annotations: an attribution as one annotation whose targets are its source, cue and content.

Follows the Web Annotation Data Model and Vocabulary (W3C Recommendations, 23 February 2017). Each target has a
TextPositionSelector (offsets in code points, as the recommendation counts them) and a TextQuoteSelector. What a target
is in its row (source, cue, content ...) has no word in the recommendation's vocabulary: a second context gives it one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from onrecord.exports.entries import Entry, Piece
from onrecord.model import Attribution, Certainty, Dispute, Span

CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"role": "urn:onrecord:vocabulary:role"}]
_AROUND = 32
"""Characters of prefix and suffix, enough to find a quotation again in a text that moved a little."""

Json = dict[str, Any]


def web_annotation_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """One file of JSON Lines: an annotation a line, each with its own context."""
    for entry in entries:
        for annotation in annotations_of(entry):
            line = json.dumps(annotation, ensure_ascii=True) + "\n"
            yield Piece("annotations.jsonl", line.encode())


def annotations_of(entry: Entry) -> Iterator[Json]:
    """The annotations of one reading: attributions, then certainties, then disputes."""
    for attribution in entry.reading.attributions or ():
        yield _attribution(entry, attribution)
    for certainty in entry.reading.certainties or ():
        yield _certainty(entry, certainty)
    for dispute in entry.reading.disputes or ():
        yield _dispute(entry, dispute)


def _attribution(entry: Entry, attribution: Attribution) -> Json:
    bodies = [
        _tag(f"voice: {entry.voice_name(attribution)}"),
        _tag(f"act: {attribution.act}"),
        _tag(f"quotation: {attribution.quotation}"),
        *([_tag(f"within: {attribution.within}")] if attribution.within else []),
    ]
    targets = [
        _target(entry, span, role)
        for role in ("source", "cue", "content")
        for span in getattr(attribution, role)
    ]
    return _annotation(entry, attribution.id, attribution.made_by, bodies, targets)


def _certainty(entry: Entry, certainty: Certainty) -> Json:
    band = (
        "" if certainty.low is None else f" ({certainty.yardstick}: {certainty.low:g} to {certainty.high:g})"
    )
    bodies = [_tag(f"certainty: {certainty.term}{band}"), _tag(f"holder: {certainty.holder}")]
    span = Span(certainty.start_char, certainty.end_char)
    return _annotation(entry, certainty.id, certainty.made_by, bodies, [_target(entry, span, "certainty")])


def _dispute(entry: Entry, dispute: Dispute) -> Json:
    targets = [
        _target(entry, span, role)
        for role, end in (("claim", dispute.claim), ("denial", dispute.denial))
        for span in ((end,) if isinstance(end, Span) else entry.reading.attribution(end).content)
    ]
    bodies = [_tag(f"dispute: {dispute.kind}"), {**_tag(dispute.why), "purpose": "describing"}]
    return _annotation(entry, dispute.id, dispute.made_by, bodies, targets)


def _annotation(entry: Entry, row_id: str, made_by: str, bodies: list[Json], targets: list[Json]) -> Json:
    return {
        "@context": CONTEXT,
        "id": f"urn:onrecord:{entry.reading.report.id}:{row_id}",
        "type": "Annotation",
        "motivation": "classifying",
        "generator": {"type": "Software", "name": f"onrecord {made_by}".strip()},
        "body": [*bodies, _tag(f"review: {entry.review(row_id)}")],
        "target": targets,
    }


def _tag(value: str) -> Json:
    return {"type": "TextualBody", "purpose": "tagging", "value": value, "format": "text/plain"}


def _iri(address: str) -> str:
    """The address with what no IRI can hold (blanks, brackets, bars) percent-encoded."""
    return re.sub(
        r'[\x00-\x20<>"{}|\\^`\x7f\ud800-\udfff]', lambda found: quote(found[0], errors="replace"), address
    )


def _target(entry: Entry, span: Span, role: str) -> Json:
    report = entry.reading.report
    start, end = span
    position: Json = {"type": "TextPositionSelector", "start": start, "end": end}
    quoted: Json = {
        "type": "TextQuoteSelector",
        "exact": report.text[start:end],
        "prefix": report.text[max(0, start - _AROUND) : start],
        "suffix": report.text[end : end + _AROUND],
    }
    return {
        "type": "SpecificResource",
        "source": _iri(report.url) if report.url else f"urn:onrecord:{report.id}",
        "role": role,
        "selector": [position, quoted] if report.has_text else [position],
    }

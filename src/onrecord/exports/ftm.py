"""FollowTheMoney entities (https://followthemoney.tech) as JSON Lines, for Aleph and OpenSanctions tools.

Article for the report, Person, Organization or LegalEntity for voices, and a Note for each statement that names the
voice as its entity, so that a statement is never turned into a fact about somebody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from onrecord.exports.entries import Entry, Piece
from onrecord.model import Attribution, Voice, VoiceKind

_SCHEMATA: dict[VoiceKind, str] = {
    "person": "Person",
    "organisation": "Organization",
    "group": "LegalEntity",
    "unnamed": "LegalEntity",
    "document": "Document",
    "author": "Person",
}

_ISO_639_3 = dict(
    pair.split(":")
    for pair in (
        "en:eng de:deu fr:fra es:spa it:ita nl:nld pt:por ru:rus uk:ukr pl:pol sv:swe no:nor da:dan fi:fin cs:ces "
        "hu:hun ro:ron el:ell tr:tur ar:ara he:heb fa:fas hi:hin zh:zho ja:jpn ko:kor"
    ).split()
)
"""The model takes three-letter codes; a language that is not here is left out."""

Json = dict[str, Any]


def ftm_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """One file `entities.ftm.json`, an entity a line."""
    for entry in entries:
        for entity in entities(entry):
            line = json.dumps(entity, ensure_ascii=True) + "\n"
            yield Piece("entities.ftm.json", line.encode())


def entities(entry: Entry) -> Iterator[Json]:
    """The entities of one reading: its article, its voices, its statements."""
    report = entry.reading.report
    yield _entity(
        _id(report.id),
        "Article",
        title=report.title or report.source,
        sourceUrl=report.url,
        publishedAt=report.published,
        author=report.byline,
        publisher=report.outlet or report.site,
        language=_ISO_639_3.get(report.language or ""),
        contentHash=hashlib.sha1(report.text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest(),
    )
    for voice in entry.reading.voices or ():
        yield _voice(entry, voice)
    for attribution in entry.reading.attributions or ():
        yield _statement(entry, attribution)


def _voice(entry: Entry, voice: Voice) -> Json:
    schema = _SCHEMATA[voice.kind]
    named = {"title": voice.name} if schema == "Document" else {"name": voice.name}
    position = {"position": list(voice.roles)} if schema == "Person" else {}
    return _entity(
        _id(entry.reading.report.id, voice.id),
        schema,
        **named,
        **position,
        proof=_id(entry.reading.report.id),
    )


def _statement(entry: Entry, attribution: Attribution) -> Json:
    report = entry.reading.report
    return _entity(
        _id(report.id, attribution.id),
        "Note",
        name=f"{entry.voice_name(attribution)}: {report.at(attribution.cue)}".strip(": "),
        description=report.at(attribution.content),
        entity=_id(report.id, attribution.voice) if attribution.voice else _id(report.id),
        proof=_id(report.id),
        notes=f"{attribution.act}, {attribution.quotation}; review: {entry.review(attribution.id)}",
    )


def _id(*parts: str) -> str:
    return "onrecord-" + "-".join(parts)


def _entity(entity_id: str, schema: str, **properties: str | list[str] | None) -> Json:
    kept = {
        name: value if isinstance(value, list) else [value] for name, value in properties.items() if value
    }
    return {"id": entity_id, "schema": schema, "properties": kept}

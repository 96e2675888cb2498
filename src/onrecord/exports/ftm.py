"""FollowTheMoney entities (https://followthemoney.tech) as JSON Lines, for Aleph and OpenSanctions tools.

Article for the report, Person, Organization or LegalEntity for voices, and a Note for each statement that names the
voice as its entity, so that a statement is never turned into a fact about somebody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from onrecord.exports.entries import Entry, Piece, words_or_place
from onrecord.model import Attribution, Report, Voice, VoiceKind

_SCHEMATA: dict[VoiceKind, str] = {
    "person": "Person",
    "organisation": "Organization",
    "group": "LegalEntity",
    "unnamed": "LegalEntity",
    "document": "Document",
    "author": "Person",
}

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
        publisher=report.publisher,
        language=_three_letters(report.language),
        contentHash=_sha1(report),
    )
    for voice in entry.reading.voices or ():
        yield _voice(entry, voice)
    for attribution in entry.reading.attributions or ():
        yield _statement(entry, attribution)


def _sha1(report: Report) -> str | None:
    """The hash that the model asks for, of the text; none where the text was not kept."""
    if not report.has_text:
        return None
    return hashlib.sha1(report.text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


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
        description=words_or_place(report, attribution.content),
        entity=_id(report.id, attribution.voice) if attribution.voice else _id(report.id),
        proof=_id(report.id),
        notes=f"{attribution.act}, {attribution.quotation}; review: {entry.review(attribution.id)}",
    )


def _three_letters(language: str | None) -> str | None:
    """The model takes ISO 639-3 codes; a language that the table lacks is left out."""
    return _languages().get(language or "")


@cache
def _languages() -> dict[str, str]:
    lines = (files("onrecord.exports") / "languages.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


def _id(*parts: str) -> str:
    return "onrecord-" + "-".join(parts)


def _entity(entity_id: str, schema: str, **properties: str | list[str] | None) -> Json:
    kept = {
        name: value if isinstance(value, list) else [value] for name, value in properties.items() if value
    }
    return {"id": entity_id, "schema": schema, "properties": kept}

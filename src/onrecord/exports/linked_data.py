"""Statements as linked data: schema.org Quotation and Claim (JSON-LD), and hearsay paths in PROV (PROV-JSON).

schema.org: https://schema.org/Quotation, https://schema.org/Claim. PROV: PROV-JSON (W3C Member Submission, 24 April
2013) over the PROV data model: an inner statement is what the outer one was derived from, a voice is the agent it
is attributed to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from onrecord.exports.entries import Entry, Piece, words_or_place
from onrecord.model import Attribution, Report, VoiceKind

_SCHEMA_TYPES: dict[VoiceKind, str] = {
    "person": "Person",
    "organisation": "Organization",
    "group": "Organization",
    "unnamed": "Person",
    "document": "CreativeWork",
    "author": "Person",
}
_PROV_TYPES: dict[VoiceKind, str] = {
    "person": "prov:Person",
    "organisation": "prov:Organization",
}

Json = dict[str, Any]


def schema_org_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """JSON Lines, one NewsArticle a line with its statements under `mentions`."""
    for entry in entries:
        line = json.dumps(schema_org(entry), ensure_ascii=True) + "\n"
        yield Piece("schema-org.jsonl", line.encode())


def schema_org(entry: Entry) -> Json:
    """The report as a NewsArticle; direct quotations are Quotation, everything else is Claim."""
    report = entry.reading.report
    article = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": _iri(report),
        "headline": report.title,
        "datePublished": report.published,
        "author": report.byline,
        "publisher": report.publisher,
        "inLanguage": report.language,
        "mentions": [_statement(entry, a) for a in entry.reading.attributions or ()],
    }
    return {key: value for key, value in article.items() if value is not None}


def _statement(entry: Entry, attribution: Attribution) -> Json:
    report = entry.reading.report
    voice = entry.voice_of(attribution)
    direct = attribution.quotation == "direct"
    statement: Json = {
        "@type": "Quotation" if direct else "Claim",
        "@id": f"{_iri(report)}#{attribution.id}",
        "text": words_or_place(report, attribution.content),
        "creativeWorkStatus": f"review: {entry.review(attribution.id)}",
    }
    if voice:
        speaker = {"@type": _SCHEMA_TYPES[voice.kind], "name": voice.name}
        statement["spokenByCharacter" if direct else "claimInterpreter"] = speaker
    if attribution.within:
        statement["isPartOf"] = {"@id": f"{_iri(report)}#{attribution.within}"}
    return statement


def prov_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """One PROV-JSON document a report, in a file of JSON Lines."""
    for entry in entries:
        yield Piece("prov.jsonl", (json.dumps(prov(entry), ensure_ascii=True) + "\n").encode())


def prov(entry: Entry) -> Json:
    """The report and its statements as entities, voices as agents, hearsay as quotation and derivation."""
    report, reading = entry.reading.report, entry.reading
    base = f"{report.id}"
    document: Json = {
        "prefix": {"onrecord": "urn:onrecord:"},
        "entity": {f"onrecord:{base}": _plain({"prov:label": report.title, "onrecord:url": report.url})},
        "agent": {},
        "wasAttributedTo": {},
        "wasQuotedFrom": {},
        "wasDerivedFrom": {},
    }
    for voice in reading.voices or ():
        kind = _PROV_TYPES.get(voice.kind, "prov:Agent")
        agent = {"prov:label": voice.name, "prov:type": {"$": kind, "type": "prov:QUALIFIED_NAME"}}
        document["agent"][f"onrecord:{base}-{voice.id}"] = agent
    for attribution in reading.attributions or ():
        _add_statement(document, entry, attribution)
    return document


def _add_statement(document: Json, entry: Entry, attribution: Attribution) -> None:
    report = entry.reading.report
    name = f"onrecord:{report.id}-{attribution.id}"
    holder = f"onrecord:{report.id}" + (f"-{attribution.within}" if attribution.within else "")
    document["entity"][name] = {
        "prov:value": words_or_place(report, attribution.content),
        "onrecord:act": attribution.act,
        "onrecord:review": entry.review(attribution.id),
    }
    relation = "wasQuotedFrom" if attribution.quotation == "direct" else "wasDerivedFrom"
    document[relation][f"_:r-{attribution.id}"] = {"prov:generatedEntity": holder, "prov:usedEntity": name}
    if attribution.voice:
        document["wasAttributedTo"][f"_:v-{attribution.id}"] = {
            "prov:entity": name,
            "prov:agent": f"onrecord:{report.id}-{attribution.voice}",
        }


def _plain(record: Json) -> Json:
    return {key: value for key, value in record.items() if value is not None}


def _iri(report: Report) -> str:
    return report.url or f"urn:onrecord:{report.id}"

"""STIX 2.1 bundles (extra `stix`): who said what, as an analyst's platform takes it in.

A voice is an Identity, a statement a Note by that voice, hearsay a relationship `derived-from` between Notes, a
denial an Opinion on the Note it is aimed at, and the report a Report (a Grouping when its date is not known, since a
Report must have one). A Note's confidence is the middle of its certainty band, and a label names the scale; without a
band there is none. Ids are made from the content, so that exporting twice gives the same objects.
Source: STIX Version 2.1, OASIS Standard, 10 June 2021.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from onrecord.errors import MissingExtra
from onrecord.exports.entries import NOTICE, Entry, Piece, words_or_place
from onrecord.model import Attribution, Certainty, Dispute, DisputeKind, Span, VoiceKind

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:onrecord:stix")
_EPOCH = "1970-01-01T00:00:00Z"
_IDENTITY_CLASSES: dict[VoiceKind, str] = {
    "person": "individual",
    "organisation": "organization",
    "group": "group",
    "unnamed": "unspecified",
    "document": "unspecified",
    "author": "individual",
}
_OPINIONS: dict[DisputeKind, str] = {
    "denies": "strongly-disagree",
    "rejects": "disagree",
    "corrects": "disagree",
    "doubts": "neutral",
}


def stix_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """JSON Lines, one bundle a report. Raises MissingExtra without stix2."""
    for entry in entries:
        yield Piece("bundles.stix.jsonl", (bundle(entry).serialize() + "\n").encode("utf-8", "replace"))


def bundle(entry: Entry) -> Any:
    """The `stix2.Bundle` of one reading."""
    stix2 = _stix2()
    maker = _Maker(stix2, entry)
    reading = entry.reading
    system = maker.make(stix2.Identity, "onrecord", name="onrecord", identity_class="system")
    objects = [system]
    objects += [
        maker.make(
            stix2.Identity,
            voice.id,
            name=voice.name or "unknown",
            identity_class=_IDENTITY_CLASSES[voice.kind],
            roles=list(voice.roles),
        )
        for voice in reading.voices or ()
    ]
    objects += [_note(maker, attribution, system.id) for attribution in reading.attributions or ()]
    objects += [_hearsay(maker, a) for a in reading.attributions or () if a.within]
    objects += [_opinion(maker, d) for d in reading.disputes or () if isinstance(d.claim, str)]
    return stix2.Bundle(id=maker.id("bundle", ""), objects=[*objects, _report(maker, objects)])


class _Maker:
    """Makes objects with ids from the content and the report's own time."""

    def __init__(self, stix2: Any, entry: Entry) -> None:
        self.stix2 = stix2
        self.entry = entry
        report = entry.reading.report
        self.published = f"{report.published}T00:00:00Z" if report.published else None
        self.time = self.published or _in_utc(report.fetched) or _EPOCH

    def id(self, kind: str, row: str) -> str:
        """A STIX id that is the same for the same row of the same report."""
        return f"{kind}--{uuid.uuid5(_NAMESPACE, f'{self.entry.reading.report.id}/{kind}/{row}')}"

    def make(self, cls: Any, row: str, **properties: Any) -> Any:
        """An object of that class; properties that are empty are left out."""
        kept = {name: value for name, value in properties.items() if value not in (None, [], "")}
        return cls(id=self.id(cls._type, row), created=self.time, modified=self.time, **kept)


def _in_utc(moment: str | None) -> str | None:
    """An ISO 8601 time as STIX writes it, in UTC with a Z; None if it is none."""
    try:
        when = datetime.fromisoformat(moment or "")
    except ValueError:
        return None
    return f"{when.astimezone(UTC) if when.tzinfo else when:%Y-%m-%dT%H:%M:%S}Z"


def _note(maker: _Maker, attribution: Attribution, system: str) -> Any:
    entry = maker.entry
    report = entry.reading.report
    banded = next((c for c in _certainties(entry, attribution) if c.low is not None), None)
    about = maker.id("identity", attribution.voice) if attribution.voice else system
    return maker.make(
        maker.stix2.Note,
        attribution.id,
        abstract=f"{entry.voice_name(attribution)} {report.at(attribution.cue)}".strip(),
        content=words_or_place(report, attribution.content or attribution.cue) or "(no content)",
        authors=[entry.voice_name(attribution)] if entry.voice_name(attribution) else [],
        object_refs=[about],
        confidence=_confidence(banded),
        labels=[
            f"act:{attribution.act}",
            f"quotation:{attribution.quotation}",
            f"review:{entry.review(attribution.id)}",
            *([f"scale:{banded.yardstick} {banded.low:g}-{banded.high:g}"] if banded else []),
        ],
    )


def _certainties(entry: Entry, attribution: Attribution) -> list[Certainty]:
    return [c for c in entry.reading.certainties or () if c.holder == attribution.id]


def _confidence(certainty: Certainty | None) -> int | None:
    """The middle of the band in per cent, as STIX counts confidence."""
    if certainty is None or certainty.low is None or certainty.high is None:
        return None
    return round(50 * (certainty.low + certainty.high))


def _hearsay(maker: _Maker, attribution: Attribution) -> Any:
    return maker.make(
        maker.stix2.Relationship,
        f"{attribution.within}-{attribution.id}",
        relationship_type="derived-from",
        source_ref=maker.id("note", attribution.within or ""),
        target_ref=maker.id("note", attribution.id),
        description="The outer statement rests on the inner one: hearsay.",
    )


def _opinion(maker: _Maker, dispute: Dispute) -> Any:
    reading = maker.entry.reading
    report = reading.report
    if isinstance(dispute.denial, Span):
        words, authors = words_or_place(report, (dispute.denial,)), []
    else:
        denial = reading.attribution(dispute.denial)
        words, authors = words_or_place(report, denial.content), [maker.entry.voice_name(denial)]
    return maker.make(
        maker.stix2.Opinion,
        dispute.id,
        opinion=_OPINIONS[dispute.kind],
        explanation=f"{words} ({dispute.why})",
        authors=[author for author in authors if author],
        object_refs=[maker.id("note", str(dispute.claim))],
        labels=[f"dispute:{dispute.kind}", f"review:{maker.entry.review(dispute.id)}"],
    )


def _report(maker: _Maker, objects: list[Any]) -> Any:
    report = maker.entry.reading.report
    common = {
        "name": report.title or report.source,
        "description": " ".join((NOTICE, *maker.entry.reading.notes)),
        "object_refs": [o.id for o in objects],
        "external_references": [
            maker.stix2.ExternalReference(source_name=report.publisher or "report", url=report.url)
        ]
        if report.url
        else [],
    }
    if maker.published:
        return maker.make(maker.stix2.Report, "report", published=maker.published, **common)
    return maker.make(maker.stix2.Grouping, "report", context="unspecified", **common)


def _stix2() -> Any:
    try:
        import stix2
    except ImportError:
        raise MissingExtra("stix", "STIX output") from None
    return stix2

"""The table of voices of one report, and the attributions that point at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from onrecord.model import Reading, Voice, VoiceKind
from onrecord.voices.entities import Entity
from onrecord.voices.features import Anaphor
from onrecord.voices.lexicon import Lexicon
from onrecord.voices.ranker import Ranker
from onrecord.voices.resolve import resolve
from onrecord.voices.state import Answer, Candidate

THRESHOLD = 0.25
"""Chance under which a voice stays unresolved."""
_MOST_REASONS = 4
_COMMON = ("role_modifier", "facet", "partitive", "stop", "preposition", "number", "writer", "carry")
"""Classes of words that open a description in lower case."""
_KINDS: dict[str, VoiceKind] = {"place": "organisation", "unknown": "person"}


def name_voices(reading: Reading, lex: Lexicon, ranker: Ranker, made_by: str) -> Reading:
    """The reading with its voices, and with each attribution's voice set or left None."""

    def choose(anaphor: Anaphor, candidates: Sequence[Candidate]) -> tuple[int, float]:
        chances = ranker.chances(anaphor.kind, [candidate.features for candidate in candidates])
        best = max(range(len(chances)), key=chances.__getitem__)
        return best, chances[best]

    answers = resolve(reading, lex, choose)
    rows: dict[int, _Row] = {}
    attributions = []
    for attribution in reading.attributions or ():
        answer = answers[attribution.id]
        number = _number(answer)
        if number is None:
            attributions.append(replace(attribution, voice=None))
            continue
        row = rows.setdefault(number, _Row(f"v{len(rows) + 1}", answer.entity))
        row.give(answer.why, answer.confidence)
        attributions.append(replace(attribution, voice=row.id))
    for row in list(rows.values()):
        body = row.entity.speaks_for if row.entity is not None else None
        if row.entity is not None and body is not None and body.number not in rows:
            rows[body.number] = _Row(f"v{len(rows) + 1}", body)
            rows[body.number].give(f"{row.entity.name} speaks for it", 0.9)
    ids = {number: row.id for number, row in rows.items()}
    author = reading.report.byline or "author"
    voices = tuple(replace(row.voice(lex, ids, author), made_by=made_by) for row in rows.values())
    return replace(reading, attributions=tuple(attributions), voices=voices)


_AUTHOR = -1


def _number(answer: Answer) -> int | None:
    """The row an answer belongs to: its entity's number, or the author's; None if it stays unresolved."""
    if answer.confidence < THRESHOLD:
        return None
    if answer.author:
        return _AUTHOR
    return answer.entity.number if answer.entity is not None else None


@dataclass(slots=True)
class _Row:
    """A voice while its attributions are gathered. No entity: the author."""

    id: str
    entity: Entity | None
    reasons: list[str] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)

    def give(self, why: str, confidence: float) -> None:
        """Note one attribution's reason and confidence."""
        if why and why not in self.reasons:
            self.reasons.append(why)
        self.confidences.append(confidence)

    def voice(self, lex: Lexicon, ids: Mapping[int, str], author: str) -> Voice:
        """The finished record; `ids` are those of all voices by entity number."""
        why = "; ".join(self.reasons[:_MOST_REASONS])
        confidence = round(sum(self.confidences) / len(self.confidences), 3)
        entity = self.entity
        if entity is None:
            return Voice(self.id, author, "author", why=why, confidence=confidence)
        kind = _KINDS.get(entity.kind, cast(VoiceKind, entity.kind))
        described = not entity.forms and kind in ("unnamed", "group", "document")
        return Voice(
            id=self.id,
            name=_lower_first(entity.name, lex) if described else entity.name,
            kind=kind,
            roles=tuple(entity.roles),
            speaks_for=ids.get(entity.speaks_for.number) if entity.speaks_for is not None else None,
            mentions=tuple(entity.mentions),
            why=why,
            confidence=confidence,
            count=entity.count,
        )


def _lower_first(label: str, lex: Lexicon) -> str:
    """The description in lower case at its start, unless it starts with what is no common word."""
    first = label.split(" ", 1)[0]
    low = first.casefold()
    common = (
        low in lex.nouns or low in lex.function_words or any(low in lex.phrases[name] for name in _COMMON)
    )
    common = common or (low.endswith("s") and low[:-1] in lex.nouns) or "-" in first
    common = common and low not in lex.adjectives and low not in lex.peoples
    return label[:1].lower() + label[1:] if common and first[1:] == low[1:] else label

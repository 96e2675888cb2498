"""The table of voices of one report, and the attributions that point at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from onrecord.model import Reading, Voice, VoiceKind
from onrecord.voices.entities import Entity
from onrecord.voices.features import Anaphor
from onrecord.voices.lexicon import Lexicon
from onrecord.voices.ranker import Ranker
from onrecord.voices.resolve import resolve
from onrecord.voices.state import Answer, Candidate

THRESHOLD = 0.3
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
    voices: dict[int, Voice] = {}
    entities: dict[int, Entity] = {}
    reasons: dict[int, list[str]] = {}
    sureness: dict[int, list[float]] = {}
    attributions = []
    for attribution in reading.attributions or ():
        answer = answers[attribution.id]
        number = _number(answer)
        if number is None:
            attributions.append(replace(attribution, voice=None))
            continue
        if answer.entity is not None:
            entities[number] = answer.entity
        if number not in voices:
            voices[number] = Voice(f"v{len(voices) + 1}", "", "author", made_by=made_by)
        known = reasons.setdefault(number, [])
        if answer.why and answer.why not in known:
            known.append(answer.why)
        sureness.setdefault(number, []).append(answer.confidence)
        attributions.append(replace(attribution, voice=voices[number].id))
    for entity in list(entities.values()):
        body = entity.speaks_for
        if body is not None and body.number not in voices:
            voices[body.number] = Voice(f"v{len(voices) + 1}", "", "organisation", made_by=made_by)
            entities[body.number] = body
            reasons[body.number] = [f"{entity.name} speaks for it"]
            sureness[body.number] = [0.9]
    rows = []
    for number, voice in voices.items():
        why = "; ".join(reasons[number][:_MOST_REASONS])
        confidence = round(sum(sureness[number]) / len(sureness[number]), 3)
        rows.append(_row(voice, entities.get(number), voices, why, confidence, reading, lex))
    return replace(reading, attributions=tuple(attributions), voices=tuple(rows))


_AUTHOR = -1


def _number(answer: Answer) -> int | None:
    if answer.confidence < THRESHOLD:
        return None
    if answer.author:
        return _AUTHOR
    return answer.entity.number if answer.entity is not None else None


def _row(
    voice: Voice,
    entity: Entity | None,
    voices: dict[int, Voice],
    why: str,
    confidence: float,
    reading: Reading,
    lex: Lexicon,
) -> Voice:
    if entity is None:
        return replace(voice, name=reading.report.byline or "author", why=why, confidence=confidence)
    kind = _KINDS.get(entity.kind, cast(VoiceKind, entity.kind))
    name = entity.name
    if not entity.forms and kind in ("unnamed", "group", "document"):
        name = _lower_first(name, lex)
    body = entity.speaks_for
    return replace(
        voice,
        name=name,
        kind=kind,
        roles=tuple(entity.roles),
        speaks_for=voices[body.number].id if body is not None and body.number in voices else None,
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
    return label[:1].lower() + label[1:] if common and first[1:] == low[1:] else label

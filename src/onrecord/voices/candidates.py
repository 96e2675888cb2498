"""The candidates for a source that names nobody, and the features that the ranker weighs them by."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from onrecord.model import Attribution, Span
from onrecord.voices import features as f
from onrecord.voices.entities import Entity
from onrecord.voices.phrases import plural_phrases
from onrecord.voices.sources import Source
from onrecord.voices.state import Candidate, State, position_of

WINDOW_MENTIONS = 80
"""Mentions looked back at from an anaphor, at most."""
CANDIDATES = 14
"""Entities weighed for one anaphor, at most."""
_PAST = 6
"""Earlier voices that the ranker looks at."""
_NESTED = 12
"""Contents looked at around a place, at most."""
AHEAD = 1500
"""Up to this character a description may point forward: headlines and first paragraphs name people later."""


def anaphor_of(state: State, attribution: Attribution, source: Source) -> f.Anaphor:
    """The anaphor that a source is, with what the ranker may ask of its surroundings."""
    position = source.start if source.shape != "empty" else position_of(attribution)[0]
    past = bisect_right(state.history_at, position)
    content = min(attribution.content, default=None)
    opening = state.scan.text[content.start_char : content.start_char + 2] if content else ""
    return f.Anaphor(
        source=source,
        attribution=attribution,
        position=position,
        kind=f.anaphor_kind(source),
        history=state.history[max(0, past - _PAST) : past],
        history_at=state.history_at[max(0, past - _PAST) : past],
        cue=frozenset(t.low for span in attribution.cue for t in state.scan.between(*span)),
        headline=state.scan.paragraph(position) == 0,
        cue_direct=opening[:1] in ("“", '"') or opening == "''",
    )


def candidates_for(state: State, anaphor: f.Anaphor) -> list[Candidate]:
    """Whom a source may mean: entities near and frequent, plural nouns, and the author, nobody, a new one."""
    found: list[Entity] = []
    speakers = _speakers_around(state, anaphor)
    for entity in _near(state, anaphor):
        if entity not in found and entity not in speakers and f.may_mean(anaphor, entity):
            found.append(entity)
            if len(found) == CANDIDATES:
                break
    if anaphor.source.shape == "description" and anaphor.source.definite:
        found = _best_described(anaphor, found)
    out = [
        Candidate(e, "", f.entity_features(state.scan, state.lex, anaphor, e, rank))
        for rank, e in enumerate(found)
    ]
    if anaphor.kind in ("they", "who", "people"):
        out += _phrases(state, anaphor, found)
    if anaphor.source.shape == "description":
        out.append(Candidate(None, f.NEW, f.new_features(anaphor, found)))
    if anaphor.kind in ("empty", "first", "you", "thing", "it"):
        out.append(Candidate(None, f.AUTHOR, f.author_features(state.lex, anaphor)))
    if anaphor.kind in ("empty", "thing", "it", "that", "you"):
        out.append(Candidate(None, f.NONE, f.none_features(state.lex, anaphor)))
    return out


def _best_described(anaphor: f.Anaphor, found: list[Entity]) -> list[Entity]:
    """Of those that "the former senator", "the appeals court" may mean, the ones it fits best, if any fits well."""
    head, words = anaphor.source.head, anaphor.source.words - {anaphor.source.head}
    if anaphor.kind not in ("person", "body"):
        return found
    wholly = [e for e in found if words and words <= e.words and head in e.words | e.heads]
    if wholly or anaphor.kind == "body":
        return wholly or found
    called = [e for e in found if head in e.heads]
    met = [e for e in called if e.before(anaphor.position) >= 0]
    called = [e for e in called if e in met or words & e.words] if met else called
    former = [e for e in found if "former" in e.words] if "former" in words else []
    return [e for e in called if e in former] or former or called or found


def _speakers_around(state: State, anaphor: f.Anaphor) -> list[Entity]:
    """Those whose quotation holds a "he" or a description: they would say "I"."""
    if not state.scan.in_quotation(anaphor.position) or anaphor.source.shape == "empty":
        return []
    around = contents_around(state, anaphor.attribution, anaphor.position)
    answers = [state.answers[other] for other in around if other in state.answers]
    return [answer.entity for answer in answers if answer.entity is not None]


def contents_around(state: State, attribution: Attribution, position: int) -> list[str]:
    """Ids of the other attributions whose content holds the position, the innermost first."""
    before = state.contents[: bisect_left(state.contents, (position, 1 << 60, ""))][-_NESTED:]
    return [other for start, end, other in reversed(before) if position < end and other != attribution.id]


def _near(state: State, anaphor: f.Anaphor) -> list[Entity]:
    """Entities from the nearest mention backwards, then the most mentioned, then (early on) those ahead."""
    i = bisect_left(state.stream, (anaphor.position, -1))
    everyone = state.entities.all
    numbers = dict.fromkeys(number for _, number in reversed(state.stream[max(0, i - WINDOW_MENTIONS) : i]))
    near = [everyone[number] for number in numbers]
    near += [e for e in state.frequent if e.before(anaphor.position) >= 0]
    if anaphor.position < AHEAD and anaphor.kind not in ("it", "they"):
        near += [everyone[n] for n in dict.fromkeys(n for _, n in state.stream[i : i + 25])]
    return near


def _phrases(state: State, anaphor: f.Anaphor, found: Sequence[Entity]) -> list[Candidate]:
    """Plural nouns before "they" that are no entity yet."""
    out: list[Candidate] = []
    for phrase in plural_phrases(state.scan, state.lex, anaphor.position):
        span = Span(phrase.start, phrase.end)
        if any(m.overlaps(span) for e in found if e.label != phrase.label for m in e.mentions[-8:]):
            continue
        entity = state.entities.described(phrase.kind, phrase.label, phrase.head, phrase.words, phrase.plural)
        entity.add(span, phrase.subject)
        if entity not in found and all(c.entity is not entity for c in out):
            features = f.entity_features(state.scan, state.lex, anaphor, entity, len(out))
            out.append(Candidate(entity, "", [*features, "phrase"]))
    return out

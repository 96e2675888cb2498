"""The same check for sentences: indirect speech against what the same source is quoted with further down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from onrecord.headline.body import NOWHERE, Line, Parts, roots
from onrecord.headline.differences import Statement, source_and_cue, stronger_act, wider_scope
from onrecord.headline.tables import Tables
from onrecord.model import Attribution, Difference, HeadlineCheck, Reading, Span, Voice

MADE_BY = "sentence_check_v1"
_LEAST_COMMON = 2
"""Telling words that an indirect sentence and a quotation must share to be about one thing."""
_AHEAD = 12
"""How many sentences further down a quotation is looked for."""
_MOST = 400
"""Sentences of a report that are looked at: indirect speech that matters stands early."""


def sentence_checks(reading: Reading, of: Parts, tables: Tables) -> tuple[HeadlineCheck, ...]:
    """Checks of the sentences that say more than the quoted words of their own source; none for the others.

    A sentence is checked if it gives a source's statement indirectly and the same source is quoted further down on
    the same thing. Strengthened are: a further mouth in the quotation that the sentence leaves out, a hedge left out,
    an actor whom the quotation does not name, a stronger verb, a wider scope.
    """
    body = of.body[:_MOST]
    telling = _telling_roots(body)
    voices = {v.id: v for v in reading.voices or ()}
    found = []
    for i, line in enumerate(body):
        outer = _told(line, reading)
        if outer is None or "“" in line.text or '"' in line.text:
            continue
        quoted = [q for q in body[i + 1 : i + 1 + _AHEAD] if _quotes(q, outer, reading, voices)]
        alike = [q for q in quoted if len(line.roots & q.roots & telling) >= _LEAST_COMMON]
        differences = _differences(line, alike, quoted, reading, tables) if alike else ()
        if differences:
            found.append(_check(line, alike, differences, reading))
    return tuple(found)


def _telling_roots(body: Sequence[Line]) -> frozenset[str]:
    """Roots that stand in few lines of the body: those in many are the report's topic and link nothing."""
    counts = Counter(root for line in body for root in line.roots)
    most = max(3, len(body) // 6)
    return frozenset(root for root, n in counts.items() if n <= most)


def _told(line: Line, reading: Reading) -> Attribution | None:
    """The outermost attribution of a line, if it holds most of it."""
    if not line.holders or len(line.said) <= len(line.own):
        return None
    return reading.attribution(line.holders[0])


def _quotes(line: Line, told: Attribution, reading: Reading, voices: dict[str, Voice]) -> bool:
    """Whether a line gives the quoted words of the voice that an earlier attribution speaks for."""
    if line.quoted_by is None or line.quoted_by == told.id:
        return False
    return _one_side(reading.attribution(line.quoted_by).voice, told.voice, voices)


def _one_side(a: str | None, b: str | None, voices: dict[str, Voice]) -> bool:
    """Whether two voices are one, speak for one another, or are bodies that share a telling part of the name."""
    if a is None or b is None or a not in voices or b not in voices:
        return False
    one, other = voices[a], voices[b]
    if a == b or other.id == one.speaks_for or one.id == other.speaks_for:
        return True
    if one.kind != "organisation" or one.kind != other.kind:
        return False
    return bool(_telling(one.name) & _telling(other.name))


_BODY_WORDS = frozenset({"the", "of", "for", "and", "office", "agency", "department", "ministry", "national"})


def _telling(name: str) -> frozenset[str]:
    """Roots of a body's name, so that "Defence intelligence" meets "Ministry of Defence"."""
    return frozenset(w[:5] for w in name.casefold().split() if w not in _BODY_WORDS and len(w) > 3)


def _differences(
    line: Line,
    alike: Sequence[Line],
    quoted: Sequence[Line],
    reading: Reading,
    tables: Tables,
) -> tuple[Difference, ...]:
    statement = Statement(line.text, line.span)
    found = [
        *_left_out_mouths(line, alike, reading),
        *_left_out_hedges(line, alike, reading),
        *_unquoted_actor(line, alike, quoted, reading),
        *stronger_act(statement, alike, tables),
        *wider_scope(statement, alike, tables),
    ]
    return tuple(dict.fromkeys(d for d in found if d.body != NOWHERE))


def _left_out_mouths(line: Line, alike: Sequence[Line], reading: Reading) -> list[Difference]:
    """Further mouths in the quotation that the sentence does not have."""
    known = {reading.attribution(i).voice for i in line.holders}
    found = []
    for quote in alike:
        for inner in (reading.attribution(i) for i in quote.through):
            about = line.roots & roots(reading.report.at(inner.content))
            if len(about) < _LEAST_COMMON or not inner.source or not inner.cue:
                continue
            if inner.voice not in known:
                known.add(inner.voice)
                place = source_and_cue(inner)
                found += [
                    Difference("source dropped", line.span, place),
                    Difference("certainty", line.span, place),
                ]
    return found


def _left_out_hedges(line: Line, alike: Sequence[Line], reading: Reading) -> list[Difference]:
    rows = [Span(c.start_char, c.end_char) for c in reading.certainties or () if c.direction != "certain"]
    if any(line.span.holds(r) for r in rows):
        return []
    hedges = [r for quote in alike for r in rows if quote.span.holds(r)]
    return [Difference("certainty", line.span, hedges[0])] if hedges else []


def _unquoted_actor(
    line: Line, alike: Sequence[Line], quoted: Sequence[Line], reading: Reading
) -> list[Difference]:
    """Somebody whom the sentence has act or speak and whom the quotation never names."""
    text = "\n".join(q.text for q in quoted).casefold()
    found = []
    for inner in (reading.attribution(i) for i in line.holders[1:]):
        names = [v.name for v in reading.voices or () if v.id == inner.voice]
        words = [w for n in names for w in n.casefold().split() if len(w) > 3]
        if inner.source and words and not any(w in text for w in words):
            found.append(Difference("actor", inner.source[0], _most_alike(line, alike, reading)))
    return found


def _most_alike(line: Line, alike: Sequence[Line], reading: Reading) -> Span:
    """The relayed content in the quotation that has most in common with a line, else the quoted sentence."""
    relayed = [reading.attribution(i) for quote in alike for i in quote.through]
    contents = [
        (len(line.roots & roots(reading.report.at(a.content))), a.content[0]) for a in relayed if a.content
    ]
    return max(contents, key=lambda c: c[0])[1] if contents else alike[0].span


def _check(
    line: Line, alike: Sequence[Line], found: tuple[Difference, ...], reading: Reading
) -> HeadlineCheck:
    kinds = ", ".join(dict.fromkeys(d.what for d in found))
    quote = " ".join(alike[0].text.split())[:160]
    return HeadlineCheck(
        verdict="strengthened",
        checked=line.span,
        rests_on=tuple(dict.fromkeys(q.quoted_by for q in alike if q.quoted_by)),
        differences=found,
        confidence=round(min(0.9, 0.3 + 0.15 * len({d.what for d in found})), 2),
        why=f"its source is quoted with “{quote}” ({kinds})",
        made_by=MADE_BY,
    )

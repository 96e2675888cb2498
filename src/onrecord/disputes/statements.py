"""What can deny and what can be denied: the attributions of a report and the sentences in the reporter's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.disputes.ground import Ground, Word, folded_words, names_in, roots
from onrecord.disputes.lexicon import Lexicon
from onrecord.model import Attribution, Reading, Report, Span, Spans, Voice

LEAST_WORDS = 4
"""A sentence with fewer words than this outside attributions is not the reporter's own."""
SHORT = 5
"""A relayed content of no more words than this stays part of what the outer speaker says ("nothing of the kind")."""
LONGEST = 20
"""Sentences of one content that are looked at for what marks a denial."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One attribution, or one sentence of the reporter's, prepared for comparing."""

    end: str | Span
    """What a dispute points to: the attribution's id, or the sentence's span."""
    start_char: int
    end_char: int
    cue: str
    source: str
    content: str
    sentence: int
    """Number of its (first) sentence in the report."""
    paragraph: int
    voice: str | None
    speaker: frozenset[str]
    """Names of the voice, casefolded words."""
    by_person: bool
    """Whether its voice is known to be one person."""
    called: frozenset[str]
    """Words that must all be there for the voice to be named: a person's last name, the whole name of others."""
    side: frozenset[str]
    """The voice with those it speaks for, as ids."""
    relays: frozenset[str]
    """Ids of the voices of the attributions directly within it."""
    holders: tuple[str, ...]
    """Ids of the attributions whose content it stands in, the innermost first."""
    stems: frozenset[str]
    names: frozenset[str]
    content_spans: Spans
    cue_marks: frozenset[str]
    """Categories of the lexicon found in the cue."""
    content_marks: frozenset[str]
    """Those in the most telling sentence of the content."""
    telling: int
    """Number of that sentence in the report."""
    telling_stems: frozenset[str]
    """Stems of that sentence alone."""
    opening_marks: frozenset[str]
    """Those in the first 40 characters of its sentence, so that "But ..." before a source is seen."""
    said_words: frozenset[str]
    """Casefolded words of source, cue and content."""
    content_words: frozenset[str]
    """Casefolded words of the content alone."""

    @property
    def describes_person(self) -> bool:
        """Whether it speaks of the claim of a person whom it describes ("the senator's account")."""
        return "personsclaim" in self.content_marks or "personsclaim" in self.cue_marks

    @property
    def is_attribution(self) -> bool:
        """Whether somebody is said to have said it (else the reporter says it)."""
        return isinstance(self.end, str)


def statements(reading: Reading, lexicon: Lexicon) -> list[Statement]:
    """All statements of a reading in text order; furniture gives none."""
    ground = Ground.of(reading.report, lexicon)
    if not ground.sentences:
        return []
    attributions = reading.attributions or ()
    around = _Around(reading, ground)
    found = [_attribution(a, around) for a in attributions if a.content or a.cue]
    covered = _covered(reading)
    for number, span in enumerate(ground.sentences):
        own = _outside(span, covered)
        if sum(len(reading.report.text[start:end].split()) for start, end in own) >= LEAST_WORDS:
            found.append(_sentence(span, own, number, around))
    return sorted(found, key=lambda s: (s.start_char, s.end_char, str(s.end)))


class _Around:
    """What the statements of a reading share: the ground, voices, and which attribution stands in which."""

    def __init__(self, reading: Reading, ground: Ground) -> None:
        attributions = reading.attributions or ()
        self.report = reading.report
        self.ground = ground
        self.voices = {v.id: v for v in reading.voices or ()}
        self.parents = {a.id: a.within for a in attributions}
        self.relayed = _relayed(attributions)
        self.relayed_voices: dict[str, frozenset[str]] = {}
        for a in attributions:
            if a.within is not None and a.voice is not None:
                self.relayed_voices[a.within] = self.relayed_voices.get(a.within, frozenset()) | {a.voice}


def _attribution(row: Attribution, around: _Around) -> Statement:
    report, ground = around.report, around.ground
    parts = [*row.source, *row.cue, *row.content]
    start, end = min(p.start_char for p in parts), max(p.end_char for p in parts)
    first = ground.sentence_at(start)
    source, content = report.at(row.source), report.at(row.content)
    voice = around.voices.get(row.voice or "")
    said = ground.words_in(row.content)
    own = _without(report, row.content, around.relayed.get(row.id, ()))
    marks, telling = _content_marks(row, own, ground)
    opening = min(start, ground.sentences[first].start_char)
    return Statement(
        end=row.id,
        start_char=start,
        end_char=end,
        cue=report.at(row.cue),
        source=source,
        content=content,
        sentence=first,
        paragraph=ground.paragraphs[first],
        voice=row.voice,
        speaker=frozenset(w for w in names_in(voice.name if voice else source) if len(w) > 2),
        by_person=voice is not None and voice.kind == "person",
        called=_called(voice, source),
        side=_side(row.voice, around.voices),
        relays=around.relayed_voices.get(row.id, frozenset()),
        holders=_holders(row.id, around.parents),
        stems=roots(said),
        names=_names(said),
        content_spans=row.content,
        cue_marks=_cue_marks(row, content, ground),
        content_marks=marks,
        telling=ground.sentence_at(telling[0].start_char) if telling else first,
        telling_stems=roots(ground.words_in(telling)),
        opening_marks=ground.marked(opening, opening + 40),
        said_words=_folded([*ground.words_in([*row.source, *row.cue]), *said]),
        content_words=_folded(said),
    )


def _sentence(span: Span, own: Spans, number: int, around: _Around) -> Statement:
    ground = around.ground
    said = ground.words_in(own)
    return Statement(
        end=span,
        start_char=span.start_char,
        end_char=span.end_char,
        cue="",
        source="",
        content=around.report.at(own),
        sentence=number,
        paragraph=ground.paragraphs[number],
        voice=None,
        speaker=frozenset(),
        by_person=False,
        called=frozenset(),
        side=frozenset(),
        relays=frozenset(),
        holders=(),
        stems=roots(said),
        names=_names(said),
        content_spans=(span,),
        cue_marks=frozenset(),
        content_marks=_marked(own, ground),
        telling=number,
        telling_stems=roots(said),
        opening_marks=ground.marked(span.start_char, span.start_char + 40),
        said_words=_folded(said),
        content_words=_folded(said),
    )


def _names(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(w.folded for w in words if w.is_name)


def _folded(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(w.folded for w in words)


def _called(voice: Voice | None, source: str) -> frozenset[str]:
    name = voice.name if voice else source
    found = [w for w in folded_words(name) if len(w) > 2]
    if not found or not names_in(name):
        return frozenset()
    if voice is None or voice.kind == "person":
        return frozenset(found[-1:])
    return frozenset(found) - {"the", "and", "for"}


def _side(voice: str | None, voices: dict[str, Voice]) -> frozenset[str]:
    found: set[str] = set()
    while voice is not None and voice not in found:
        found.add(voice)
        voice = voices[voice].speaks_for if voice in voices else None
    return frozenset(found)


def _holders(attribution_id: str, parents: dict[str, str | None]) -> tuple[str, ...]:
    found: list[str] = []
    outer = parents.get(attribution_id)
    while outer is not None and outer in parents and outer not in found:
        found.append(outer)
        outer = parents.get(outer)
    return tuple(found)


def _covered(reading: Reading) -> bytearray:
    """One byte a character of the report: 1 where it stands in an attribution."""
    mask = bytearray(len(reading.report.text))
    for attribution in reading.attributions or ():
        for start, end in (*attribution.source, *attribution.cue, *attribution.content):
            mask[start:end] = b"\x01" * len(mask[start:end])
    return mask


def _outside(span: Span, covered: bytearray) -> Spans:
    """The parts of a sentence that stand outside all attributions."""
    found = []
    start, end = span
    while start < end:
        stop = covered.find(1, start, end)
        stop = end if stop < 0 else stop
        if stop > start:
            found.append(Span(start, stop))
        start = covered.find(0, stop, end)
        if start < 0:
            break
    return tuple(found)


_MARKS = frozenset(
    {
        "verdict",
        "false",
        "deny",
        "flatno",
        "scorn",
        "reject",
        "otherssay",
        "rather",
        "claimword",
        "slant",
        "retort",
    }
)


def _marked(spans: Spans, ground: Ground) -> frozenset[str]:
    return frozenset(category for span in spans for category in ground.marked(*span))


def _by_sentence(spans: Spans, ground: Ground) -> list[Spans]:
    """The parts of some spans that stand in each sentence, LONGEST sentences at most."""
    found: list[Spans] = []
    last = -1
    for span in spans:
        start, number = span.start_char, ground.sentence_at(span.start_char)
        while start < span.end_char and len(found) <= LONGEST:
            following = ground.sentence_starts[number + 1 : number + 2]
            stop = min([span.end_char, *(s for s in following if s > start)])
            if number == last:
                found[-1] = (*found[-1], Span(start, stop))
            else:
                found.append((Span(start, stop),))
            last, number, start = number, number + 1, stop
    return found[:LONGEST]


_ASKS = ("why", "how", "what", "when", "where", "who", "about")


def _cue_marks(row: Attribution, content: str, ground: Ground) -> frozenset[str]:
    """Categories in a cue; who questions why something was done does not doubt that it was."""
    found = _marked(row.cue, ground)
    if not row.cue:
        return found
    start, end = row.cue[-1]
    if ground.text[start:end].casefold().endswith(("refused", "refuses", "refusing", "declined", "declines")):
        # The cue may end before what was refused: "refused | to concede that ..."
        found |= ground.marked(start, end + 30) & {"reject", "silent"}
    if "doubt" in found and content.casefold().lstrip("\"“”‘’' ").startswith(_ASKS):
        found -= {"doubt"}
    return found


def _relayed(attributions: Sequence[Attribution]) -> dict[str, list[Span]]:
    """For each attribution the contents of those directly within it: words that it relays and does not say."""
    found: dict[str, list[Span]] = {}
    for attribution in attributions:
        if attribution.within is not None:
            found.setdefault(attribution.within, []).extend(attribution.content)
    return found


def _without(report: Report, spans: Spans, relayed: Sequence[Span]) -> Spans:
    """Some spans without the relayed parts."""
    for low, high in relayed:
        if len(report.text[low:high].split()) > SHORT:
            spans = tuple(
                Span(a, b)
                for start, end in spans
                for a, b in ((start, min(end, low)), (max(start, high), end))
                if a < b
            )
    return spans


def _content_marks(row: Attribution, spans: Spans, ground: Ground) -> tuple[frozenset[str], Spans]:
    """Categories in the sentence of a content with the most telling ones, and where that sentence stands.

    A verdict that cue and content give together ("called | a lie") counts too.
    """
    best: frozenset[str] = frozenset()
    telling: Spans = ()
    for part in _by_sentence(spans, ground):
        found = _marked(part, ground)
        if not telling or len(found & _MARKS) > len(best & _MARKS):
            best, telling = found, part
    start = row.cue[0].start_char if row.cue else 0
    if row.cue and ground.text[start : start + 4].casefold() in ("told", "tell"):
        # Who is said to have told a lie does not deny anything; who says so does.
        words = sum(len(ground.text[a:b].split()) for a, b in spans)
        return (best - {"false"} if words <= SHORT else best), telling
    if row.cue and row.content and start < row.content[0].start_char:
        together = "verdict" in ground.marked(start, min(row.content[0].end_char, row.cue[-1].end_char + 200))
        best |= {"verdict"} if together else set()
    return best, telling

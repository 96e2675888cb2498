"""What can deny and what can be denied: the attributions of a report and the sentences in the reporter's own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onrecord.disputes.lexicon import Lexicon
from onrecord.model import Attribution, Reading, Report, Span, Spans, Voice
from onrecord.wording import content_stems, names, sentences

LEAST_WORDS = 4
"""A sentence with fewer words than this outside attributions is not the reporter's own."""
SHORT = 5
"""A relayed content of no more words than this stays part of what the outer speaker says ("nothing of the kind")."""
READ_KINDS = ("headline", "standfirst", "body", "subhead", "caption")


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
    setting: str
    """The whole sentence(s) in which it stands, so that "But ..." before a source is seen."""
    sentence: int
    """Number of its (first) sentence in the report."""
    paragraph: int
    voice: str | None
    speaker: frozenset[str]
    """Names of the voice, casefolded words."""
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
    """Those in the first 40 characters of the setting."""
    said_words: frozenset[str]
    """Casefolded words of source, cue and content."""
    content_words: frozenset[str]
    """Casefolded words of the content alone."""

    @property
    def is_attribution(self) -> bool:
        """Whether somebody is said to have said it (else the reporter says it)."""
        return isinstance(self.end, str)


def statements(reading: Reading, lexicon: Lexicon) -> list[Statement]:
    """All statements of a reading in text order; furniture gives none."""
    report = reading.report
    spans = [
        s
        for block in report.blocks
        if block.kind in READ_KINDS
        for s in sentences(report.text, block.start_char, block.end_char)
    ]
    if not spans:
        return []
    attributions = reading.attributions or ()
    around = _Around(reading, _Places(report, spans), lexicon)
    found = [_attribution(a, around) for a in attributions if a.content or a.cue]
    covered = _covered(reading)
    for number, span in enumerate(spans):
        own = _own_words(report.text, span, covered)
        if len(own.split()) >= LEAST_WORDS:
            found.append(_sentence(span, own, number, around))
    return sorted(found, key=lambda s: (s.start_char, s.end_char, str(s.end)))


class _Places:
    """Number of the sentence and of the paragraph at a character."""

    def __init__(self, report: Report, spans: list[Span]) -> None:
        self.spans = spans
        self.paragraphs: list[int] = []
        number, last = 0, 0
        for span in spans:
            number += "\n" in report.text[last : span.start_char]
            last = span.start_char
            self.paragraphs.append(number)

    def at(self, char: int) -> int:
        """Index of the last sentence that begins at or before a character."""
        low, high = 0, len(self.spans)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.spans[middle].start_char <= char else (low, middle)
        return low


class _Around:
    """What the statements of a reading share: places, voices, and which attribution stands in which."""

    def __init__(self, reading: Reading, place: _Places, lexicon: Lexicon) -> None:
        attributions = reading.attributions or ()
        self.report = reading.report
        self.place = place
        self.lexicon = lexicon
        self.voices = {v.id: v for v in reading.voices or ()}
        self.parents = {a.id: a.within for a in attributions}
        self.relayed = _relayed(attributions)
        self.relayed_voices: dict[str, frozenset[str]] = {}
        for a in attributions:
            if a.within is not None and a.voice is not None:
                self.relayed_voices[a.within] = self.relayed_voices.get(a.within, frozenset()) | {a.voice}


def _attribution(row: Attribution, around: _Around) -> Statement:
    report, place, lexicon = around.report, around.place, around.lexicon
    voices, parents, relayed = around.voices, around.parents, around.relayed.get(row.id, ())
    parts = [*row.source, *row.cue, *row.content]
    start, end = min(p.start_char for p in parts), max(p.end_char for p in parts)
    first, last = place.at(start), place.at(max(start, end - 1))
    cue, content = report.at(row.cue), report.at(row.content)
    source = report.at(row.source)
    voice = voices.get(row.voice or "")
    marks, telling = _content_marks(cue, _without(report, row.content, relayed), lexicon)
    setting = report.text[min(start, place.spans[first].start_char) : max(end, place.spans[last].end_char)]
    return Statement(
        end=row.id,
        start_char=start,
        end_char=end,
        cue=cue,
        source=source,
        content=content,
        setting=setting,
        sentence=first,
        paragraph=place.paragraphs[first],
        voice=row.voice,
        speaker=_name_words([voice.name] if voice else [source]),
        called=_called(voice, source),
        side=_side(row.voice, voices),
        relays=around.relayed_voices.get(row.id, frozenset()),
        holders=_holders(row.id, parents),
        stems=_roots(content),
        names=names(content),
        content_spans=row.content,
        cue_marks=_cue_marks(cue, content, lexicon),
        content_marks=marks,
        telling=place.at(_in_report(row.content, telling)) if row.content else first,
        telling_stems=_roots(_from(content, telling)),
        opening_marks=frozenset(lexicon.found(setting[:40])),
        said_words=_plain_words(f"{source} {cue} {content}"),
        content_words=_plain_words(content),
    )


def _sentence(span: Span, text: str, number: int, around: _Around) -> Statement:
    report, place, lexicon = around.report, around.place, around.lexicon
    return Statement(
        end=span,
        start_char=span.start_char,
        end_char=span.end_char,
        cue="",
        source="",
        content=text,
        setting=report.at(span),
        sentence=number,
        paragraph=place.paragraphs[number],
        voice=None,
        speaker=frozenset(),
        called=frozenset(),
        side=frozenset(),
        relays=frozenset(),
        holders=(),
        stems=_roots(text),
        names=names(text),
        content_spans=(span,),
        cue_marks=frozenset(),
        content_marks=_best_sentence(text, lexicon)[0],
        telling=number,
        telling_stems=_roots(text),
        opening_marks=frozenset(lexicon.found(report.at(span)[:40])),
        said_words=_plain_words(text),
        content_words=_plain_words(text),
    )


def _called(voice: Voice | None, source: str) -> frozenset[str]:
    name = voice.name if voice else source
    found = [w for w in (part.casefold().strip(".,'’\"") for part in name.split()) if len(w) > 2]
    if not found or not any(part[:1].isupper() for part in name.split()):
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


def _name_words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(w for t in texts for w in names(f"- {t}") if len(w) > 2)


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


def _own_words(text: str, span: Span, covered: bytearray) -> str:
    """What of a sentence stands outside all attributions."""
    if covered.find(1, *span) < 0:
        return text[span.start_char : span.end_char]
    return "".join(text[i] if not covered[i] else " " for i in range(span.start_char, span.end_char)).strip()


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


def _best_sentence(text: str, lexicon: Lexicon) -> tuple[frozenset[str], int]:
    """Categories in the sentence with the most telling ones, and where it starts; reads 2,000 characters at most."""
    best: frozenset[str] = frozenset()
    start = 0
    for span in sentences(text[:2000]):
        found = frozenset(lexicon.found(text[span.start_char : span.end_char]))
        if not best or len(found & _MARKS) > len(best & _MARKS):
            best, start = found, span.start_char
    return best, start


def _from(content: str, start: int) -> str:
    """The sentence of a content that starts there."""
    found = next(iter(sentences(content[:2000], start)), None)
    return content[found.start_char : found.end_char] if found else ""


def _in_report(spans: Spans, char: int) -> int:
    """The character of the report at a character of its spans' text, joined by blanks."""
    for start, end in spans:
        if char <= end - start:
            return start + char
        char -= end - start + 1
    return spans[-1].end_char


def _plain_words(text: str) -> frozenset[str]:
    return frozenset(
        w.strip(".,;:!?\"“”‘’'()").removesuffix("’s").removesuffix("'s") for w in text.casefold().split()
    )


def _roots(text: str) -> frozenset[str]:
    """Stems cut to six letters, so that "threat" meets "threatened" and "immigrant" "immigration"."""
    return frozenset(s[:6] for s in content_stems(text))


_ASKS = ("why", "how", "what", "when", "where", "who", "about")


def _cue_marks(cue: str, content: str, lexicon: Lexicon) -> frozenset[str]:
    """Categories in a cue; who questions why something was done does not doubt that it was."""
    found = frozenset(lexicon.found(cue))
    if cue.casefold().rstrip().endswith(("refused", "refuses", "refusing", "declined", "declines")):
        # The cue may end before what was refused: "refused | to concede that ..."
        found |= frozenset(lexicon.found(f"{cue} {content[:30]}")) & {"reject", "silent"}
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


def _without(report: Report, spans: Spans, relayed: Sequence[Span]) -> str:
    """The text of spans without the relayed parts."""
    if not relayed:
        return report.at(spans)
    parts = []
    for start, end in spans:
        text = list(report.text[start:end])
        for low, high in relayed:
            a, b = max(start, low) - start, min(end, high) - start
            if b > a and len(report.text[low:high].split()) > SHORT:
                text[a:b] = " " * (b - a)
        parts.append("".join(text))
    return " ".join(parts)


def _content_marks(cue: str, content: str, lexicon: Lexicon) -> tuple[frozenset[str], int]:
    """Categories in the most telling sentence, with a verdict that cue and content give together ("called | a lie"),

    and where in the content that sentence starts.
    """
    found, start = _best_sentence(content, lexicon)
    if cue.casefold().startswith(("told", "tell")):
        # Who is said to have told a lie does not deny anything; who says so does.
        return (found - {"false"} if len(content.split()) <= SHORT else found), start
    together = lexicon.patterns["verdict"].search(f"{cue} {content[:200]}")
    return (found | {"verdict"} if together else found), start

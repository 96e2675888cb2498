"""Where in a report a statement may be given: its quotations, and the clauses of headline and text.

Attributions alone would not do: headlines and unattributed sentences carry statements on as well. A segment is a
guess at one rendering; parts of one rendering that were cut apart are joined again after clustering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from onrecord.families.words import lexicon, words
from onrecord.model import Block, Reading, Span, Spans

Kind = Literal["headline", "quotation", "prose"]

_QUOTE = re.compile(r"“[^“”]*”?|\"[^\"]*\"|«[^«»]*»|(?<!\w)‘(?:[^‘’]|’(?=\w))*’")
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*(?=\s)")
_LETTER = re.compile(r"[^\W\d_]")
_LONG_QUOTE = 5
"""Words from which a quotation stands for itself; a shorter one belongs to its clause."""
_SHORT_CLAUSE = 4
_LONGEST_FRAME = 25
"""Words beside a quotation that may do no more than say who speaks."""
_INTERRUPTION = 30
"""Words that may stand between the halves of an interrupted quotation."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a report that may render a statement."""

    report: int
    """Index of the report among those compared."""
    spans: Spans
    """Parts of a quotation that was interrupted; one span otherwise."""
    kind: Kind
    sentence: Span
    """The sentence (or sentences) the segment stands in."""
    block: int
    attribution: str | None = None

    @property
    def start(self) -> int:
        """The first character."""
        return self.spans[0].start_char

    @property
    def end(self) -> int:
        """The character after the last."""
        return self.spans[-1].end_char


def segments(reading: Reading, report: int) -> list[Segment]:
    """The segments of a reading, in the order of the text and without overlaps."""
    if not reading.report.has_text:
        return []  # positions alone: there are no words to look for elsewhere
    found: list[Segment] = []
    for number, block in enumerate(reading.report.blocks):
        if block.kind in ("headline", "standfirst", "body", "caption"):
            found += _of_block(reading, report, number, block)
    return found


def _of_block(reading: Reading, report: int, number: int, block: Block) -> Iterator[Segment]:
    text = reading.report.text
    quotes = [
        q for q in quotations(text, block) if len(words(text[q.start_char : q.end_char])) >= _LONG_QUOTE
    ]
    sentences = _sentences(text, block)
    kind: Kind = "headline" if block.kind == "headline" else "prose"
    pieces: list[tuple[Spans, Kind]] = [(group, "quotation") for group in _groups(text, quotes)]
    for sentence in sentences:
        quoted = any(q.overlaps(sentence) for q in quotes)
        for rest in _without(sentence, quotes):
            for clause in _clauses(text, rest, headline=kind == "headline"):
                if not (quoted and _is_frame(text, clause)):
                    pieces.append(((clause,), kind))
    for spans, piece_kind in sorted(pieces):
        whole = _around(spans, sentences)
        attribution = innermost(reading, spans)
        yield Segment(report, spans, piece_kind, whole, number, attribution)


def quotations(text: str, block: Block) -> list[Span]:
    """The insides of quotation marks in a block; one that is not closed runs to the block's end."""
    found = []
    for match in _QUOTE.finditer(text, block.start_char, block.end_char):
        closed = match.end() - match.start() > 1 and match.group()[-1] in '”"»’'
        found.append(Span(match.start() + 1, match.end() - closed))
    return found


def _groups(text: str, quotes: list[Span]) -> list[Spans]:
    """Quotations joined over an interrupting "she said"."""
    groups: list[list[Span]] = []
    for quote in quotes:
        if groups and _interrupts(text[groups[-1][-1].end_char : quote.start_char]):
            groups[-1].append(quote)
        else:
            groups.append([quote])
    return [tuple(group) for group in groups]


def _interrupts(gap: str) -> bool:
    forms = [word.form for word in words(gap)]
    ends = len(_SENTENCE_END.findall(gap + " ")) - gap.lstrip("”").startswith(".")
    saying = lexicon("saying.txt")
    return len(forms) <= _INTERRUPTION and ends <= 1 and (not forms or any(f in saying for f in forms))


def _sentences(text: str, block: Block) -> list[Span]:
    start = block.start_char
    spans = []
    for match in _SENTENCE_END.finditer(text, block.start_char, block.end_char):
        if _ends_sentence(text, match.start(), match.end()):
            spans.append(Span(start, match.end()))
            start = match.end()
    spans.append(Span(start, block.end_char))
    return [t for t in (_trim(text, s) for s in spans) if t]


def _ends_sentence(text: str, dot: int, end: int) -> bool:
    following = text[end : end + 4].lstrip()
    if following[:1].islower():
        return False
    if text[dot] != ".":
        return True
    before = text[max(0, dot - 12) : dot].split()
    last = before[-1].lstrip('(“"‘') if before else ""
    initial = len(last) == 1 and last.isupper()
    return not (initial or last.casefold() in lexicon("abbreviations.txt"))


def _without(sentence: Span, quotes: list[Span]) -> Iterator[Span]:
    start = sentence.start_char
    for quote in quotes:
        if quote.end_char <= start or quote.start_char >= sentence.end_char:
            continue
        if quote.start_char > start:
            yield Span(start, quote.start_char)
        start = max(start, quote.end_char)
    if start < sentence.end_char:
        yield Span(start, sentence.end_char)


@cache
def _boundaries() -> re.Pattern[str]:
    """Where a clause may end: after `;`, and before a conjunction or a participle of saying."""
    openers = "|".join(
        re.escape(x).replace(r"\ ", r"\s+") for x in sorted(lexicon("clause_openers.txt"), key=len)[::-1]
    )
    return re.compile(
        rf"[;–—]\s+|(?<=[^\W\d]):\s+|,\s+(?=(?:{openers})\b)|(?<!\s)\s+(?=(?:as|after|because)\s+(?:it|he|she|they|inspectors|an?|the)\b)"
    )


def _clauses(text: str, span: Span, *, headline: bool) -> list[Span]:
    cuts = {m.end() for m in _boundaries().finditer(text, span.start_char, span.end_char)}
    shortest = 2 if headline else _SHORT_CLAUSE
    pieces: list[Span] = []
    start = span.start_char
    for cut in [*sorted(cuts), span.end_char]:
        piece = _trim(text, Span(start, cut))
        if piece and (cut == span.end_char or len(words(text[start:cut])) >= shortest):
            pieces.append(piece)
            start = cut
    if len(pieces) > 1 and len(words(text[slice(*pieces[-1])])) < shortest:
        last = pieces.pop()
        pieces[-1] = Span(pieces[-1].start_char, last.end_char)
    return [
        p for p in pieces if len(words(text[slice(*p)])) >= 2 and not _is_label(text, p, headline=headline)
    ]


def _is_label(text: str, piece: Span, *, headline: bool) -> bool:
    """Whether a piece only names its subject or shouts (`39 MINUTES:`), or is a dateline (`OSLO, May 3 (Wire) –`)."""
    size = len(words(text[slice(*piece)]))
    if headline:
        return text[piece.end_char - 1] == ":" and size <= 4
    return text[piece.end_char - 1] in "–—" and size <= 8 and text[piece.start_char :][:2].isupper()


def _is_frame(text: str, clause: Span) -> bool:
    """Whether a clause beside a quotation only says who speaks."""
    forms = [word.form for word in words(text[slice(*clause)])]
    introduces = text[slice(*clause)].rstrip('“‘" ').endswith(":")
    saying = any(form in lexicon("saying.txt") for form in forms)
    return len(forms) < 3 or (saying and (introduces or len(forms) <= _LONGEST_FRAME))


def _trim(text: str, span: Span) -> Span | None:
    """The span from its first to its last letter, digit or closing mark; None if it has no letter."""
    start, end = span
    while start < end and not text[start].isalnum() and text[start] not in '“"‘($£€':
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if _LETTER.search(text, start, end) else None


def _around(spans: Spans, sentences: list[Span]) -> Span:
    touched = [s for s in sentences if any(s.overlaps(span) for span in spans)]
    if not touched:
        return Span(spans[0].start_char, spans[-1].end_char)
    return Span(touched[0].start_char, touched[-1].end_char)


def innermost(reading: Reading, spans: Spans) -> str | None:
    """Id of the innermost attribution whose content is mostly in some spans or holds most of them; None without one."""
    size = sum(s.end_char - s.start_char for s in spans)
    best: tuple[int, int, str] | None = None
    for attribution in reading.attributions or ():
        shared = sum(_shared(a, b) for a in attribution.content for b in spans)
        length = sum(e - s for s, e in attribution.content)
        if shared * 2 > min(size, length):
            rank = (len(reading.chain(attribution.id)), shared, attribution.id)
            best = max(best, rank) if best else rank
    return best[2] if best else None


def _shared(a: Span, b: Span) -> int:
    return max(0, min(a.end_char, b.end_char) - max(a.start_char, b.start_char))

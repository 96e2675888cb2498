"""The statement that is checked and the lines of the body that it may rest on."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from onrecord.model import Attribution, Reading, Report, Span
from onrecord.wording import content_stems, sentences

_READ = ("standfirst", "body", "subhead")
_MARK = re.compile(r"[“”\"\n]")
_FIRST = re.compile(r'^[^\S\n]*+"', re.MULTILINE)
_TITLE_WORD = re.compile(r"\w+")
NOWHERE = Span(0, 0)
"""The span of a headline that the report's text does not hold."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the body: what of it the reporter says, what attributions say."""

    span: Span
    text: str
    own: frozenset[str]
    said: frozenset[str]
    holders: tuple[str, ...]
    """Ids of the attributions whose content reaches into it, outermost first."""
    nested: tuple[str, ...]
    """Those of the holders that stand within another attribution."""
    own_text: str
    """Its words outside attributions and quotation marks, blanks in place of the others."""
    quoted_by: str | None = None
    """Id of the attribution whose quoted words it gives: its own outermost, or one of an earlier paragraph."""

    @property
    def through(self) -> tuple[str, ...]:
        """Ids of the attributions within the quoted or told words: further mouths."""
        if self.quoted_by is not None and self.quoted_by not in self.holders:
            return self.holders
        return self.nested

    @property
    def roots(self) -> frozenset[str]:
        """Roots of all its content words."""
        return self.own | self.said


def roots(text: str) -> frozenset[str]:
    """Stems of the content words cut to six letters."""
    return frozenset(s[:6] for s in content_stems(text))


def headline(report: Report) -> tuple[str, Span]:
    """The headline and where it stands: the block of that kind, else the title as found in the text.

    The span is (0, 0) for a title that the text does not hold. The text is empty if there is no headline at all.
    """
    for block in report.blocks:
        if block.kind == "headline":
            return report.at(block), block.span
    title = (report.title or "").strip()
    words = _TITLE_WORD.findall(title)
    if not words:
        return "", NOWHERE
    reach = 2 * len(title) + 400
    found = re.search(r"\W{1,12}".join(map(re.escape, words)), report.text[:reach], re.IGNORECASE)
    return title, Span(*found.span()) if found else NOWHERE


@dataclass(frozen=True, slots=True)
class Parts:
    """A report as the checks see it: its headline, where that stands, and the sentences of the body in order."""

    title: str
    span: Span
    body: tuple[Line, ...]


def parts(reading: Reading) -> Parts:
    """The headline of a report (see `headline`) and the lines of its body."""
    title, span = headline(reading.report)
    return Parts(title, span, tuple(_lines(reading, span)))


def _lines(reading: Reading, without: Span) -> list[Line]:
    """The sentences of the body in order, without those of the headline; furniture gives none."""
    report = reading.report
    spans = [
        span
        for block in report.blocks
        if block.kind in _READ
        for span in sentences(report.text, block.start_char, block.end_char)
        if not span.overlaps(without)
    ]
    said = _merged(span for attribution in reading.attributions or () for span in attribution.content)
    own = _blanked(report.text, said)
    told = _blanked(report.text, _between(said, len(report.text)))
    unquoted = _blanked(own, _quoted(report.text))
    holders = _holders(spans, reading.attributions or ())
    found = [
        Line(
            span=span,
            text=report.at(span),
            own=roots(own[span.start_char : span.end_char]),
            said=roots(told[span.start_char : span.end_char]),
            holders=tuple(ids),
            nested=tuple(i for i in ids if reading.attribution(i).within is not None),
            own_text=unquoted[span.start_char : span.end_char],
        )
        for span, ids in zip(spans, holders, strict=True)
    ]
    return _with_quotations(found, report.text)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order; those that meet are one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start_char <= found[-1].end_char:
            found[-1] = Span(found[-1].start_char, max(found[-1].end_char, span.end_char))
        else:
            found.append(span)
    return found


def _between(spans: Sequence[Span], length: int) -> list[Span]:
    """What of a text so long lies outside spans in order."""
    edges = [0, *(edge for span in spans for edge in span), length]
    return [Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _blanked(text: str, spans: Iterable[Span]) -> str:
    """The text with blanks in place of spans in order: all else keeps its offset."""
    pieces: list[str] = []
    last = 0
    for start, end in spans:
        pieces += (text[last:start], " " * (end - start))
        last = end
    return "".join((*pieces, text[last:]))


def _with_quotations(body: list[Line], text: str) -> list[Line]:
    """The lines, each told whose quoted words it gives.

    A quotation over several paragraphs opens anew in each and closes only in the last: it is its first speaker's.
    """
    found: list[Line] = []
    running: str | None = None
    last = 0
    for line in body:
        if "\n" in text[last : line.span.start_char] and not line.text.startswith("“"):
            running = None
        last = line.span.end_char
        owner = running or (line.holders[0] if line.holders else None)
        quotes = running is not None or bool(set('“”"') & set(line.text))
        found.append(replace(line, quoted_by=owner) if owner is not None and quotes else line)
        opens, closes = line.text.rfind("“"), line.text.rfind("”")
        if opens != closes:
            running = owner if opens > closes else None
    return found


def _quoted(text: str) -> list[Span]:
    """What stands in quotation marks, from an opening mark to its closing one (exclusive) or the line's end."""
    found: list[Span] = []
    opened: int | None = None
    # Each paragraph of a long quotation opens anew, whatever the last one left open.
    first = {match.end() - 1 for match in _FIRST.finditer(text)}
    for match in _MARK.finditer(text):
        mark, at = match.group(), match.start()
        opens = mark == "“" or (mark == '"' and (opened is None or at in first))
        if opened is not None and not opens:
            found.append(Span(opened, at))
            opened = None
        elif opens and opened is None:
            opened = at
    return found if opened is None else [*found, Span(opened, len(text))]


def _holders(spans: list[Span], attributions: Iterable[Attribution]) -> list[list[str]]:
    """For each sentence the attributions that reach into it, the outer before the inner."""
    found: list[list[str]] = [[] for _ in spans]
    rows = list(attributions)
    depth = {a.id: d for a, d in zip(rows, _depths(rows), strict=True)}
    for attribution in sorted(rows, key=lambda a: depth[a.id]):
        for part in attribution.content:
            for i in _reached(spans, part):
                if attribution.id not in found[i]:
                    found[i].append(attribution.id)
    return found


def _depths(rows: list[Attribution]) -> list[int]:
    parents = {a.id: a.within for a in rows}
    depths = []
    for row in rows:
        seen: set[str] = set()
        outer = row.within
        while outer is not None and outer not in seen:
            seen.add(outer)
            outer = parents.get(outer)
        depths.append(len(seen))
    return depths


def _reached(spans: list[Span], part: Span) -> Iterable[int]:
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle].end_char <= part.start_char:
            low = middle + 1
        else:
            high = middle
    while low < len(spans) and spans[low].start_char < part.end_char:
        yield low
        low += 1


def rarity(body: Sequence[Line]) -> dict[str, float]:
    """How telling each root is: the logarithm of how few lines have it."""
    counts = Counter(root for line in body for root in line.roots)
    return {root: math.log((len(body) + 2) / n) for root, n in counts.items()}

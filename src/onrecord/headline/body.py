"""The statement that is checked and the lines of the body that it may rest on."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from onrecord.model import Attribution, Reading, Report, Span
from onrecord.wording import content_stems, sentences

_READ = ("standfirst", "body", "subhead")
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


def lines(reading: Reading, without: Span) -> list[Line]:
    """The sentences of the body in order, without those of the headline; furniture gives none."""
    report = reading.report
    spans = [
        span
        for block in report.blocks
        if block.kind in _READ
        for span in sentences(report.text, block.start_char, block.end_char)
        if not span.overlaps(without)
    ]
    said = bytearray(len(report.text))
    for attribution in reading.attributions or ():
        for start, end in attribution.content:
            said[start:end] = b"\x01" * len(said[start:end])
    quoted = _quoted(report.text)
    holders = _holders(spans, reading.attributions or ())
    found = [_line(reading, span, said, quoted, tuple(ids)) for span, ids in zip(spans, holders, strict=True)]
    return _with_quotations(found, report.text)


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


def _quoted(text: str) -> bytearray:
    """One byte a character: 1 between quotation marks, from an opening mark to its closing one or the line's end."""
    mask = bytearray(len(text))
    inside = False
    first = True
    for i, char in enumerate(text):
        if char == "\n":
            inside, first = False, True
            continue
        if char in "“”" or char == '"':
            # Each paragraph of a long quotation opens anew, whatever the last one left open.
            inside = char == "“" or (char == '"' and (first or not inside))
        mask[i] = inside
        first = first and char.isspace()
    return mask


def _line(reading: Reading, span: Span, said: bytearray, quoted: bytearray, holders: tuple[str, ...]) -> Line:
    text = reading.report.at(span)
    marks = said[span.start_char : span.end_char]
    quotes = quoted[span.start_char : span.end_char]
    own = "".join(" " if m else c for c, m in zip(text, marks, strict=True))
    told = "".join(c if m else " " for c, m in zip(text, marks, strict=True))
    nested = tuple(i for i in holders if reading.attribution(i).within is not None)
    unquoted = "".join(" " if q else c for c, q in zip(own, quotes, strict=True))
    return Line(span, text, roots(own), roots(told), holders, nested, unquoted)


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


def rarity(body: list[Line]) -> dict[str, float]:
    """How telling each root is: the logarithm of how few lines have it."""
    counts = Counter(root for line in body for root in line.roots)
    return {root: math.log((len(body) + 2) / n) for root, n in counts.items()}

"""Quotations: where marked quotations stand in a text, and how much of a content is quoted.

Marks: “ ” „ ‟ « », straight " and the doubled '' and `` of old wires, curly ‘ ’ and straight '. A single mark
within a word is an apostrophe. One pass over the text, paragraph by paragraph; nothing is raised on any text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from onrecord.model import Quotation, Span, Spans

_DOUBLE = re.compile(r"[“”„‟«»\"]|''|``")
_SINGLE = re.compile(r"(?<!')[‘’'](?!')")
_WORD_CHAR = re.compile(r"[^\W_]")
_OPENS = frozenset("“„«``")
_CLOSES = frozenset("”‟»")
_PUNCTUATION = ",.!?…—"


@dataclass(frozen=True, slots=True)
class Quote:
    """One quotation within one paragraph, its marks included where they stand."""

    start_char: int
    end_char: int
    depth: int
    """0 for a quotation of the reporter's text, 1 for one inside another quotation."""
    closed: bool
    follows: bool = False
    """Whether it goes on with the quotation of the paragraph before, which was left open."""

    @property
    def span(self) -> Span:
        """The quotation's offsets, marks included."""
        return Span(self.start_char, self.end_char)


@dataclass(frozen=True, slots=True)
class Quotes:
    """All quotations of a text: `outer` and `inner`, each sorted and without overlaps in itself."""

    outer: tuple[Quote, ...]
    inner: tuple[Quote, ...]

    def over(self, span: Span) -> list[Quote]:
        """The quotations that share a character with the span, outer ones first."""
        found: list[Quote] = []
        for quotes in (self.outer, self.inner):
            first = bisect_right(quotes, span.start_char, key=lambda quote: quote.end_char)
            last = bisect_left(quotes, span.end_char, key=lambda quote: quote.start_char)
            found += quotes[first:last]
        return found

    def at(self, place: int) -> Quote | None:
        """The innermost quotation that holds a character."""
        held = self.over(Span(place, place + 1))
        return held[-1] if held else None


def find_quotes(text: str) -> Quotes:
    """The quotations of a text.

    A quotation ends with its paragraph (line) at the latest. If the next paragraph opens with a mark again, an
    unclosed quotation goes on there (`follows`). Cost is linear in the length of the text.
    """
    outer: list[Quote] = []
    inner: list[Quote] = []
    is_open = False
    for start, end in _paragraphs(text):
        found, is_open = _double_quotes(text, start, end, is_open)
        for quote in found:
            inner += _single_quotes(text, quote.start_char + 1, quote.end_char, 1)
        gaps = _gaps(start, end, found)
        single = [quote for gap in gaps for quote in _single_quotes(text, *gap, 0)]
        outer += sorted([*found, *single], key=lambda quote: quote.start_char)
    return Quotes(tuple(outer), tuple(inner))


def quotation_of(text: str, content: Spans, quotes: Quotes, cue: Spans = ()) -> Quotation:
    """How a content is given: `direct` if all its words are quoted, `indirect` if none is, else `mixed`.

    Quotations that hold the cue do not count: inside “He said he would go,” the words `he would go` are indirect.
    """
    at = cue[0].start_char if cue else None
    words = quoted = 0
    for span in content:
        held = [
            quote.span
            for quote in quotes.over(span)
            if at is None or not quote.start_char <= at < quote.end_char
        ]
        words += _count_words(text, span)
        quoted += sum(_count_words(text, part) for part in _union(held, span))
    if quoted == 0:
        return "indirect"
    return "direct" if quoted == words else "mixed"


def _count_words(text: str, span: Span) -> int:
    return sum(1 for _ in _WORD_CHAR.finditer(text, span.start_char, span.end_char))


def _union(spans: list[Span], within: Span) -> Iterator[Span]:
    """The parts of `within` covered by any of the spans, without overlaps."""
    at = within.start_char
    for span in sorted(spans):
        start, end = max(at, span.start_char), min(within.end_char, span.end_char)
        if start < end:
            yield Span(start, end)
            at = end


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield start, start + len(line.rstrip())
        start += len(line)


def _double_quotes(text: str, start: int, end: int, was_open: bool) -> tuple[list[Quote], bool]:
    """The double quotations of one paragraph, and whether the last was left open."""
    found: list[Quote] = []
    begin: int | None = None
    follows = False
    for mark in _DOUBLE.finditer(text, start, end):
        if _opens(text, start, end, mark, begin is not None):
            if begin is not None:
                found.append(Quote(begin, mark.start(), 0, False, follows))
            begin = mark.start()
            follows = was_open and not text[start:begin].strip()
        elif begin is not None:
            found.append(Quote(begin, mark.end(), 0, True, follows))
            begin, follows = None, False
    if begin is not None:
        found.append(Quote(begin, end, 0, False, follows))
    return found, begin is not None


def _opens(text: str, start: int, end: int, mark: re.Match[str], is_open: bool) -> bool:
    if mark.group() in _OPENS:
        return True
    if mark.group() in _CLOSES:
        return False
    if is_open:
        # A straight mark between a blank and a letter opens anew: the closing mark before it was forgotten.
        before, after = text[mark.start() - 1], text[mark.end() : mark.end() + 1]
        return before.isspace() and after.isalnum() and mark.start() > start
    return mark.end() < end and not text[mark.end()].isspace()


def _gaps(start: int, end: int, quotes: list[Quote]) -> Iterator[tuple[int, int]]:
    for quote in quotes:
        yield start, quote.start_char
        start = quote.end_char
    yield start, end


def _single_quotes(text: str, start: int, end: int, depth: int) -> list[Quote]:
    """The quotations in single marks of a run without double marks."""
    found: list[Quote] = []
    begin: int | None = None
    close: int | None = None

    def settle() -> None:
        if begin is not None and close is not None:
            found.append(Quote(begin, close + 1, depth, True))

    for mark in _SINGLE.finditer(text, start, end):
        at = mark.start()
        before = text[at - 1 : at] if at > start else ""
        after = text[at + 1 : at + 2] if at + 1 < end else ""
        if _opens_single(mark.group(), before, after) and (begin is None or close is not None):
            settle()
            begin, close = at, None
        elif (
            begin is not None
            and _closes_single(mark.group(), before, after)
            and _closes_here(text, close, before)
        ):
            close = at
    settle()
    return found


def _closes_here(text: str, close: int | None, before: str) -> bool:
    """The first mark that may close does, unless it may be a plural's apostrophe (voters’) and a later one stands
    behind punctuation.
    """
    return close is None or (text[close - 1] == "s" and before in _PUNCTUATION)


def _opens_single(mark: str, before: str, after: str) -> bool:
    if mark == "’" or not after or after.isspace():
        return False
    return not before.isalnum() and (mark == "‘" or after.isalpha())


def _closes_single(mark: str, before: str, after: str) -> bool:
    return mark != "‘" and bool(before) and not before.isspace() and not after.isalnum()

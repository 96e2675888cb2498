"""When an attribution's speaker said it: the time in the cue's own clause, outside the content.

Taken are a time inside the cue, one after the cue ("said in a statement on Friday"), one between source and
cue ("Smith on Monday said"), one in an aside on the occasion of speaking ("Smith, asked about it on Monday,
said") and one that opens the sentence ("On Monday, Smith said"). A time inside the source ("Monday's report")
or in any other aside ("Smith, arrested on Monday, said") says something else and is left alone. An attribution
without a time of its own gets none: a continued quotation does not inherit.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from onrecord.model import Attribution, Report, Said, Span, Time
from onrecord.times import calendar
from onrecord.times.words import read_rows

_REACH = 300
"""Characters looked at on each side of a cue: longer clauses put the time too far from it to be its own."""
_BETWEEN = 90
"""Characters that may lie between cue or source and the time."""
_END = re.compile(r"\n\s*\n|[.?!][\"”’']*(?=\s+[\"“‘']?[A-Z])")
_ABBREVIATION = re.compile(
    r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Col|Lt|Sgt|St|Jan|Feb|Aug|Sept|Oct|Nov|Dec))$"
)
_WORD = re.compile(r"[^\W\d_]+")
_MARKS = re.compile(r"[;:“”\"()—\n]")


@dataclass(frozen=True, slots=True)
class SaidFinder:
    """The word lists of said.tsv, loaded once."""

    situation: frozenset[str]
    blocks: frozenset[str]
    lead: frozenset[str]
    opens: frozenset[str]

    @classmethod
    def load(cls) -> SaidFinder:
        """Read said.tsv."""
        return cls(**{what: frozenset(words.split()) for what, words in read_rows("said.tsv")})

    def fill(
        self, report: Report, attributions: Iterable[Attribution], times: Sequence[Time]
    ) -> tuple[Attribution, ...]:
        """The attributions with `said` filled where the text tells it; what is filled already stays."""
        dated = [time for time in times if calendar.granularity(time.value)]
        starts = [time.start_char for time in dated]

        def near(start: int, end: int) -> Sequence[Time]:
            return dated[bisect_left(starts, start) : bisect_left(starts, end)]

        return tuple(
            row if row.said or not row.cue else replace(row, said=self._said(report.text, row, near))
            for row in attributions
        )

    def _said(self, text: str, row: Attribution, near: Callable[[int, int], Sequence[Time]]) -> Said | None:
        start, end = _sentence(text, row)
        found = [time for time in near(start, end) if self._is_of(text, row, time, start)]
        cue = row.cue[0].start_char
        best = min(found, key=lambda t: (abs(t.start_char - cue), t.start_char), default=None)
        return Said(best.value, best.start_char, best.end_char) if best else None

    def _is_of(self, text: str, row: Attribution, time: Time, sentence: int) -> bool:
        here = Span(time.start_char, time.end_char)
        if any(here.overlaps(span) for span in row.content):
            return False
        within = next((span for span in row.source if here.overlaps(span)), None)
        if within is None:
            return self._belongs(text, row, time, sentence)
        # A source may take its aside along: "Smith, asked about it on Monday," is one span.
        _, comma, aside = text[within.start_char : here.start_char].partition(", ")
        return bool(comma) and within.holds(here) and self._is_situation(aside)

    def _belongs(self, text: str, row: Attribution, time: Time, sentence: int) -> bool:
        here = Span(time.start_char, time.end_char)
        if text.startswith(("'s", "’s"), here.end_char) and not self._occasion(
            text[max(0, here.start_char - 12) : here.start_char]
        ):
            return False
        if any(cue.holds(here) for cue in row.cue):
            return True
        sources = [span for span in row.source if span.start_char >= sentence]
        if here.start_char >= row.cue[-1].end_char:
            return self._after(text, row, sources, here)
        return self._before(text, row, sources, here, sentence)

    def _after(self, text: str, row: Attribution, sources: Sequence[Span], here: Span) -> bool:
        """Whether a time after the cue is the cue's own: "said Smith in a statement on Friday"."""
        end = row.cue[-1].end_char
        inverted = [s.end_char for s in sources if end <= s.start_char and s.end_char <= here.start_char]
        return self._follows(text[max([end, *inverted]) : here.start_char])

    def _before(
        self, text: str, row: Attribution, sources: Sequence[Span], here: Span, sentence: int
    ) -> bool:
        """Whether a time before the cue is the cue's own: between source and cue, or opening the sentence."""
        cue = row.cue[0].start_char
        before = [s for s in sources if s.start_char < cue]
        if before and here.start_char >= before[-1].end_char:
            return self._inside(text[before[-1].end_char : here.start_char], text[here.end_char : cue])
        clause = before[0].start_char if before else cue
        end = row.cue[-1].end_char
        if here.end_char > clause or re.match(r"\s?,(?!\s?[\"“‘'])", text[end : end + 4]):
            return False  # "Six months ago, Smith said, it was ...": the time belongs to the content around the cue
        opening = max([sentence, *(c.end_char for c in row.content if c.end_char <= here.start_char)])
        return self._opens(text[opening : here.start_char], text[here.end_char : clause])

    def _occasion(self, before: str) -> bool:
        """Whether a possessive time belongs to an occasion: "during Saturday's debate", not "Monday's ruling"."""
        words = _words(before)
        return bool(words) and words[-1] in ("in", "at", "during")

    def _follows(self, between: str) -> bool:
        """Whether the words between cue (or a source after it) and a time leave the time with the cue."""
        aside = between.lstrip(" ,")
        if aside != between.lstrip() and self._is_situation(aside):
            return len(between) <= _BETWEEN and not _MARKS.search(between)
        return (
            len(between) <= _BETWEEN
            and "," not in between
            and not _MARKS.search(between)
            and self.blocks.isdisjoint(_words(between))
        )

    def _inside(self, before: str, after: str) -> bool:
        """Whether a time between source and cue belongs to the cue: at once, or in an aside on speaking."""
        if _MARKS.search(before) or _MARKS.search(after) or len(before) > 2 * _BETWEEN:
            return False
        if ", " not in before:
            return self.blocks.isdisjoint(_words(before)) and len(_words(before)) <= 3
        return self._is_situation(before[before.index(", ") :].lstrip(" ,"))

    def _is_situation(self, aside: str) -> bool:
        """Whether an aside tells the occasion: "speaking on", "asked about ... on", "in a statement"."""
        words = _words(aside)
        if not words:
            return False
        return words[0] in self.situation or (words[0] in self.opens and self.blocks.isdisjoint(words))

    def _opens(self, before: str, after: str) -> bool:
        """Whether a time at the beginning of the sentence is that of the clause with the cue."""
        words = _words(before)
        if _MARKS.search(before.strip(" \n\"“”’'")) or len(before) > _BETWEEN:
            return False
        if not all(word in self.lead for word in words):
            inner = "," in before.strip(" ,\"“”’'")
            if inner or words[0] not in self.opens or not self.blocks.isdisjoint(words[1:]):
                return False
        return len(after) <= _BETWEEN and not _MARKS.search(after) and _plain(after, self.blocks)


def _plain(after: str, blocks: frozenset[str]) -> bool:
    """Whether nothing but a comma, an aside, a place or an adverb lies between an opening time and the source."""
    words = _words(after)
    return len(words) <= 1 or ("," in after and blocks.isdisjoint(words) and len(words) <= 8)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _sentence(text: str, row: Attribution) -> tuple[int, int]:
    """The offsets of the sentence with the cue, within reach; content in quotation marks does not end it."""
    cue_start, cue_end = row.cue[0].start_char, row.cue[-1].end_char
    low, high = max(0, cue_start - _REACH), min(len(text), cue_end + _REACH)
    start = low
    for match in _END.finditer(text, low, cue_start):
        if not _ABBREVIATION.search(text, max(low, match.start() - 5), match.start()):
            start = match.end()
    for match in _END.finditer(text, cue_end, high):
        if not _ABBREVIATION.search(text, max(cue_end, match.start() - 5), match.start()):
            return start, match.start() + 1
    return start, high

"""What the statements of a report are made from, found in one pass: its sentences, its words and the marks in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from onrecord.disputes.lexicon import Lexicon, Mark
from onrecord.model import Report, Span
from onrecord.wording import WORD, content_stems, sentences, words

READ_KINDS = ("headline", "standfirst", "body", "subhead", "caption")
_OPENS = " \t\"“‘'(["


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the text."""

    folded: str
    """Casefolded, without a possessive ending."""
    root: str | None
    """Stem cut to six letters, so that "threat" meets "threatened"; None for words that carry no content."""
    is_name: bool
    """Whether it has a capital letter and either does not open its sentence or carries content."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Sentences, words and marks of a report's blocks but furniture, each in text order."""

    text: str
    sentences: Sequence[Span]
    paragraphs: Sequence[int]
    """The number of each sentence's paragraph."""
    words: Sequence[Word]
    marks: Sequence[Mark]
    sentence_starts: Sequence[int]
    word_starts: Sequence[int]
    mark_starts: Sequence[int]

    @classmethod
    def of(cls, report: Report, lexicon: Lexicon) -> Ground:
        """Read a report once; the cost is linear in its text."""
        text = report.text
        blocks = [Span(b.start_char, b.end_char) for b in report.blocks if b.kind in READ_KINDS]
        spans = [s for block in blocks for s in sentences(text, *block)]
        found = [(m.start(), m.group()) for block in blocks for m in WORD.finditer(text, *block)]
        openings = {s.start_char for s in spans}
        marks = lexicon.marks(text, blocks)
        return cls(
            text,
            spans,
            _paragraphs(text, spans),
            [_word(word, _opens(text, start, openings)) for start, word in found],
            marks,
            [s.start_char for s in spans],
            [start for start, _ in found],
            [m.start_char for m in marks],
        )

    def sentence_at(self, char: int) -> int:
        """Index of the last sentence that begins at or before a character; 0 before the first."""
        return max(0, bisect_right(self.sentence_starts, char) - 1)

    def words_in(self, spans: Iterable[Span]) -> list[Word]:
        """The words that begin in some spans."""
        starts = self.word_starts
        return [
            w for s, e in spans for w in self.words[bisect_left(starts, s) : bisect_left(starts, max(s, e))]
        ]

    def marked(self, start: int, end: int) -> frozenset[str]:
        """Categories of the lexicon with a match that lies in `text[start:end]`."""
        first, last = bisect_left(self.mark_starts, start), bisect_left(self.mark_starts, end)
        return frozenset(m.category for m in self.marks[first:last] if m.end_char <= end)


def roots(words: Iterable[Word]) -> frozenset[str]:
    """The roots of the words that carry content."""
    return frozenset(w.root for w in words if w.root is not None)


def folded_words(text: str) -> list[str]:
    """The words of a text that is not the report's (a voice's name), as `Word.folded` has them."""
    return [_word(word, False).folded for word in words(text)]


def names_in(text: str) -> list[str]:
    """The capitalised words of a voice's name or of a source, as `Word.folded` has them."""
    return [_word(word, False).folded for word in words(text) if word[0].isupper()]


def _paragraphs(text: str, spans: Sequence[Span]) -> list[int]:
    found: list[int] = []
    number, last = 0, 0
    for span in spans:
        number += text.find("\n", last, span.start_char) >= 0
        last = span.start_char
        found.append(number)
    return found


def _opens(text: str, start: int, openings: set[int]) -> bool:
    while start > 0 and start not in openings and text[start - 1] in _OPENS:
        start -= 1
    return start in openings


@lru_cache(maxsize=16384)
def _word(word: str, opens: bool) -> Word:
    folded = word.casefold().replace("’", "'").removesuffix("'s")
    stems = content_stems(word)
    return Word(folded, stems[0][:6] if stems else None, word[0].isupper() and not (opens and not stems))

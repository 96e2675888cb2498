"""The text seen once: tokens, sentences, paragraphs, quotation marks, lines set in capitals."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from onrecord.model import Report, Span
from onrecord.voices.lexicon import closed

_TOKEN = re.compile(r"[^\W_]+(?:['’.&‑-][^\W_]+|,\d{3})*")
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*\s+|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mrs?|Ms|Dr|St|Gov|Sen|Rep|Sens|Reps|Gen|Lt|Col|Sgt|Capt|Rev|Prof|Jr|Sr|No|vs|Inc|Corp|Co|Jan|Feb|Aug|"
    r"Sept|Oct|Nov|Dec|Maj|Adm|Hon|Va|Vt|Calif|Mass|Fla|Ill|Pa|Tex|Wis|Mich|Minn|Conn|Ariz|Colo)|\.[A-Za-z])\.$"
)
_COMPOUND = re.compile(r"([A-Z][\w.]*[^\W_])-([a-z]+)")
"""A name with a participle or noun behind a hyphen ("Marlow-led"): two words, so that the name is seen."""
_COMPOUND_ENDS = closed("compound_end")
_QUOTE = re.compile(r"[“”\"]|''|‘‘|’’|\n+")
_DISPLAY_SHARE = 0.6
"""A line of at least four words of which this share is capitalised is a headline or the like."""


class Token(NamedTuple):
    """A word: offsets, text without possessive ending, lower-case form, whether it had a possessive ending."""

    start: int
    end: int
    text: str
    low: str
    possessive: bool
    capital: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """What later steps ask of a text. All offsets are code points."""

    text: str
    tokens: tuple[Token, ...]
    token_starts: tuple[int, ...]
    sentences: tuple[int, ...]
    """Start of each sentence."""
    paragraphs: tuple[int, ...]
    """Start of each paragraph."""
    quoted: tuple[Span, ...]
    """What stands between quotation marks, in order; a quotation that runs on has one span a paragraph."""
    quoted_starts: tuple[int, ...]
    lower_words: frozenset[str]
    """Words that the text also has in lower case."""
    display: tuple[Span, ...]
    """Lines set like headlines (most words capitalised) and furniture: no source of new names."""

    def token_at(self, position: int) -> int:
        """Index of the first token that starts at or after the position."""
        return bisect_right(self.token_starts, position - 1)

    def between(self, start: int, end: int) -> tuple[Token, ...]:
        """The tokens that start in the half-open range."""
        return self.tokens[self.token_at(start) : self.token_at(end)]

    def sentence(self, position: int) -> int:
        """Number of the sentence at a position."""
        return bisect_right(self.sentences, position) - 1

    def paragraph(self, position: int) -> int:
        """Number of the paragraph at a position."""
        return bisect_right(self.paragraphs, position) - 1

    def in_quotation(self, position: int) -> bool:
        """Whether the position stands between quotation marks."""
        i = bisect_right(self.quoted_starts, position) - 1
        return i >= 0 and position < self.quoted[i].end_char


def scan(report: Report) -> Scan:
    """Look at the report's text once; cost linear in its length."""
    text = report.text
    tokens = tuple(_tokens(text))
    starts = tuple(token.start for token in tokens)
    paragraphs = (0, *(m.end() for m in re.finditer(r"\n+", text)))
    quoted = tuple(_quoted(text))
    furniture = [block.span for block in report.blocks if block.kind == "furniture"]
    display = sorted({*furniture, *_display_lines(text, tokens, starts)})
    return Scan(
        text=text,
        tokens=tokens,
        token_starts=starts,
        sentences=tuple(_sentences(text)),
        paragraphs=paragraphs,
        quoted=quoted,
        quoted_starts=tuple(span.start_char for span in quoted),
        lower_words=frozenset(token.low for token in tokens if not token.capital),
        display=tuple(display),
    )


def _tokens(text: str) -> list[Token]:
    found = []
    length = len(text)
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        word = match.group()
        compound = _COMPOUND.fullmatch(word) if "-" in word else None
        if compound is not None and compound.group(2) in _COMPOUND_ENDS:
            name = compound.group(1)
            found.append(Token(start, start + len(name), name, name.casefold(), False, True))
            start, word = start + len(name) + 1, compound.group(2)
        possessive = False
        if word[-2:] in ("'s", "’s", "'S", "’S"):
            word, possessive = word[:-2], True
        elif (
            end < length
            and text[end] in "'’"
            and word[-1] in "sS"
            and (end + 1 == length or text[end + 1] == " ")
        ):
            possessive = True
        if end < length and text[end] == "." and _is_initial(word):
            word, end = word + ".", end + 1
        if word:
            found.append(Token(start, end, word, word.casefold(), possessive, word[0].isupper()))
    return found


def _is_initial(word: str) -> bool:
    """J (of J. Smith), J.J, U.S, and the titles that are written with a full stop."""
    return (word[0].isupper() and (len(word) == 1 or (word[-2] == "." and len(word) < 8))) or word in _DOTTED


_DOTTED = closed("dotted")


def _sentences(text: str) -> list[int]:
    starts = [0]
    for match in _SENTENCE_END.finditer(text):
        if match.group()[0] == "." and _ABBREVIATION.search(
            text, max(0, match.start() - 6), match.start() + 1
        ):
            continue
        starts.append(match.end())
    return starts


def _quoted(text: str) -> list[Span]:
    """Spans between quotation marks. One that is still open at a paragraph's end stops there."""
    spans = []
    opened: int | None = None
    for match in _QUOTE.finditer(text):
        mark = match.group()
        if mark[0] == "\n":
            if opened is not None:
                spans.append(Span(opened, match.start()))
            opened = None
        elif opened is None and mark not in ("”", "’’"):
            opened = match.end()
        elif opened is not None and mark not in ("“", "‘‘"):
            spans.append(Span(opened, match.start()))
            opened = None
    if opened is not None:
        spans.append(Span(opened, len(text)))
    return spans


def _display_lines(text: str, tokens: tuple[Token, ...], starts: tuple[int, ...]) -> list[Span]:
    lines = []
    position = 0
    for line in text.split("\n"):
        end = position + len(line)
        inside = tokens[bisect_right(starts, position - 1) : bisect_right(starts, end - 1)]
        words = [token for token in inside if token.text.isalpha()]
        capitals = sum(token.capital for token in words)
        if 4 <= len(words) <= 40 and capitals >= _DISPLAY_SHARE * len(words):
            lines.append(Span(position, end))
        position = end + 1
    return lines

"""Plain text to blocks. The text stays as it is, to the character; blocks only point into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from onrecord.model import Block, BlockKind, Span
from onrecord.pages import kinds
from onrecord.pages.features import reports_speech
from onrecord.pages.furniture import evidence_of_lines, plainly_furniture, report_logits

_LINE = re.compile(r"[^\r\n\f\x0b\x85\u2028\u2029]+")
_BREAK = re.compile(r"\r\n|[\r\n\f\x0b\x85\u2028\u2029]")
_WIDEST = 120
"""Lines of a text wrapped by hand or mail are no wider than this."""
_MOST_WIDE = 0.05
"""Share of characters that may stand in wider lines (an address, a table) all the same."""
_FEWEST_FULL = 3
"""Full lines that show that a text is wrapped."""
_SPEECH, _SENTENCE, _CLEAN = 1.5, 0.5, 0.5
_SENTENCE_WORDS = 8
_FEW_SHORT = 0.35
_TOPIC = re.compile(r"^(?:[A-Z][\w’'-]*)(?: [\w’'-]+){0,2}: [A-Z‘'“\"]")
_SPEAKER = re.compile(r"^[A-Z][A-Z .'’-]+:")
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]{0,3}$")
_WORD = re.compile(r"\w+")
_HEAD = 6
"""Blocks from the start within which headline, byline, dateline and standfirst are looked for."""


def blocks(text: str, title: str | None = None) -> tuple[Block, ...]:
    """The blocks of a plain text: paragraphs with their kinds; together they cover all that is not blank.

    `title`: a given title; the block that says the same is the headline, and no other is.
    """
    spans = paragraphs(text)
    lines = [text[s:e] for s, e in spans]
    flat = [" ".join(line.split()) for line in lines]
    furniture = _furniture(flat)
    found = _kinds(flat, furniture, title)
    return tuple(Block(s, e, kind) for (s, e), kind in zip(spans, found, strict=True))


def _furniture(lines: Sequence[str]) -> Any:
    """Which lines are furniture. A text is never furniture throughout, save for what its phrases give away."""
    plain = np.array([plainly_furniture(line) for line in lines], dtype=bool)
    clean = _is_clean(lines)
    benefit = np.array([_benefit(line, clean) for line in lines])
    low = report_logits(evidence_of_lines(lines)) + benefit < 0
    return plain if (low | plain).all() else low | plain


def _benefit(line: str, clean: bool) -> float:
    """Logits by which a line is given the benefit of the doubt.

    A sentence that reports what somebody said is what we are after; a text that is mostly prose has less
    furniture than the flattened pages that the weights saw.
    """
    sentence = _SENTENCE_END.search(line[-8:]) is not None and len(line.split()) >= _SENTENCE_WORDS
    benefit = _CLEAN * clean + _SENTENCE * (clean and sentence)
    return benefit + _SPEECH * (sentence and reports_speech(line))


def _is_clean(lines: Sequence[str]) -> bool:
    """Whether a text is a report with little around it, not a page's whole text: few of its lines are short."""
    short = sum(len(line.split()) < 6 for line in lines)
    return short < max(_FEW_SHORT * len(lines), 4)


def paragraphs(text: str) -> list[Span]:
    """The paragraphs: lines, or runs of lines where the text is wrapped to a width."""
    lines = []
    for match in _LINE.finditer(text):
        body = match.group()
        solid = body.strip()
        if solid:
            start = match.start() + len(body) - len(body.lstrip())
            lines.append(Span(start, start + len(solid)))
    joins = _joins(text, lines)
    out: list[Span] = []
    for i, line in enumerate(lines):
        if i and joins[i - 1]:
            out[-1] = Span(out[-1].start_char, line.end_char)
        else:
            out.append(line)
    return out


def _joins(text: str, lines: Sequence[Span]) -> list[bool]:
    """Whether each line goes on in the next: the text is wrapped, and the next word would not have fitted."""
    narrow = [end - start for start, end in lines if end - start <= _WIDEST]
    width = max(narrow, default=0)
    wide = sum(end - start for start, end in lines) - sum(narrow)
    if width < 30 or wide > _MOST_WIDE * sum(narrow):
        return [False] * len(lines)
    joins = []
    for here, following in pairwise(lines):
        between = text[here.end_char : following.start_char]
        one_break = len(_BREAK.findall(between)) == 1
        word = len(text[following.start_char : following.end_char].split(maxsplit=1)[0])
        joins.append(one_break and here.end_char - here.start_char + 1 + word > width)
    joins.append(False)
    return joins if sum(joins) >= _FEWEST_FULL else [False] * len(lines)


def _kinds(lines: Sequence[str], furniture: Any, title: str | None) -> list[BlockKind]:
    found: list[BlockKind] = ["furniture" if bad else "body" for bad in furniture]
    headline = _headline(lines, furniture, title)
    if headline is not None:
        found[headline] = "headline"
    start = 0 if headline is None else headline + 1
    for i in range(len(lines)):
        if i == headline:
            continue
        if i < start + _HEAD and all(k in _BEFORE_BODY for k in found[start:i]):
            found[i] = _head_kind(lines[i], found[i], after_headline=headline is not None and i >= start)
        if found[i] == "body":
            found[i] = _inner_kind(lines, i, found)
    return found


_BEFORE_BODY = frozenset(("headline", "byline", "dateline", "standfirst", "caption", "furniture"))


def _headline(lines: Sequence[str], furniture: Any, title: str | None) -> int | None:
    head = range(min(_HEAD, len(lines)))
    if title:
        wanted = set(_WORD.findall(title.lower()))
        for i in head:
            own = set(_WORD.findall(lines[i].lower()))
            if own and len(own & wanted) >= 0.7 * len(own | wanted):
                return i
        return None
    for i in head:
        if lines[i].startswith("# ") or (not furniture[i] and not _is_small(lines[i])):
            return i if _reads_as_headline(lines[i]) and len(lines) > 1 else None
        if i == 0 and _reads_as_headline(lines[0]) and len(lines) > 1 and not plainly_furniture(lines[0]):
            return 0
    return None


def _is_small(line: str) -> bool:
    return kinds.is_byline(line) or kinds.is_dateline(line)


def _reads_as_headline(line: str) -> bool:
    """A first line is a headline if it is short and is not several sentences or a long one with its full stop."""
    words = len(line.split())
    if words > kinds.MOST_WORDS["headline"] or len(line) > 250 or _is_small(line):
        return False
    sentence = _SENTENCE_END.search(line[-8:]) is not None and not line.endswith("?")
    # Some archives set a full stop after every headline, so a short line with one may be a headline too.
    return words <= 18 if sentence else words <= 30


def _head_kind(line: str, kind: BlockKind, *, after_headline: bool) -> BlockKind:
    if kinds.is_byline(line):
        return "byline"
    if kinds.is_dateline(line):
        return "dateline"
    words = len(line.split())
    if (
        not after_headline
        or _SENTENCE_END.search(line[-8:])
        or not 5 <= words <= 35
        or plainly_furniture(line)
    ):
        return kind
    if _TOPIC.match(line) and not _SPEAKER.match(line):
        # "Harbour: Engineers explain the new barrier": how players caption a clip under the headline.
        return "caption"
    return "standfirst" if kind == "body" else kind


def _inner_kind(lines: Sequence[str], i: int, found: Sequence[BlockKind]) -> BlockKind:
    line = lines[i]
    if kinds.is_credit(line) and not _SENTENCE_END.search(line[-8:]) and len(line.split()) <= 40:
        return "caption"
    heading = line.startswith("## ") or (
        kinds.is_subhead(line) and not _SPEAKER.match(line) and ": " not in line
    )
    follows = next((lines[j] for j in range(i + 1, len(lines)) if found[j] == "body"), "")
    if heading and _SENTENCE_END.search(follows[-8:]) and len(follows.split()) > 12:
        return "subhead"
    return "body"

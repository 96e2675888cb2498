"""The claim that stands inside its own denial: "denied that he had met her", "the idea that the town is safe"."""

from __future__ import annotations

import re

from onrecord.disputes.lexicon import Lexicon
from onrecord.disputes.statements import Statement
from onrecord.model import Reading, Span

_NOUNS = (
    r"(?:claims?|allegations?|accusations?|charges?|assertions?|contentions?|suggestions?|ideas?|notions?|"
    r"rumou?rs?|speculation|criticisms?|arguments?|evidence|proof|indication|sign|doubts?|reports?|warnings?|"
    r"predictions?|consensus|narrative|game|myth|fears?|talk|fantasy|rhetoric|buy|concerns?|complaints?|belief|view|characterization|thinks?|believes?|says?|claims)"
)
_THAT = re.compile(rf"\b{_NOUNS}(?: \w+)? (?:that|about|of|whether) ", re.IGNORECASE)
_DENIED_THAT = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|disput(?:e|es|ed|ing)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|"
    r"doubt(?:s|ed|ing)?|question(?:s|ed|ing)?|rebut(?:s|ted|ting)?|refut(?:e|es|ed|ing)) (?:that |whether |if )?",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.;!?”\"]|,? but |, (?:said|says|he|she|they|it|saying|calling|and)\b|''")
_LEAST = 8
"""Fewer characters than this say too little to be a claim."""


_NOT = re.compile(r"(?:\bnot|n['’]t|\bnever|\bno|\bless) ", re.IGNORECASE)


def inside(statement: Statement, reading: Reading, lexicon: Lexicon) -> tuple[Span, str] | None:
    """The claim that a denial itself states, as a span of the report, and how it was found.

    How is `named` ("the idea that ..."), `denied` ("disputed that ..."), `cue` (the cue denies the content), `negated`
    ("did not ...") or `whole` (nothing better than the whole content). None if there is no content.
    """
    text = reading.report.text
    spans = statement.content_spans
    if not spans:
        return None
    whole = max(spans, key=lambda s: s.end_char - s.start_char)
    for pattern, how in ((_THAT, "named"), (_DENIED_THAT, "denied")):
        match = pattern.search(text, whole.start_char, whole.end_char)
        if match and (clause := _clause(text, match.end(), whole.end_char)):
            return clause, how
    if statement.is_attribution and lexicon.found(statement.cue) & {"deny", "reject", "doubt"}:
        return _trimmed(text, whole), "cue"
    match = _NOT.search(text, whole.start_char, whole.end_char)
    if match and (clause := _clause(text, match.end(), whole.end_char)):
        return clause, "negated"
    return _trimmed(text, whole), "whole"


def _clause(text: str, start: int, end: int) -> Span | None:
    stop = _CLAUSE_END.search(text, start + 1, end)
    clause = _trimmed(text, Span(start, stop.start() if stop else end))
    return clause if clause.end_char - clause.start_char >= _LEAST else None


_LEAD = re.compile(r"[\s\"“”‘’',]*(?:that |any |whether )?", re.IGNORECASE)


def _trimmed(text: str, span: Span) -> Span:
    lead = _LEAD.match(text, span.start_char, span.end_char)
    start = lead.end() if lead and lead.end() < span.end_char else span.start_char
    end = span.end_char
    while end > start + 1 and text[end - 1] in " \t\r\n,\"”’'":
        end -= 1
    return Span(start, end)

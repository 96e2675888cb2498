"""Sentences and content words: the plain material for comparing two statements by their wording.

Used by the stages that set one statement against another (disputes, headline). Everything here is linear in the
length of the text and raises nothing.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from onrecord.model import Span

_STOP = re.compile(r"(?<![.!?…])[.!?…]+[\"”’')\]]*+(?=\s)|\n")  # a run of stops is tried from its start alone
WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*")
"""A word or a number as written, a possessive ending included."""

_LAST_WORD = re.compile(r"[^\s\"“”‘’'(\[]{1,12}$")
_SUFFIXES = (
    "fulness",
    "ations",
    "ation",
    "ments",
    "ement",
    "ment",
    "ings",
    "ing",
    "ies",
    "ied",
    "edly",
    "ed",
)
_SHORT_SUFFIXES = ("ers", "er", "es", "ly", "s", "e", "y")


@cache
def _list(name: str) -> frozenset[str]:
    lines = (files("onrecord") / "wordlists" / name).read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `text[start:end]`, as offsets into `text`, without the white space around them.

    A line break ends a sentence; a full stop does not after a title or an initial ("Mr.", "U.S.", "J.").
    """
    end = len(text) if end is None else end
    found: list[Span] = []
    begin = start
    for stop in _STOP.finditer(text, start, end):
        if stop.group() != "\n" and _is_abbreviation(text, begin, stop.start(), stop.end()):
            continue
        _append(found, text, begin, stop.end())
        begin = stop.end()
    _append(found, text, begin, end)
    return found


def _is_abbreviation(text: str, begin: int, at: int, after: int) -> bool:
    if text[at:after] != ".":
        return False
    last = _LAST_WORD.search(text, max(begin, at - 12), at)
    if last is None:
        return False
    word = last.group()
    return (len(word) == 1 and word.isupper()) or "." in word or word.casefold() in _list("abbreviations.txt")


def _append(found: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        found.append(Span(start, end))


def words(text: str) -> list[str]:
    """The words and numbers of a text as written, possessive endings included."""
    return WORD.findall(text)


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """A word without case, possessive and common English endings: equal for forms of one word, not a word itself."""
    word = word.casefold().replace("’", "'")
    word = word.removesuffix("'s").replace("'", "")
    if word[:1].isdigit():
        return word.replace(",", "")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return _undouble(word[: -len(suffix)])
    for suffix in _SHORT_SUFFIXES:
        if word.endswith(suffix) and not word.endswith("ss") and len(word) - len(suffix) >= 3:
            return _undouble(word[: -len(suffix)])
    return word


def _undouble(word: str) -> str:
    """'plann' and 'planne' become 'plan'."""
    word = word.rstrip("e") if len(word) > 3 else word
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        return word[:-1]
    return word


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry content, in order: without articles, pronouns, auxiliaries and the like."""
    stopwords = _list("stopwords.txt")
    return [stem(w) for w in words(text) if w.casefold().replace("’", "'") not in stopwords]


def names(text: str) -> frozenset[str]:
    """Capitalised words that do not open a sentence, casefolded, without possessive endings."""
    found = set()
    for span in sentences(text):
        for i, match in enumerate(WORD.finditer(text, span.start_char, span.end_char)):
            word = match.group()
            if word[0].isupper() and (i > 0 or word.casefold() not in _list("stopwords.txt")):
                found.add(word.casefold().replace("’", "'").removesuffix("'s"))
    return frozenset(found)

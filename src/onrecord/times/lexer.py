"""Text to tokens, each with a class written as one character.

The rules are regular expressions over the string of classes, so a long text is looked at twice: once to cut
it into tokens, once to find the rules' places in a string several times shorter. Both are linear.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass

from onrecord.times.words import Lexicon

_TOKEN = r"""
        \n[ \t\r\f\v]*\n\s*                           # a blank line: no expression runs over it
      | [0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?(?![0-9])
      | [0-9]{1,2}/[0-9]{1,2}/(?:[0-9]{4}|[0-9]{2})(?![0-9/])
      | [0-9]{1,2}/[0-9]{1,2}(?![0-9/])
      | ['’][0-9]{2}s?(?![0-9A-Za-z])
      | [0-9]{3,4}['’]s\b
      | [0-9]+(?:[.,:][0-9]+)*(?:(?:st|nd|rd|th|s)\b)?
      | [QH][1-4](?![0-9A-Za-z])
      | (?:FORMS)(?!\w)
      | [^\W\d_]+
      | ['’](?:s\b)?
      | \S"""
"""FORMS stands for the forms of words.tsv that hold other marks than letters."""

_NUMERIC: tuple[tuple[str, str], ...] = (
    ("isodate", r"\d{4}-\d\d-\d\d.*"),
    ("slashdate", r"\d+/\d+/\d+"),
    ("frac", r"\d+/\d+"),
    ("num31", r"0?[1-9]|[12]\d|3[01]"),
    ("num2", r"\d\d?"),
    ("year", r"1[6-9]\d\d|20\d\d"),
    ("num4", r"\d{4}"),
    ("numbig", r"\d+"),
    ("clock", r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?"),
    ("numcomma", r"\d{1,3}(?:,\d{3})+"),
    ("clockdot", r"(?:[01]?\d|2[0-4])\.[0-5]\d"),
    ("numdec", r"\d+[.]\d+"),
    ("ordfig", r"(?:[1-9]|[1-9]\d|\d*[1-9]\d\d)(?:st|nd|rd|th)"),
    ("decadefig", r"(?:1[6-9]|20)\d0['’]?s"),
    ("decade2", r"['’]\d0s"),
    ("year2", r"['’]\d\d"),
    ("quarterfig", r"Q[1-4]"),
    ("halffig", r"H[12]"),
)
_NUMBER = re.compile("|".join(rf"(?P<{name}>{pattern})\Z" for name, pattern in _NUMERIC))
"""Which figure a token is: the first pattern that takes all of it."""

PUNCTUATION: Mapping[str, str] = {
    ",": "comma",
    ".": "dot",
    "-": "hyphen",
    "‐": "hyphen",
    "‑": "hyphen",
    "–": "dash",
    "—": "dash",
    "/": "slash",
    "(": "open",
    ")": "close",
    "$": "currency",
    "£": "currency",
    "€": "currency",
    "#": "currency",
    "%": "percent",
    "'s": "poss",
    "’s": "poss",
    "'": "quote",
    "’": "quote",
}

NUMERIC_CLASSES = tuple(name for name, _ in _NUMERIC)
OTHER_CLASSES = ("word", "plural", "capital", "break", "mark")
"""Classes of tokens in no list: lower-case words, those in -s, capitalised words, blank lines, other marks."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's tokens: offsets in code points, and one class character each."""

    text: str
    starts: array[int]
    ends: array[int]
    classes: str

    def word(self, index: int) -> str:
        """The token as it stands in the text."""
        return self.text[self.starts[index] : self.ends[index]]


class Lexer:
    """Cuts texts into tokens; made once for a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        forms = sorted((form for form in lexicon.classes if not form.isalpha()), key=len, reverse=True)
        self._pattern = re.compile(_TOKEN.replace("FORMS", "|".join(map(re.escape, forms))), re.VERBOSE)
        self._letters = lexicon.letters
        marks = {mark: self._letters[name] for mark, name in PUNCTUATION.items()}
        self._known = {**lexicon.classes, **marks}

    def lex(self, text: str) -> Tokens:
        """Cut a text into tokens. Linear in its length; never raises."""
        starts, ends = array("q"), array("q")
        classes: list[str] = []
        seen: dict[str, str] = {}
        for match in self._pattern.finditer(text):
            start, end = match.span()
            starts.append(start)
            ends.append(end)
            word = text[start:end]
            letter = self._known.get(word) or seen.get(word)
            if letter is None:
                letter = seen[word] = self._letters[_classify(word)]
            classes.append(letter)
        return Tokens(text, starts, ends, "".join(classes))


def _classify(word: str) -> str:
    first = word[0]
    if first.isalpha() and not word[-1].isdigit():
        if first.isupper():
            return "capital"
        return "plural" if word.endswith("s") and not word.endswith("ss") else "word"
    if first == "\n":
        return "break"
    number = _NUMBER.match(word)
    return number.lastgroup or "mark" if number else "mark"

"""Text to tokens, each with a class written as one character.

The rules are regular expressions over the string of classes, so a long text is looked at twice: once to cut
it into tokens, once to find the rules' places in a string several times shorter. Both are linear.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from onrecord.times.words import Lexicon

_TOKEN = r"""(?:
        [a-z]++(?![\w.'’-])                            # most tokens: nothing else can begin here
      | \n[ \t\r\f\v]*\n\s*                           # a blank line: no expression runs over it
      | [0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?(?![0-9])
      | [0-9]{1,2}/[0-9]{1,2}/(?:[0-9]{4}|[0-9]{2})(?![0-9/])
      | [0-9]{1,2}/[0-9]{1,2}(?![0-9/])
      | ['’][0-9]{2}s?(?![0-9A-Za-z])
      | [0-9]{3,4}['’]s\b
      | [0-9]+(?:[.,:][0-9]+)*(?:(?:st|nd|rd|th|s)\b)?
      | [QH][1-4](?![0-9A-Za-z])
      | (?:FORMS)(?!\w)
      | [a-zA-Z]++(?<=n)['’]t\b                        # "won't" is not "won"
      | [^\W\d_]+
      | ['’](?:s\b)?
      | \S | \s
    )[^\S\n]*(?:\n(?!\s*\n)[^\S\n]*)?"""
"""A token with the blanks after it, up to a blank line: together the tokens are the whole text.

FORMS stands for the forms of words.tsv that hold other marks than letters."""

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
    """A text's tokens: each with the blanks after it, its first offset in code points, its class character."""

    text: str
    pieces: Sequence[str]
    starts: array[int]
    classes: str

    def word(self, index: int) -> str:
        """The token as it stands in the text."""
        return self.pieces[index].rstrip()

    def end(self, index: int) -> int:
        """The offset after the token's last character."""
        return self.starts[index] + len(self.word(index))


class Lexer:
    """Cuts texts into tokens; made once for a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        forms = sorted((form for form in lexicon.classes if not form.isalpha()), key=len, reverse=True)
        self._pattern = re.compile(_TOKEN.replace("FORMS", "|".join(map(re.escape, forms))), re.VERBOSE)
        self._classes = _Classes(lexicon)

    def lex(self, text: str) -> Tokens:
        """Cut a text into tokens. Linear in its length; never raises."""
        pieces = self._pattern.findall(text)
        starts = array("q", accumulate(map(len, pieces), initial=0))
        return Tokens(text, pieces, starts, "".join(map(self._classes.__getitem__, pieces)))


class _Classes(dict[str, str]):
    """Class characters of tokens with the blanks after them: told once for each, then remembered."""

    _MOST = 200_000

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._letters = lexicon.letters
        marks = {mark: self._letters[name] for mark, name in PUNCTUATION.items()}
        self._known = {**lexicon.classes, **marks}

    def __missing__(self, piece: str) -> str:
        word = piece.rstrip()
        letter = self._known.get(word) or self._letters[_classify(word)]
        if len(self) >= self._MOST:
            self.clear()
        self[piece] = letter
        return letter


def _classify(word: str) -> str:
    if not word:
        return "break"  # blank lines, and blanks before the first word
    first = word[0]
    if first.isalpha() and not word[-1].isdigit():
        if first.isupper():
            return "capital"
        return "plural" if word.endswith("s") and not word.endswith(("ss", "us", "is")) else "word"
    number = _NUMBER.match(word)
    return number.lastgroup or "mark" if number else "mark"

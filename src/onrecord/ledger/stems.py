"""Words of a text as the full-text indexes have them: the same in every store, down to the stem.

SQLite's FTS5 does this inside (`porter unicode61`). PostgreSQL gets its terms from here, and hits are marked by it.
The stemmer is Porter's ("An algorithm for suffix stripping", Program 14, 1980) with the two departures of the author's
own version (-bli, -logi). Tests compare it with FTS5's. Letters outside the alphabet count as consonants, a byte
each, as there.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

_LONGEST = 64
"""Bytes; longer words are no words and stay as they are."""

_STEP_2 = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("logi", "log"),
    ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"),
    ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
    ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
)  # fmt: skip
_STEP_3 = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
)  # fmt: skip
_STEP_4 = (
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "al",
    "er", "ic", "ou",
)  # fmt: skip


class Word(NamedTuple):
    """A word of a text: its stem, and where it stands."""

    stem: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of a text in order: runs of letters, digits and the marks upon them."""
    found: list[Word] = []
    start = -1
    for place, ch in enumerate(text):
        if _in_word(ch, start >= 0):
            start = place if start < 0 else start
        elif start >= 0:
            found.append(Word(stem(text[start:place]), start, place))
            start = -1
    if start >= 0:
        found.append(Word(stem(text[start:]), start, len(text)))
    return [word for word in found if word.stem]


@lru_cache(2**15)
def _in_word(ch: str, inside: bool) -> bool:
    kind = unicodedata.category(ch)
    return kind[0] in "LN" or kind == "Co" or (inside and "\u0300" <= ch <= "\u0341")


@lru_cache(2**16)
def stem(word: str) -> str:
    """The stem of one word, in small letters without accents."""
    folded = "".join(map(_folded, word))
    coded = folded.encode("utf-8", "replace")
    if not 3 <= len(coded) <= _LONGEST:
        return folded
    return _stem(coded.decode("latin-1")).encode("latin-1").decode("utf-8", "replace")


@lru_cache(2**15)
def _folded(ch: str) -> str:
    if "\u0300" <= ch <= "\u0341":
        return ""
    parts = unicodedata.normalize("NFD", ch)
    # FTS5 takes one accent away, and leaves letters alone that have two.
    plain = parts[0] if len(parts) == 2 and unicodedata.name(ch, "").startswith("LATIN") else ch
    small = plain.casefold()
    return small if len(small) == 1 else plain


def _stem(word: str) -> str:
    if word.endswith("s"):
        if _ends(word, "sses") or _ends(word, "ies"):
            word = word[:-2]
        elif not word.endswith("ss"):
            word = word[:-1]
    word = _past(word)
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(word, _STEP_2, 0)
    word = _replaced(word, _STEP_3, 0)
    word = _step_4(word)
    return _step_5(word)


def _ends(word: str, ending: str) -> bool:
    """Whether the word ends so and has more in front."""
    return len(word) > len(ending) and word.endswith(ending)


def _past(word: str) -> str:
    """Step 1b: -eed, -ed, -ing."""
    if _ends(word, "eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        if _ends(word, ending) and _has_vowel(word.removesuffix(ending)):
            base = word.removesuffix(ending)
            break
    else:
        return word
    if base.endswith(("at", "bl", "iz")):
        return base + "e"
    if len(base) > 1 and base[-1] == base[-2] and base[-1] not in "aeioulsz":
        return base[:-1]
    return base + "e" if _measure(base) == 1 and _ends_short(base) else base


def _replaced(word: str, table: tuple[tuple[str, str], ...], least: int) -> str:
    for ending, instead in table:
        if _ends(word, ending):
            base = word[: -len(ending)]
            return base + instead if _measure(base) > least else word
    return word


def _step_4(word: str) -> str:
    for ending in _STEP_4:
        if _ends(word, ending):
            base = word[: -len(ending)]
            return base if _measure(base) > 1 else word
    if word.endswith(("sion", "tion")) and _measure(word[:-3]) > 1:
        return word[:-3]
    return word


def _step_5(word: str) -> str:
    if word.endswith("e"):
        base = word[:-1]
        measure = _measure(base)
        if measure > 1 or (measure == 1 and not _ends_short(base)):
            word = base
    if word.endswith("ll") and _measure(word[:-1]) > 1:
        word = word[:-1]
    return word


def _shape(word: str) -> str:
    """`c` for each consonant, `v` for each vowel; y is a vowel after a consonant."""
    shape = ""
    for ch in word:
        shape += "v" if ch in "aeiou" or (ch == "y" and shape.endswith("c")) else "c"
    return shape


def _measure(word: str) -> int:
    """How often a consonant follows a vowel: Porter's m."""
    return _shape(word).count("vc")


def _has_vowel(word: str) -> bool:
    return "v" in _shape(word)


def _ends_short(word: str) -> bool:
    """Porter's *o: consonant, vowel, consonant, the last not w, x or y."""
    return _shape(word).endswith("cvc") and word[-1] not in "wxy"

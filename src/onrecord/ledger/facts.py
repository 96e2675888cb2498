"""Facts about a statement as words of the full-text index, so that a filter is one more word to look for.

Whoever asks for a voice, an outlet or a band has the index intersect two lists instead of reading rows. The words
begin with a character of the private use area, which no query can contain, and end in a digit, which no stemmer
touches. Written from the row when it is added; only a voice that is split changes them later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from hashlib import sha256

MARK = "\ue000"
EVERY = f"{MARK}s1"
"""Every statement has it."""
NONE = f"{MARK}n0"
"""No statement has it."""

DAY_BITS = 31
"""A statement's number is its day of publication, shifted by these, and its place on that day."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PLAIN = re.compile(r"[a-z]{1,30}")


def voice(number: int) -> str:
    """By the voice of this number in the ledger."""
    return f"{MARK}v{number}"


def name(stem: str) -> str:
    """By a voice that has this word in its name."""
    return f"{MARK}w{stem[:60]}1"


def outlet(number: int) -> str:
    """In the outlet of this number in the ledger."""
    return f"{MARK}o{number}"


def quotation(kind: str) -> str:
    """Given directly, in part or indirectly."""
    return f"{MARK}q{_word(kind)}1"


def act(kind: str) -> str:
    """What was done by saying it."""
    return f"{MARK}a{_word(kind)}1"


def disputed(yes: bool) -> str:
    """A claim that is denied or a denial, or neither."""
    return f"{MARK}d{int(yes)}"


def band(low: float, high: float) -> str:
    """With a word of likelihood that means this band."""
    return f"{MARK}b{round(low * 10_000)}x{round(high * 10_000)}"


def _word(kind: str) -> str:
    return kind if _PLAIN.fullmatch(kind) else "x" + sha256(kind.encode("utf-8", "replace")).hexdigest()[:16]


def joined(words: Iterable[str]) -> str:
    """The facts as they stand in the column `facts`."""
    return " ".join(dict.fromkeys((EVERY, *words)))


def day_number(published: str | None) -> int:
    """The day of publication as the proleptic ordinal of `datetime.date`; 0 if none is known."""
    if not published or not _DAY.match(published):
        return 0
    try:
        return date.fromisoformat(published[:10]).toordinal()
    except ValueError:
        return 0


def first_of(day: int) -> int:
    """The lowest number that a statement of this day may have."""
    return day << DAY_BITS


def month_of(day: int) -> str:
    """YYYY-MM of a day's number; empty if none is known."""
    return date.fromordinal(day).isoformat()[:7] if day else ""

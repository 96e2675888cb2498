"""What a resolver may look at: the match, the publication date, the times before it, the clause's tense."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from onrecord.model import Time, TimeKind
from onrecord.times import calendar
from onrecord.times.lexer import Tokens
from onrecord.times.rules import Hit
from onrecord.times.tense import Tense
from onrecord.times.words import Lexicon

PUBLISHED = "published"
_MEMORY = 40
"""Times looked back on when an expression is anchored in the text."""
_REACH_BACK = 1500
"""Characters that an anchor in the text may lie back."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A valued expression; `tokens` narrows it to a part of the hit."""

    kind: TimeKind
    value: str
    anchor: str | None = None
    tokens: tuple[int, int] | None = None


Drafts = Sequence[Draft]


@dataclass(slots=True)
class Context:
    """The state of reading one text, from left to right.

    `published` is the day of publication, None where it is missing: what needs it then stays unresolved.
    """

    tokens: Tokens
    lexicon: Lexicon
    published: date | None
    tense_around: Callable[[Tokens, int, int], Tense | None]
    hit: Hit = field(init=False)
    mentions: list[Time] = field(default_factory=list)

    # --- the match -----------------------------------------------------------------------------------------

    def has(self, label: str) -> bool:
        """Whether the rule captured that label."""
        return label in self.hit.labels

    def words(self, label: str) -> list[str]:
        """The captured tokens, lower-case; empty if the label was not captured."""
        start, end = self.hit.labels.get(label, (0, 0))
        return [self.tokens.word(i).lower() for i in range(start, end)]

    def value(self, label: str) -> str:
        """The value in words.tsv of the first captured token; empty if there is none."""
        words = self.words(label)
        return self.lexicon.values.get(words[0], "") if words else ""

    def integer(self, label: str) -> int:
        """The value as a whole number: of a word by words.tsv, of figures by themselves ("22nd" is 22)."""
        word = self.words(label)[0]
        known = self.lexicon.values.get(word)
        digits = "".join(c for c in word if c.isdecimal())
        return int(known) if known and known.lstrip("-").isdecimal() else int(digits or 0)

    def year(self, label: str = "year") -> int | None:
        """The captured year; '96 is 1996 and '07 is 2007."""
        if not self.has(label):
            return None
        digits = "".join(c for c in self.words(label)[0] if c.isdecimal())
        number = int(digits)
        if len(digits) == 2:
            pivot = (self.published.year if self.published else 2030) % 100 + 10
            return 2000 + number if number <= pivot else 1900 + number
        return number

    def tense(self) -> Tense | None:
        """The tense of the clause."""
        return self.tense_around(self.tokens, self.hit.start, self.hit.end)

    def before(self, count: int = 1) -> str:
        """The word `count` tokens before the match, lower-case."""
        index = self.hit.start - count
        return self.tokens.word(index).lower() if index >= 0 else ""

    def after(self) -> str:
        """The word after the match, lower-case."""
        return self.tokens.word(self.hit.end).lower() if self.hit.end < len(self.tokens.classes) else ""

    # --- anchors -------------------------------------------------------------------------------------------

    def recent(self) -> Iterator[Time]:
        """Earlier times of the text that are near enough to be an anchor, the latest first."""
        here = self.tokens.starts[self.hit.start]
        for time in reversed(self.mentions[-_MEMORY:]):
            if here - time.end_char > _REACH_BACK:
                return
            yield time

    def last_day(self) -> Time | None:
        """The latest mention that names a day."""
        return next((t for t in self.recent() if calendar.day_of(t.value)), None)

    def last_whole_day(self) -> Time | None:
        """The latest mention of a day that is no part of one ("overnight" leads "the previous Friday" astray)."""
        return next((t for t in self.recent() if t.granularity == "day"), None)

    def last_date(self) -> Time | None:
        """The latest mention that names a day, month, quarter, year ..."""
        return next((t for t in self.recent() if calendar.start_of(t.value)), None)

    def last_quarter(self) -> Time | None:
        """The latest quarter told by itself; one told as "a year earlier" is no anchor for a further one."""
        quarters = (t for t in self.recent() if calendar.granularity(t.value) == "quarter")
        return next((t for t in quarters if t.anchor in (None, PUBLISHED)), None)

    def from_published(self, value: Callable[[date], str], kind: TimeKind = "date") -> Drafts:
        """A draft anchored on the publication date; unresolved where that is missing."""
        return [Draft(kind, value(self.published) if self.published else "", PUBLISHED)]

    def from_text(self, anchor: Time | None, value: Callable[[date], str], kind: TimeKind = "date") -> Drafts:
        """A draft anchored on another time; unresolved where there is none."""
        day = calendar.start_of(anchor.value) if anchor else None
        return [Draft(kind, value(day) if day else "", anchor.id if anchor else None)]


def number(words: Sequence[str], values: Callable[[str], str | None]) -> float | None:
    """What a number phrase is worth ("two and a half" is 2.5); None where it is vague ("several")."""
    total, vague = 0.0, False
    for word in words:
        known = values(word)
        if word in ("several", "few", "many", "numerous", "couple"):
            vague = True
        elif word == "half":
            total = total + 0.5 if total and words[0] not in ("a", "an", "half") else 0.5
        elif known in ("100", "1000", "12") and word in ("hundred", "thousand", "dozen"):
            total = (total or 1) * int(known)
        elif known and known.isdecimal():
            total += int(known) if word not in ("a", "an") or not total else 0
        elif word[0].isdigit():
            total += _figure(word)
    return None if vague else total


def _figure(word: str) -> float:
    if "/" in word:
        above, below = word.split("/")
        return int(above) / int(below) if int(below) else 0.0
    digits = word.replace(",", "")
    return float(digits) if digits.count(".") <= 1 and ":" not in digits else 0.0

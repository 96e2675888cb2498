"""The tense of the clause that an expression stands in, told by the verbs beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from onrecord.times.lexer import Tokens
from onrecord.times.words import Lexicon, read_rows

Tense = Literal["past", "present", "future"]
_REACH = 25
"""Tokens looked at on each side; a verb further off says little of the expression."""
_ED = 5
"""Shortest form in -ed taken for a past tense ("asked"); shorter ones are nouns as often ("bed", "need")."""

_WILL = frozenset({"will", "ll", "would", "shall", "may", "might", "should"})
_HAD = frozenset({"had"})


class TenseReader:
    """Finds the tense for token ranges of texts; holds the verb list and the class characters it needs."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._verbs = _load_verbs()
        letters = lexicon.letters
        self._comma = letters["comma"]
        self._to = letters["to"]
        self._word = letters["word"]
        self._ends = letters["break"]
        self._dot = letters["dot"]
        self._capital = letters["capital"]
        self._poss = letters["poss"]
        self._owners = frozenset({letters["det"], letters["poss"], letters["the"]})

    def around(self, tokens: Tokens, start: int, end: int) -> Tense | None:
        """The tense for tokens [start, end): of the nearest verb to the left in the clause, then to the right, then
        to the left beyond a comma.

        Of what stands before a noun ("Friday's vote", "his Friday speech") only a verb to the left tells: "Friday's
        vote will decide" was held already as often as not.
        """
        left = self._left(tokens, start)
        near = self._back(tokens, left)
        if tokens.classes[end : end + 1] == self._poss or tokens.classes[start - 1 : start] in self._owners:
            return near
        return near or self._first(tokens, self._right(tokens, end)) or self._back(tokens, left, over=True)

    def _left(self, tokens: Tokens, start: int) -> Iterator[int]:
        for i in range(start - 1, max(-1, start - 1 - _REACH), -1):
            if self._ends_sentence(tokens, i):
                return
            yield i

    def _right(self, tokens: Tokens, end: int) -> Iterator[int]:
        for i in range(end, min(len(tokens.classes), end + _REACH)):
            if self._ends_sentence(tokens, i):
                return
            yield i

    def _ends_sentence(self, tokens: Tokens, i: int) -> bool:
        if tokens.classes[i] == self._ends:
            return True
        if tokens.classes[i] == self._dot:
            before = tokens.word(i - 1) if i else ""
            return not (before[:1].isupper() and len(before) <= 4)
        return tokens.word(i) in "?!;"

    def _first(self, tokens: Tokens, indices: Iterable[int]) -> Tense | None:
        for i in indices:
            tense = self._tense(tokens.word(i))
            if tense == "clause":
                return None
            if tense in ("past", "present", "future"):
                return tense  # type: ignore[return-value]
            if tense in ("ahead", "behind", "leads"):
                return "future" if tense == "ahead" or self._plans(tokens, i, tense) else "past"
        return None

    def _plans(self, tokens: Tokens, i: int, tense: str) -> bool:
        """Whether token `i` leads on to an infinitive and is no past form ("On Friday, she plans to")."""
        follows = tokens.classes[i + 1 : i + 2] == self._to
        return tense == "leads" and follows and not tokens.word(i).endswith("ed")

    def _back(self, tokens: Tokens, indices: Iterator[int], over: bool = False) -> Tense | None:
        """The verb that governs, going left from the expression; `to` + word waits for what governs it.

        Ends where the clause begins, unless it is to go `over` that.
        """
        infinitive = False
        for i in indices:
            if tokens.classes[i] == self._to and tokens.classes[i + 1 : i + 2] == self._word:
                infinitive = True
                continue
            tense = self._tense(tokens.word(i))
            if (tense == "clause" or tokens.classes[i] == self._comma) and not over:
                return None
            if tense in (None, "clause"):
                continue
            if tense == "ahead" or (infinitive and tense in ("leads", "future", "present")):
                return "past" if self._preceded(tokens, i, _HAD) else "future"
            if tense in ("past", "behind", "leads"):
                return "future" if self._preceded(tokens, i, _WILL) else "past"
            return "present" if tense == "present" else "future"
        return None

    def _preceded(self, tokens: Tokens, i: int, words: frozenset[str]) -> bool:
        """Whether one of the three tokens before token `i` is among the words ("will be named")."""
        return any(tokens.word(k) in words for k in range(max(0, i - 3), i))

    def _tense(self, word: str) -> str | None:
        if word == "May":
            return None
        word = word.lower().replace("’", "'")
        known = self._verbs.get(word)
        if known is None and len(word) >= _ED and word.endswith("ed"):
            return "past"
        return known


def _load_verbs() -> Mapping[str, str]:
    """Form -> tense; of a form in several rows the last row counts."""
    return {form: tense for tense, forms in read_rows("verbs.tsv") for form in forms.split()}

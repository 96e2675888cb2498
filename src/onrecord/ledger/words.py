"""The words of a search: parsed here once, put into each database's own syntax behind the contract.

    missile threat          both words, anywhere in the statement, in any of their forms
    "sign of weakness"      the words in this order
    missile OR rocket       either
    missile NOT threat      the first without the second; also: missile -threat
    mobilis*                words that begin so
    (missile OR rocket) AND kremlin

AND, OR and NOT are operators in capitals only. NOT needs something to be taken away from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from onrecord.errors import UsageError
from onrecord.ledger.identity import storable

_PIECE = re.compile(r'"([^"]*)"|([()])|([^\s()"]+)|(")')
_DEEPEST = 30


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow one another; `prefix`: the last one may go on."""

    words: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """All of `having` and none of `lacking`; `having` is never empty."""

    having: tuple[Words, ...]
    lacking: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of them."""

    choices: tuple[Words, ...]


Words = Phrase | All | Either


def parse(query: str) -> Words | None:
    """The query's meaning, None if it is blank. Raises UsageError, with what to change, if it has none."""
    pieces = _pieces(storable(query))
    if not pieces:
        return None
    parser = _Parser(pieces)
    words = parser.either()
    if parser.rest:
        raise UsageError(f"Search: a ')' stands without its '(' in {query!r}. Remove it, or quote it.")
    return words


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    """`phrase`, `word`, `(`, `)`, `AND`, `OR` or `NOT`."""
    text: str = ""


def _pieces(query: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    for phrase, bracket, word, stray in _PIECE.findall(query):
        if stray:
            raise UsageError(
                f"Search: a quotation mark is not closed in {query!r}. Close it or leave it out."
            )
        if bracket:
            pieces.append(_Piece(bracket))
        elif word in ("AND", "OR", "NOT"):
            pieces.append(_Piece(word))
        elif word.startswith("-") and _searchable(word):
            pieces += [_Piece("NOT"), _Piece("word", word.lstrip("-"))]
        elif _searchable(word):
            pieces.append(_Piece("word", word))
        elif _searchable(phrase):
            pieces.append(_Piece("phrase", phrase))
    if query.strip() and not pieces:
        raise UsageError(f"Search: {query!r} has no letters or digits to look for.")
    return pieces


def _searchable(text: str) -> bool:
    return any(ch.isalnum() for ch in text)


class _Parser:
    """Recursive descent over the pieces: either := all (OR all)*, all := (NOT? atom)+."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self.rest = pieces[::-1]
        self.depth = 0

    def either(self) -> Words:
        choices = [self.all()]
        while self._next() == "OR":
            self.rest.pop()
            choices.append(self.all())
        return choices[0] if len(choices) == 1 else Either(tuple(choices))

    def all(self) -> Words:
        having: list[Words] = []
        lacking: list[Words] = []
        while self._next() not in (None, "OR", ")"):
            side = having
            while self._next() in ("AND", "NOT"):
                side = lacking if self.rest.pop().kind == "NOT" else having
            side.append(self.atom())
        if not having:
            raise UsageError(
                "Search: an operator (AND, OR, NOT) or a bracket has nothing to work on. NOT takes away from "
                "other words: write 'missile NOT threat'. To look for the word itself, write it in small letters."
            )
        return having[0] if len(having) == 1 and not lacking else All(tuple(having), tuple(lacking))

    def atom(self) -> Words:
        piece = self.rest.pop() if self.rest else _Piece("")
        if piece.kind == "word":
            return Phrase(piece.text.rstrip("*"), prefix=piece.text.endswith("*"))
        if piece.kind == "phrase":
            return Phrase(piece.text)
        if piece.kind == "(":
            return self.bracket()
        raise UsageError("Search: an operator (AND, OR, NOT) has no word after it. Add one, or leave it out.")

    def bracket(self) -> Words:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise UsageError(f"Search: brackets stand more than {_DEEPEST} deep. Write it with fewer.")
        words = self.either()
        if self._next() != ")":
            raise UsageError("Search: a '(' is not closed. Close it or leave it out.")
        self.rest.pop()
        self.depth -= 1
        return words

    def _next(self) -> str | None:
        return self.rest[-1].kind if self.rest else None

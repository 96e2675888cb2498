"""The language of a search: parsed here once, put into each database's own syntax behind the contract.

    missile threat              both words, anywhere in the statement, in any of their forms
    "sign of weakness"          the words in this order
    missile OR rocket           either
    missile NOT threat          the first without the second; also: missile -threat
    mobilis*                    words that begin so
    (missile OR rocket) AND kremlin
    voice:Peskov                who said it: a name, words of a name, or a number as in voice:#12
    outlet:"Port Gazette"       where it was reported
    kind:direct                 how the words are given: direct, mixed or indirect
    act:deny                    what was done by saying it
    disputed:yes                only claims that are denied, and denials; disputed:no for the others
    certainty>=0.8              the whole band on the speaker's own yardstick is at 80 % or more; also <=, >, <, =
    since:2024-03 until:2024    first and last day of publication

AND, OR and NOT are operators in capitals only. Filters go wherever words go, but since: and until: hold for the whole
search. One pass over the text, then recursive descent; brackets may stand thirty deep.
"""

from __future__ import annotations

import difflib
import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from onrecord.errors import UsageError
from onrecord.ledger.facts import MARK
from onrecord.ledger.identity import storable
from onrecord.ledger.stems import words
from onrecord.model import Quotation

Field = Literal["voice", "outlet", "kind", "act", "disputed", "certainty", "since", "until"]
FIELDS: tuple[Field, ...] = get_args(Field)

_PIECE = re.compile(
    r'-?certainty\s*+(?:>=|<=|>|<|=)\s*+[^\s()"]++'
    r'|(?P<lead>[^\s()"]*)"(?P<phrase>[^"]*)"'
    r"|[()]"
    r'|[^\s()"]++'
    r'|(?P<stray>")',
    re.IGNORECASE,
)
_FIELD = re.compile(r"([A-Za-z]+)\s*+(:|>=|<=|>|<|=)(.*)", re.DOTALL)
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_COMPARISON = re.compile(r"\s*(>=|<=|>|<|=)\s*(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})\s*+(%?)\s*", re.ASCII)
_DEEPEST = 30
_MOST_PIECES = 3000


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow one another, as written and as stems; `prefix`: the last one may go on."""

    text: str
    stems: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A field and what is asked of it; `at` is where it stands in the query, from 0."""

    field: Field
    value: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class All:
    """All of `having` and none of `lacking`; without `having`: everything but."""

    having: tuple[Node, ...]
    lacking: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of them."""

    choices: tuple[Node, ...]


Node = Phrase | Filter | All | Either


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, and the days of publication it is looked for in; None where nothing narrows it."""

    node: Node | None = None
    since: date | None = None
    until: date | None = None


def parse(query: str) -> Query:
    """The query's meaning. Raises UsageError, with the place and what to change, if it has none."""
    pieces = _pieces(storable(query).replace(MARK, " "))
    if not pieces:
        return Query()
    parser = _Parser(pieces)
    node = parser.either()
    if parser.rest:
        raise _wrong(parser.rest[-1].at, "a ')' stands without its '('. Remove it, or put it in quotes.")
    return _dated(node)


def narrowed(query: Query, filters: tuple[Filter, ...]) -> Query:
    """The query with further filters, all of which must hold. Raises UsageError for values that make no sense."""
    for one in filters:
        _check(one)
    having = (query.node,) if query.node is not None else ()
    if not having and not filters:
        return query
    more = _dated(All((*having, *filters)))
    return replace(more, since=_later(query.since, more.since), until=_earlier(query.until, more.until))


def comparison(value: str) -> tuple[str, float]:
    """Sign and number of a comparison with a certainty, `>=80%` as (">=", 0.8)."""
    match = _COMPARISON.fullmatch(value)
    if match is None:
        raise UsageError(f"{value!r} is no comparison with a certainty. Write '>=0.8' or '<20%', in quotes.")
    number = float(match[2]) / (100 if match[3] else 1)
    if number > 1:
        raise UsageError(f"A certainty is at most 1: write '{match[1]}{match[2]}%' for per cent.")
    return match[1], number


def phrases(node: Node | None) -> list[Phrase]:
    """The phrases that a statement found may have, those after NOT left out."""
    if isinstance(node, Phrase):
        return [node]
    inner = node.having if isinstance(node, All) else node.choices if isinstance(node, Either) else ()
    return [phrase for part in inner for phrase in phrases(part)]


def _wrong(at: int, told: str) -> UsageError:
    return UsageError(f"Search, character {at + 1}: {told}")


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    """`atom`, `(`, `)`, `AND`, `OR` or `NOT`."""
    at: int
    node: Node | None = None


def _pieces(query: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    for found in _PIECE.finditer(query):
        if found["stray"]:
            raise _wrong(found.start(), "a quotation mark is not closed. Close it or leave it out.")
        pieces += _read(found[0], found["lead"], found["phrase"], found.start())
        if len(pieces) > _MOST_PIECES:
            raise _wrong(found.start(), f"more than {_MOST_PIECES} words and operators. Write it with fewer.")
    if query.strip() and not pieces:
        raise _wrong(0, f"{query[:50]!r} has no letters or digits to look for. Give a word, or a filter.")
    return pieces


def _read(text: str, lead: str | None, phrase: str | None, at: int) -> list[_Piece]:
    if text in ("(", ")", "AND", "OR", "NOT"):
        return [_Piece(text, at)]
    minus = [_Piece("NOT", at)] if text.startswith("-") else []
    bare = text.lstrip("-")
    at += len(text) - len(bare)
    filtered = _filter(bare, at)
    if filtered is not None:
        return [*minus, _Piece("atom", at, filtered)]
    if phrase is not None:
        before = _phrase((lead or "").lstrip("-"))
        parts = [before, _phrase(phrase)]
    else:
        parts = [_phrase(bare)]
    atoms = [_Piece("atom", at, part) for part in parts if part is not None]
    return [*minus, *atoms] if atoms else []


def _phrase(text: str) -> Phrase | None:
    found = words(text)
    bare = " ".join(text[word.start : word.end] for word in found)
    return Phrase(bare, tuple(word.stem for word in found), text.endswith("*")) if found else None


def _filter(text: str, at: int) -> Filter | None:
    match = _FIELD.fullmatch(text)
    if match is None:
        return None
    name, sign, value = match[1].lower(), match[2], match[3].strip().strip('"').strip()
    field = next((field for field in FIELDS if field == name), None)
    if field is None:
        close = difflib.get_close_matches(name[:20], FIELDS, n=1, cutoff=0.75)
        if close:
            told = f"there is no filter {name[:20]!r}. Did you mean {close[0]}:?"
            raise _wrong(at, f"{told} To look for the words, put them in quotes.")
        return None
    if field == "certainty":
        value = (sign if sign != ":" else "") + value
    elif sign != ":":
        raise _wrong(at, f"write {field}:VALUE, with a colon. To look for the words, put them in quotes.")
    made = Filter(field, value, at)
    try:
        _check(made)
    except UsageError as error:
        raise _wrong(at, str(error)) from None
    return made


def _check(given: Filter) -> None:
    """Raise UsageError, with what to write, if the value makes no sense for the field."""
    allowed = {"kind": get_args(Quotation), "disputed": ("yes", "no")}.get(given.field)
    if given.field == "certainty":
        comparison(given.value)
    elif given.field in ("since", "until"):
        day(given.value)
    elif allowed and given.value not in allowed:
        raise UsageError(f"{given.field}: is one of {', '.join(allowed)}, not {given.value[:40]!r}.")
    elif not any(ch.isalnum() for ch in given.value):
        raise UsageError(
            f"{given.field}: needs a value right after the colon; one of several words in quotes."
        )


def day(value: str, *, last: bool = False) -> date:
    """The first day, or the last, of YYYY, YYYY-MM or YYYY-MM-DD. Raises UsageError for anything else."""
    try:
        if not _DAY.fullmatch(value):
            raise ValueError
        year, month, number = (int(value[a:b] or 0) for a, b in ((0, 4), (5, 7), (8, 10)))
        month = month if len(value) > 4 else 12 if last else 1
        if len(value) <= 7:
            number = monthrange(year, month)[1] if last else 1
        return date(year, month, number)
    except (ValueError, IndexError):
        raise UsageError(f"{value[:40]!r} is no date. Write YYYY-MM-DD, YYYY-MM or YYYY.") from None


def _dated(node: Node) -> Query:
    """The days taken out of the parts that must all hold; elsewhere they are refused."""
    parts = node.having if isinstance(node, All) else (node,)
    lacking = node.lacking if isinstance(node, All) else ()
    since = until = None
    kept: list[Node] = []
    for part in parts:
        if isinstance(part, Filter) and part.field == "since":
            since = _later(since, day(part.value))
        elif isinstance(part, Filter) and part.field == "until":
            until = _earlier(until, day(part.value, last=True))
        else:
            kept.append(part)
    for part in (*kept, *lacking):
        _refuse_days(part)
    if not kept and not lacking:
        return Query(None, since, until)
    alone = len(kept) == 1 and not lacking
    return Query(kept[0] if alone else All(tuple(kept), lacking), since, until)


def _refuse_days(node: Node) -> None:
    if isinstance(node, Filter) and node.field in ("since", "until"):
        raise _wrong(
            node.at, f"{node.field}: holds for the whole search. Take it out of the brackets, OR and NOT."
        )
    inner: tuple[Node, ...] = ()
    if isinstance(node, All):
        inner = (*node.having, *node.lacking)
    elif isinstance(node, Either):
        inner = node.choices
    for part in inner:
        _refuse_days(part)


def _later(one: date | None, other: date | None) -> date | None:
    return max(one, other) if one and other else one or other


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(one, other) if one and other else one or other


class _Parser:
    """Recursive descent over the pieces: either := all (OR all)*, all := (AND? NOT? atom)+."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self.end = pieces[-1].at
        self.rest = pieces[::-1]
        self.depth = 0

    def either(self) -> Node:
        choices = [self.all()]
        while self._next() == "OR":
            self.rest.pop()
            choices.append(self.all())
        return choices[0] if len(choices) == 1 else Either(tuple(choices))

    def all(self) -> Node:
        having: list[Node] = []
        lacking: list[Node] = []
        while self._next() not in (None, "OR", ")"):
            side = having
            while self._next() in ("AND", "NOT"):
                side = lacking if self.rest.pop().kind == "NOT" else having
            side.append(self.atom())
        if not having and not lacking:
            at = self.rest[-1].at if self.rest else self.end
            raise _wrong(
                at,
                "an operator (AND, OR, NOT) or a bracket has nothing to work on. Add a word, or leave it out; "
                "to look for the word itself, write it in small letters.",
            )
        return having[0] if len(having) == 1 and not lacking else All(tuple(having), tuple(lacking))

    def atom(self) -> Node:
        piece = self.rest.pop() if self.rest else _Piece("", self.end)
        if piece.node is not None:
            return piece.node
        if piece.kind == "(":
            return self.bracket(piece.at)
        raise _wrong(piece.at, "an operator (AND, OR, NOT) has no word after it. Add one, or leave it out.")

    def bracket(self, at: int) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _wrong(at, f"brackets stand more than {_DEEPEST} deep. Write it with fewer.")
        node = self.either()
        if self._next() != ")":
            raise _wrong(at, "a '(' is not closed. Close it or leave it out.")
        self.rest.pop()
        self.depth -= 1
        return node

    def _next(self) -> str | None:
        return self.rest[-1].kind if self.rest else None

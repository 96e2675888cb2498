"""What a query asks of the index of one ledger: filters become facts, names become numbers.

The result is a tree of phrases and facts, which each database puts into its own syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, text

from onrecord.errors import UsageError
from onrecord.ledger import facts, voices
from onrecord.ledger.identity import normalised_name, storable
from onrecord.ledger.query import All, Either, Filter, Node, Phrase, comparison
from onrecord.ledger.stems import words

MOST_VOICES = 300
"""So many voices of one name are looked for by their numbers; where there are more, by the words of the name."""
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Fact:
    """One word that stands for a fact (onrecord.ledger.facts)."""

    word: str


@dataclass(frozen=True, slots=True)
class Both:
    """All of `having`, which is never empty, and none of `lacking`."""

    having: tuple[Asked, ...]
    lacking: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of them; there is at least one."""

    choices: tuple[Asked, ...]


Asked = Phrase | Fact | Both | AnyOf


def asked(connection: Connection, node: Node) -> Asked:
    """What the index is asked. Raises UsageError for a voice or an outlet that the ledger does not have."""
    if isinstance(node, Phrase):
        return node
    if isinstance(node, Filter):
        return _fact(connection, node)
    if isinstance(node, Either):
        return AnyOf(tuple(asked(connection, choice) for choice in node.choices))
    return _both(connection, node)


def _both(connection: Connection, node: All) -> Asked:
    having = tuple(asked(connection, part) for part in node.having) or (Fact(facts.EVERY),)
    return Both(having, tuple(asked(connection, part) for part in node.lacking))


def _fact(connection: Connection, given: Filter) -> Asked:
    if given.field == "voice":
        return _voice(connection, given.value)
    if given.field == "outlet":
        return _any(facts.outlet(number) for number in _outlets(connection, given.value))
    if given.field == "certainty":
        return _any(_bands(connection, given.value))
    if given.field == "disputed":
        return Fact(facts.disputed(given.value == "yes"))
    return Fact(facts.quotation(given.value) if given.field == "kind" else facts.act(given.value.lower()))


def _any(found: Iterable[str]) -> Asked:
    choices = tuple(Fact(word) for word in found)
    return AnyOf(choices or (Fact(facts.NONE),))


def _voice(connection: Connection, name: str) -> Asked:
    numbers = voices.matching(connection, name, most=MOST_VOICES + 1)
    if len(numbers) <= MOST_VOICES:
        return _any(facts.voice(number) for number in numbers)
    stems = [word.stem for word in words(normalised_name(name, "person"))]
    named = Both(tuple(Fact(facts.name(stem)) for stem in stems))
    return AnyOf((named, *(Fact(facts.voice(n)) for n in voices.merged(connection, numbers)[:MOST_VOICES])))


def _outlets(connection: Connection, name: str) -> list[int]:
    """Numbers of the outlets of this name, else of those whose names have all its words."""
    name = storable(name).strip()
    known = connection.execute(text("SELECT id, name, plain_name FROM outlets ORDER BY name")).all()
    plain = normalised_name(name)
    exact = [row.id for row in known if row.name == name or row.plain_name == plain]
    wanted = set(plain.split())
    found = exact or [row.id for row in known if wanted and wanted <= set(row.plain_name.split())]
    if not found:
        listed = ", ".join(repr(row.name) for row in known[:6]) or "none is known"
        raise UsageError(f"The ledger has no outlet {name!r}. Outlets: {listed}.")
    return found


def _bands(connection: Connection, value: str) -> list[str]:
    """The facts of the bands that compare so. A band is at 80 % or more if all of it is; it equals 80 % if it
    holds it."""
    sign, number = comparison(value)
    rows = connection.execute(text("SELECT low, high FROM bands ORDER BY low, high")).all()
    holds: dict[str, Callable[[float, float], bool]] = {
        ">=": lambda low, high: low >= number - _SLACK,
        ">": lambda low, high: low > number,
        "<=": lambda low, high: high <= number + _SLACK,
        "<": lambda low, high: high < number,
        "=": lambda low, high: low <= number <= high,
    }
    return [facts.band(row.low, row.high) for row in rows if holds[sign](row.low, row.high)]

"""The stage's word lists, read once from its data folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from onrecord.errors import BrokenModel

NOUN_CLASSES = ("person", "unnamed", "group", "organisation", "document")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Names, places and nouns; all keys are in lower case unless a field says otherwise."""

    first_names: dict[str, str]
    """First name -> m, f or b (both)."""
    surnames: frozenset[str]
    nicknames: dict[str, frozenset[str]]
    """First name -> the other forms that may stand for it, both ways."""
    titles: dict[str, str]
    """Word before a name that is no part of it -> m, f or -."""
    nouns: dict[str, str]
    """Head noun -> person, unnamed, group, organisation or document; the first listed class wins."""
    noun_gender: dict[str, str]
    organisation_heads: frozenset[str]
    organisation_words: frozenset[str]
    """Heads, suffixes and outlets' words together."""
    news_words: frozenset[str]
    topic_words: frozenset[str]
    """Words that "and" may join inside a body's name (Food and Drug Administration)."""
    thing_words: frozenset[str]
    """Last words of names that can say nothing: laws, days, streets, regions."""
    known_organisations: dict[str, str]
    """Name as written -> its fuller name, or an empty string."""
    places: dict[str, tuple[str, str]]
    """Name as written -> kind (country, capital, state, city) and country."""
    seats: dict[str, frozenset[str]]
    """Seat of an office as written -> words of its holder's role."""
    states: dict[str, str]
    """Abbreviation of a state of the US, as written but without full stops -> its name."""
    adjectives: dict[str, str]
    """Adjective of a country or party -> the country or party."""
    peoples: dict[str, str]
    """Plural of a people or party -> the country or party."""
    function_words: frozenset[str]
    phrases: dict[str, frozenset[str]]
    """Small closed classes: role_modifier, facet, partitive, stop, preposition, number, writer, carry."""


def _rows(name: str) -> Iterator[list[str]]:
    path = files("onrecord.voices").joinpath("data", name)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BrokenModel(f"the voices stage's list {name} cannot be read; reinstall onrecord") from error
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _words(name: str) -> dict[str, frozenset[str]]:
    return {row[0]: frozenset(row[-1].split()) for row in _rows(name)}


def word_sets(name: str) -> list[list[str]]:
    """The words of each line of a list, in order."""
    return [" ".join(row).split() for row in _rows(name)]


def _nicknames() -> dict[str, frozenset[str]]:
    forms: dict[str, set[str]] = defaultdict(set)
    for name, nickname in _rows("nicknames.tsv"):
        forms[name].add(nickname)
        forms[nickname].add(name)
    return {name: frozenset(others) for name, others in forms.items()}


@cache
def _classes() -> dict[str, frozenset[str]]:
    return _words("phrases.tsv")


def closed(name: str) -> frozenset[str]:
    """A small closed class of words from phrases.tsv. Raises BrokenModel if the file lacks it."""
    try:
        return _classes()[name]
    except KeyError as error:
        raise BrokenModel(
            f"the voices stage's list phrases.tsv lacks “{name}”; reinstall onrecord"
        ) from error


@cache
def lexicon() -> Lexicon:
    """All lists. Raises BrokenModel if one is missing."""
    nouns: dict[str, str] = {}
    genders: dict[str, str] = {}
    for noun_class, gender, words in _rows("nouns.tsv"):
        for word in words.split():
            nouns.setdefault(word, noun_class)
            if gender != "-":
                genders[word] = gender
    marks = {
        name: frozenset(w.casefold() for w in words)
        for name, words in _words("organisation_words.tsv").items()
    }
    peoples = {row[1].casefold(): row[2] for row in _rows("demonyms.tsv")}
    return Lexicon(
        first_names={row[0]: row[1] for row in _rows("first_names.tsv")},
        surnames=frozenset(row[0] for row in _rows("surnames.txt")),
        nicknames=_nicknames(),
        titles={row[0]: row[1] for row in _rows("titles.tsv")},
        nouns=nouns,
        noun_gender=genders,
        organisation_heads=marks["head"],
        organisation_words=marks["head"] | marks["suffix"] | marks["news"],
        news_words=marks["news"],
        topic_words=marks["topic"],
        thing_words=marks["thing"],
        known_organisations={
            row[0]: row[1] if len(row) > 1 else "" for row in _rows("known_organisations.tsv")
        },
        places={row[0]: (row[1], row[2] if len(row) > 2 else "") for row in _rows("places.tsv")},
        seats={row[0]: frozenset(row[1].split()) for row in _rows("seats.tsv")},
        states={row[0]: row[1] for row in _rows("states.tsv")},
        adjectives={row[0].casefold(): row[2] for row in _rows("demonyms.tsv")},
        peoples=peoples,
        function_words=frozenset(word for row in _rows("function_words.txt") for word in row[0].split()),
        phrases=_classes(),
    )

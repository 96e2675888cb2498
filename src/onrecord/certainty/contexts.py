"""When a word that may tell likelihood does so: one check a kind of term, by the words around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from onrecord.certainty.modals import is_likelihood, is_participle
from onrecord.certainty.words import Words, word_set


@dataclass(frozen=True, slots=True)
class Place:
    """Where a term stands: words `start` up to `end` (exclusive) of a sentence."""

    words: Words
    start: int
    end: int

    def before(self, n: int = 1) -> str:
        """The n-th word before the term, in lower case; empty if there is none."""
        return self.words[self.start - n].lower if self.start >= n else ""

    def after(self, n: int = 1) -> str:
        """The n-th word behind the term, in lower case; empty if there is none."""
        return self.words[self.end + n - 1].lower if self.end + n - 1 < len(self.words) else ""

    def before_strength(self) -> int:
        """How many strengthening words stand right before the term."""
        n = 0
        while n < 3 and self.before(n + 1) in word_set("intensifiers"):
            n += 1
        return n


_NEUTRAL = frozenset({"", ".", ",", ";", ":", "?", "!", "”", '"', "’", "'", "—", "–", "-", ")"})
_QUOTES = frozenset({'"', "'", "“", "‘"})
_NUMBER = re.compile(r"\d")


def _always(_: Place) -> bool:
    return True


def _likely(place: Place) -> bool:
    """Not "likely voters" of a poll."""
    following = [place.after(n) for n in range(1, 5)]
    return not any(word in word_set("polled") for word in following)


def _unlikely(place: Place) -> bool:
    """Not "an unlikely friendship", but "in the unlikely event"."""
    behind = place.after()
    if behind in word_set("after_unlikely") or behind in _NEUTRAL:
        return True
    return _linked(place) or place.before() in word_set("before_unlikely")


def _possible(place: Place) -> bool:
    """Not "as soon as possible", "if possible", "make it possible", "the best possible", "possible to pay"."""
    before, strength = place.before(), place.before_strength()
    if before in word_set("before_possible") or before in word_set("superlatives") or before.endswith("est"):
        return False
    if word_set("makers") & {place.before(strength + 1), place.before(strength + 2)}:
        return False
    if place.after() == "that":
        return True
    if place.after() in ("to", "for"):
        return False
    return _linked(place) or (
        place.after() not in _NEUTRAL and place.after() not in word_set("after_adjective")
    )


def _potential(place: Place) -> bool:
    """Not "reach her potential": something potential stands behind it, or it is one "for" something."""
    if place.before() in word_set("before_capacity"):
        return False
    if place.after() in word_set("potential_people"):
        return False
    return place.after() not in _NEUTRAL and place.after() not in word_set("after_noun")


def _chance(place: Place) -> bool:
    """A likelihood, not an opportunity: "a chance of rain", "any chance", "their chances"; not "a chance to speak"."""
    word = place.words[place.start].lower
    if word.startswith("prospect"):
        return place.after() in ("of", "that")
    if place.before() in word_set("quantities") or _NUMBER.search(place.before()):
        return True
    if word == "chances":
        return place.before() not in ("second", "take", "takes", "took", "taking")
    if place.after() == "to":
        return place.before() == "a" and place.before(2) in ("have", "has", "had", "stand", "stands", "stood")
    return place.after() in ("of", "that")


def _remote(place: Place) -> bool:
    """ "The likelihood is remote", "a remote risk" """
    if place.after() in word_set("measured"):
        return True
    earlier = [place.before(n) for n in range(1, 12)]
    return _linked(place) and any(word in word_set("measured") for word in earlier)


def _modal(place: Place) -> bool:
    return is_likelihood(place.words, place.start)


def _must_have(place: Place) -> bool:
    """ "Must have lied", not "must have a passport"."""
    n = 1
    while (
        place.after(n) in ("been", "already", "also", "only", "then", "n't", "not")
        and place.after(n) != "been"
    ):
        n += 1
    return is_participle(place.after(n))


def _seems(place: Place) -> bool:
    return (
        place.after() not in _NEUTRAL or place.after() in _QUOTES or place.before() in ("it", "so", "would")
    )


def _appears(place: Place) -> bool:
    """Seeming, not coming into view."""
    behind = place.after()
    if (
        (behind in _NEUTRAL and behind not in _QUOTES)
        or behind in word_set("in_view")
        or _NUMBER.search(behind)
    ):
        return False
    if place.words[place.start].lower == "appear" and place.before() == "to":
        return False
    if place.words[place.start].lower == "appearing":
        return behind in ("to", "as")
    return True


def _looks(place: Place) -> bool:
    """ "Looks like rain", "looked set to win"; not "looked at" nor the likeness of "they looked like soldiers"."""
    if place.after() == "as":
        return place.after(2) in ("if", "though")
    if place.after() == "like":
        return place.words[place.start].lower == "looks" and place.after(2) not in _NEUTRAL
    return place.after() in word_set("after_looks")


def _at_the_end(place: Place) -> bool:
    """ "I know it for certain.", not "for certain women"."""
    return place.after() in _NEUTRAL


def _surely(place: Place) -> bool:
    """Not "slowly but surely", "as surely as"."""
    return place.before() not in ("but", "as")


def _of_a_claim(place: Place) -> bool:
    """Sceptical that something is so, not of a person or a plan."""
    return _predicate(place) and (place.after() in ("that", "whether", "if") or place.after() in _NEUTRAL)


def _probable(place: Place) -> bool:
    """Not the "probable cause" of the law."""
    return place.after() != "cause"


def _imagine(place: Place) -> bool:
    """Not "I can't imagine what it is like"."""
    return place.after() not in ("what", "how", "why", "life")


def _clearly(place: Place) -> bool:
    """ "Clearly, they knew", not "speak clearly"."""
    return place.before() not in word_set("manner")


def _alleged(place: Place) -> bool:
    """The adjective, not the verb ("they have alleged that")."""
    return place.after() not in ("that", *_NEUTRAL) and (
        place.before() in word_set("before_alleged")
        or place.before() in _NEUTRAL
        or place.words[place.start].capital
    )


def _apparent(place: Place) -> bool:
    return place.after() not in ("heir", "to") or _linked(place)


def _reported(place: Place) -> bool:
    return place.after() == "to"


def _absolutely(place: Place) -> bool:
    """An assurance of the statement ("I absolutely will"), not of a quality ("absolutely beautiful")."""
    return place.before() in word_set("assured") and place.after() in word_set("after_absolutely")


def _linked(place: Place) -> bool:
    """Whether the term is a predicate: a linking verb before it, but for strengtheners and negations."""
    n = place.before_strength() + 1
    while n < 5 and place.before(n) in word_set("between_link"):
        n += 1
    return place.before(n) in word_set("links")


_BEHIND_PREDICATE = {
    "certain": "after_certain",
    "positive": "clause_openers",
    "plain": "clause_openers",
    "impossible": "clause_openers",
}


def _governs_clause(place: Place) -> bool:
    """ "Came away convinced that", "left sure that": a state of mind with its clause, whatever verb stands before."""
    return place.after() == "that" and place.words[place.start].lower in word_set("states_of_mind")


def _predicate(place: Place) -> bool:
    """ "It is clear (that)", "we are not sure"; not "made it clear", "a clear view", "make sure", "sure of himself"."""
    if not (_linked(place) or _governs_clause(place)) or place.before(
        place.before_strength() + 1
    ) in word_set("makers"):
        return False
    word, behind = place.words[place.start].lower, place.after()
    wanted = _BEHIND_PREDICATE.get(word)
    if wanted is not None:
        return behind in word_set(wanted) or (behind in _NEUTRAL and word != "positive")
    return word not in word_set("of_persons") or behind not in word_set("after_personal")


def _with_confidence(place: Place) -> bool:
    """ "Say with (great) confidence"."""
    return any(place.before(n) == "with" for n in range(1, 6)) and place.after() not in ("in", "man", "-")


def _doubt(place: Place) -> bool:
    """The verb with a subject: "many observers doubt they would"."""
    if place.words[place.start].lower == "doubts":
        return place.before() in ("he", "she", "it", "who") or place.after() in ("that", "whether", "if")
    return place.before() not in ("of", "no", "the", "a", "without", "cast", "any")


def _no_way(place: Place) -> bool:
    return place.after() not in ("to", "of", "in", "for")


CHECKS: Mapping[str, Callable[[Place], bool]] = {
    "always": _always,
    "likely": _likely,
    "unlikely": _unlikely,
    "possible": _possible,
    "potential": _potential,
    "chance": _chance,
    "remote": _remote,
    "modal": _modal,
    "must have": _must_have,
    "seems": _seems,
    "appears": _appears,
    "looks": _looks,
    "at the end": _at_the_end,
    "surely": _surely,
    "of a claim": _of_a_claim,
    "probable": _probable,
    "imagine": _imagine,
    "clearly": _clearly,
    "alleged": _alleged,
    "apparent": _apparent,
    "reported": _reported,
    "absolutely": _absolutely,
    "predicate": _predicate,
    "with confidence": _with_confidence,
    "doubt": _doubt,
    "no way": _no_way,
}

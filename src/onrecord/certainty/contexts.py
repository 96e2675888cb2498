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
    if behind in ("to", "that", "event", "in", "if", "as", "given", "at") or behind in _NEUTRAL:
        return True
    return _linked(place) or place.before() in ("will", "would", "seem", "appear", ",", "n't")


def _possible(place: Place) -> bool:
    """Not "as soon as possible", "if possible", "make it possible", "the best possible", "possible to pay"."""
    before = place.before(place.before_strength() + 1)
    if place.before() in (
        "as",
        "if",
        "when",
        "where",
        "whenever",
        "wherever",
        "everything",
        "what's",
        "is",
        "was",
    ) and (place.after() != "that"):
        return place.before() in ("is", "was") and place.after() not in ("to", "for", "with", "in", *_NEUTRAL)
    if before in ("it", "this", "that") and place.before(place.before_strength() + 2) in word_set("makers"):
        return False
    if (
        place.before() in word_set("superlatives")
        or place.before().endswith("est")
        or before in word_set("makers")
    ):
        return False
    if place.after() in ("that", "-") or before in ("it's", "that's", "also", "entirely", "quite"):
        return place.after() not in ("to", "for")
    return place.after() not in _NEUTRAL and place.after() not in (
        "to",
        "for",
        "in",
        "at",
        "with",
        "and",
        "or",
        "solutions",
    )


def _potential(place: Place) -> bool:
    """Not "reach her potential": something potential stands behind it, or it is one "for" something."""
    if place.before() in ("full", "great", "greatest", "own", "much", "'s"):
        return False
    return place.after() not in _NEUTRAL and place.after() not in ("and", "to", "as", "is", "was", "of")


def _chance(place: Place) -> bool:
    """A likelihood, not an opportunity: "a chance of rain", "any chance", "their chances"; not "a chance to speak"."""
    word = place.words[place.start].lower
    if place.before() in word_set("quantities") or _NUMBER.search(place.before()):
        return True
    if word.startswith("prospect"):
        return place.after() in ("of", "that")
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
    return place.after() not in _NEUTRAL or place.before() in ("it", "so", "would")


def _appears(place: Place) -> bool:
    """Seeming, not coming into view."""
    behind = place.after()
    if behind in _NEUTRAL or behind in word_set("in_view") or _NUMBER.search(behind):
        return False
    if place.words[place.start].lower == "appearing":
        return behind in ("to", "as")
    return True


def _looks(place: Place) -> bool:
    """ "Looks like", "looks set to", "looks certain"; not "looked at"."""
    if place.words[place.start].lower == "looking":
        return place.after() in ("like", "as") and place.after(2) not in ("for", "at")
    if place.after() == "as":
        return place.after(2) in ("if", "though")
    return place.after() in (
        "like",
        "set",
        "likely",
        "unlikely",
        "certain",
        "poised",
        "increasingly",
        "bound",
        "headed",
        "dead",
    )


def _apparent(place: Place) -> bool:
    return place.after() not in ("heir", "to") or _linked(place)


def _reported(place: Place) -> bool:
    return place.after() == "to"


def _absolutely(place: Place) -> bool:
    """An assurance of the statement ("I absolutely will"), not of a quality ("absolutely beautiful")."""
    return place.before() in word_set("assured") and place.after() in (
        "not",
        "will",
        "would",
        "is",
        "are",
        "be",
        "no",
        "have",
    )


def _linked(place: Place) -> bool:
    """Whether the term is a predicate: a linking verb before it, but for strengtheners and negations."""
    n = place.before_strength() + 1
    while n < 5 and place.before(n) in (
        "not",
        "never",
        "also",
        "now",
        "already",
        "yet",
        "n't",
        "still",
        "long",
        "be",
    ):
        if place.before(n) == "be":
            return True
        n += 1
    return place.before(n) in word_set("links")


def _predicate(place: Place) -> bool:
    """ "It is clear (that)", "we are not sure"; not "made it clear", "a clear view", "make sure", "sure of himself"."""
    word = place.words[place.start].lower
    if not _linked(place):
        return False
    if place.before(place.before_strength() + 1) in word_set("makers"):
        return False
    if word == "certain":
        return place.after() in (
            "that",
            "to",
            "of",
            "about",
            "if",
            "whether",
            "he",
            "she",
            "they",
            "it",
            "we",
            "i",
        ) or (place.after() in _NEUTRAL)
    if word in ("positive", "plain"):
        return place.after() in ("that", "he", "she", "they", "it", "we", "i")
    if word == "impossible":
        return place.after() in ("that", *_NEUTRAL)
    if word in ("clear", "confident", "sure", "unsure"):
        return place.after() not in ("of", "in", "enough", "from", "-")
    return True


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
    "apparent": _apparent,
    "reported": _reported,
    "absolutely": _absolutely,
    "predicate": _predicate,
    "with confidence": _with_confidence,
    "doubt": _doubt,
    "no way": _no_way,
}

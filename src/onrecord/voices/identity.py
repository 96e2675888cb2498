"""Whether voices of different reports are one voice: a pure rule with its reason, for the ledger.

`voice_key` puts voices that may be the same into one bucket; `same_voice` then decides and says why. Persons match by
full name, nickname and initial aware; bodies by their name without article and legal ending, or by a known short
form. Unnamed voices, documents and authors without a name are never the same in two reports: that two papers
each heard "a senior official" does not make it one official.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from onrecord.voices.lexicon import closed, lexicon
from onrecord.voices.names import PARTICLES, SUFFIXES, first_names_agree

_LEGAL = closed("legal")
_WORD = re.compile(r"[^\W_]+(?:['’&-][^\W_]+)*")
_NEVER = {
    "unnamed": "voices without a name are kept apart: the same words may mean others",
    "document": "documents are kept apart by report",
}


@dataclass(frozen=True, slots=True)
class Sameness:
    """The verdict on two voices and the reason shown to the user."""

    same: bool
    why: str


def voice_key(name: str, kind: str) -> str:
    """A bucket key: voices with different keys are never the same. Lower case, ASCII where possible.

    Persons are keyed by surname, bodies by their fuller known name without article and legal ending.
    """
    words = _words(name, kind)
    if kind in ("person", "author"):
        words = words[-1:]
    return f"{'person' if kind == 'author' else kind}:{' '.join(words)}"


def same_voice(name: str, kind: str, other_name: str, other_kind: str) -> Sameness:
    """Whether two voices of different reports are one. Symmetric; total on any strings."""
    if voice_key(name, kind) != voice_key(other_name, other_kind):
        return Sameness(False, "different names or kinds")
    if kind in _NEVER:
        return Sameness(False, _NEVER[kind])
    one, other = _words(name, kind), _words(other_name, other_kind)
    if not one or not other:
        return Sameness(False, "no name to go by")
    if kind == "group":
        proper = name[:1].isupper() and other_name[:1].isupper()
        return Sameness(proper, "same named group" if proper else "groups by description are kept apart")
    if kind == "organisation":
        return Sameness(
            True, "same name" if name == other_name else "same body under a short or legal form of its name"
        )
    return _same_person(one, other)


def _same_person(one: list[str], other: list[str]) -> Sameness:
    if one == other:
        alone = len(one) == 1
        return Sameness(not alone, "surname alone does not tell who it is" if alone else "same full name")
    if len(one) == 1 or len(other) == 1:
        return Sameness(False, "surname alone does not tell who it is")
    if not first_names_agree(lexicon(), one[0], other[0]):
        return Sameness(False, "same surname, other first name")
    middles = one[1:-1], other[1:-1]
    if all(middles) and middles[0][0][0] != middles[1][0][0]:
        return Sameness(False, "same first and last name, other middle name")
    if one[0] == other[0]:
        return Sameness(True, "same first and last name")
    return Sameness(
        True, f"“{one[0].title()}” and “{other[0].title()}” are forms of one first name, same surname"
    )


def _words(name: str, kind: str) -> list[str]:
    """The words that count, in lower case: no article, titles, suffixes, legal endings; particles join the surname."""
    lex = lexicon()
    if kind == "organisation":
        name = lex.known_organisations.get(name.removeprefix("The ").removeprefix("the ").strip(), "") or name
    plain = unicodedata.normalize("NFKD", name)
    text = (
        "".join(c for c in plain if not unicodedata.combining(c))
        .casefold()
        .replace("’", "'")
        .replace(".", "")
    )
    words = [word.removesuffix("'s") for word in _WORD.findall(text)]
    if words[:1] == ["the"]:
        words = words[1:]
    if kind in ("person", "author"):
        words = [word for word in words if word not in SUFFIXES]
        while len(words) > 1 and words[0] in lex.titles and words[0] not in lex.first_names:
            words = words[1:]
        return _joined_particles(words)
    if kind == "organisation":
        kept = [word for word in words if word not in _LEGAL]
        return kept or words
    return words


def _joined_particles(words: list[str]) -> list[str]:
    """ "ursula von der leyen" as ["ursula", "von der leyen"]."""
    first = next((i for i, word in enumerate(words[1:-1], 1) if word in PARTICLES), None)
    return words if first is None else [*words[:first], " ".join(words[first:])]

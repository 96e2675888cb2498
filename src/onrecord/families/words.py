"""Words of a statement in a form in which the same word compares equal: case, spelling, inflection, number words."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import NamedTuple

_WORD = re.compile(r"per\s+cent\b|\d[\d,.:]*\d|\d|[^\W\d_]+(?:[’'\-][^\W\d_]+)*", re.IGNORECASE)
_OURS = re.compile(r"^([a-z]{2,})our(s|ed|ing|able|ite|ites)?$")
_ISE = re.compile(r"^([a-z]{3,})(?:is|yz)(e|es|ed|ing|ation|ations|er|ers)$")
_OPENING = 4
"""Words of a statement within which a negation opens it."""
_ENDINGS = ("ations", "ation", "ings", "ing", "edly", "ied", "ies", "ed", "es", "ly", "s")


class Word(NamedTuple):
    """A word of a text: its comparable form and where it stands."""

    form: str
    start_char: int
    end_char: int


def words(text: str, offset: int = 0) -> list[Word]:
    """The words of a text in order; `offset` is added to their places."""
    return [Word(spelling(m.group()), m.start() + offset, m.end() + offset) for m in _WORD.finditer(text)]


def spelling(word: str) -> str:
    """The word without case, typographic variants and the difference between British and American spelling."""
    form = word.casefold().replace("’", "'").removesuffix("'s").strip("'")
    if form.startswith("per") and form.endswith("cent") and len(form) > 7:
        return "percent"
    if form[:1].isdigit():
        return form.replace(",", "")
    if match := _OURS.match(form):
        form = f"{match[1]}or{match[2] or ''}"
    if match := _ISE.match(form):
        form = f"{match[1]}iz{match[2]}"
    return number_words().get(form, form)


def opens_negated(text: str) -> bool:
    """Whether a statement opens with a negation: "No inspector was there", "There is no outbreak"."""
    return any(word.form in lexicon("negations.txt") for word in words(text)[:_OPENING])


@cache
def stem(form: str) -> str:
    """A crude stem, for comparing indirect speech: `judged` and `judges`, `checks` and `check`."""
    if form[:1].isdigit() or len(form) < 4:
        return form
    for ending in _ENDINGS:
        if form.endswith(ending) and len(form) - len(ending) >= 3:
            form = form[: -len(ending)]
            break
    if len(form) > 3 and form[-1] == form[-2]:
        form = form[:-1]
    return form.removesuffix("e") if len(form) > 3 else form


def key(text: str) -> str:
    """The canonical key: two texts with the same words in the same order have the same key."""
    return " ".join(word.form for word in words(text))


@cache
def lexicon(name: str) -> frozenset[str]:
    """The entries of one of this folder's word lists, one a line."""
    return frozenset(rows(name))


def any_of(name: str) -> str:
    """The entries of a word list as the choices of a regular expression, longer ones first."""
    return "|".join(sorted(map(re.escape, lexicon(name)), key=lambda entry: (-len(entry), entry)))


@cache
def number_words() -> dict[str, str]:
    """`eleven` -> `11`: number words with the digits they stand for."""
    return dict(line.split("\t") for line in rows("numbers.tsv"))


def rows(name: str) -> list[str]:
    """The lines of a data file of this folder, without blank ones and comments."""
    text = resources.files("onrecord.families").joinpath("lexicons", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]

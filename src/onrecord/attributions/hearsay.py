"""How likely a word inside a content is the cue of hearsay, by the word and its neighbours alone.

The networks have seen few inner attributions; a log-linear model of the word (how often each lemma of the lexicon is an
inner cue where it stands inside a content) and of the words beside it knows what they do not. Its log-odds are added to
the networks'. The weights, `data/hearsay.json`, are counted and fitted on the training part by `training.fit_hearsay`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from onrecord.attributions.cues import Cue, Lexicon, lexicon
from onrecord.attributions.word_sets import word_set
from onrecord.errors import BrokenModel

UNLISTED = -8.0
"""Log-odds of a cue without a word of the lexicon; next to nothing makes them good."""
_WORD = re.compile(r"[^\W\d_]+")
_PIECE = re.compile(r"[^\W\d_]+(?:['’]\w+)?|\d+|[^\w\s]")
_BEFORE, _BEHIND = 40, 48
"""Characters that are looked at before and behind a word: about three words."""
_CLASSES = (
    "to", "that", "determiner", "first", "pronoun", "possessive", "wh", "modal", "negation", "be", "have", "do",
    "for", "of", "about", "on", "against", "as", "by", "in", "preposition", "object", "conjunction",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hearsay:
    """The fitted model: log-odds of being an inner cue for each lemma and each trait of the words beside it."""

    lemmas: Mapping[str, float]
    traits: Mapping[str, float]
    cues: Lexicon

    def odds(self, text: str, start: int, end: int) -> float:
        """Log-odds that the cue text[start:end] is one of hearsay: those of its likeliest listed word."""
        return max(
            (
                self.lemmas.get(key(cue), self.lemmas["other"])
                + sum(self.traits.get(trait, 0.0) for trait in traits(text, a, b))
                for a, b, cue in listed(text, start, end, self.cues)
            ),
            default=UNLISTED,
        )


def key(cue: Cue) -> str:
    """How an entry of the lexicon is named in the model: "call (verb)"."""
    return f"{cue.lemma} ({'verb' if cue.pos == 'verb' else 'other'})"


def listed(text: str, start: int, end: int, cues: Lexicon) -> Iterator[tuple[int, int, Cue]]:
    """The words of a stretch that begin a listed form, the longest: offsets of the form's first word, and its entry."""
    words = [(m.start(), m.end(), m.group().casefold()) for m in _WORD.finditer(text, start, end + _BEHIND)]
    for at, (a, b, _) in enumerate(words):
        if a >= end:
            return
        for size in range(cues.longest, 0, -1):
            form = " ".join(word for _, _, word in words[at : at + size])
            cue = cues.verbs.get(form) or cues.others.get(form)
            if cue is not None:
                yield a, b, cue
                break


def traits(text: str, start: int, end: int) -> list[str]:
    """What the model asks of the word text[start:end] and of those beside it."""
    word = text[start:end].casefold()
    before = [_class(w) for w in _PIECE.findall(text[max(0, start - _BEFORE) : start])[-2:]]
    behind = [_class(w) for w in _PIECE.findall(text[end : end + _BEHIND])[:3]]
    form = next((ending for ending in ("ing", "ed", "s") if word.endswith(ending)), "bare")
    found = [
        "any",
        f"form {form}",
        *(f"before: {c}" for c in before[-1:]),
        *(f"behind: {c}" for c in behind[:1]),
    ]
    found += ["negated"] * ("negation" in before) + ["capital"] * text[start].isupper()
    return found + [f"soon: {c}" for c in ("that", "quotation") if c in behind]


@cache
def _word_classes() -> dict[str, str]:
    return {word: name for name in reversed(_CLASSES) for word in word_set(f"hearsay_{name}")}


def _class(piece: str) -> str:
    word = piece.casefold().replace("’", "'")
    known = _word_classes().get(word)
    if known is not None:
        return known
    if not piece[0].isalnum():
        return {"“": "quotation", "”": "quotation", '"': "quotation", ",": "comma", ":": "colon"}.get(
            piece, "mark"
        )
    if word.endswith("'s"):
        return "genitive"
    if word.endswith("n't"):
        return "negation"
    if piece[0].isupper():
        return "capital"
    return "number" if piece[0].isdigit() else "adverb" if word.endswith("ly") else "word"


@cache
def hearsay() -> Hearsay:
    """The model of the package, loaded once. Raises BrokenModel if its file is missing or damaged."""
    try:
        fitted = json.loads(
            (files("onrecord.attributions") / "data" / "hearsay.json").read_text(encoding="utf-8")
        )
        lemmas, weights = (
            {str(name): float(x) for name, x in fitted[part].items()} for part in ("lemmas", "traits")
        )
        return Hearsay({"other": UNLISTED, **lemmas}, weights, lexicon())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenModel(
            "attributions/data/hearsay.json is missing or damaged. Install onrecord again."
        ) from error

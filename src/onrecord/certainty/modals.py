"""May, might and could: do they tell likelihood, or leave, ability and what could have been?

`may` and `might` by rules; `could` by a linear classifier over the words around it, trained by
training/certainty/train_could.py (weights in data/could.json).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache

from onrecord.certainty.words import Words, data_text, word_set
from onrecord.errors import BrokenModel

_IRREGULAR_PARTICIPLES = frozenset(
    [
        *(
            "been",
            "had",
            "done",
            "gone",
            "made",
            "said",
            "told",
            "taken",
            "given",
            "known",
            "seen",
            "come",
            "become",
        ),
        *(
            "thought",
            "felt",
            "found",
            "left",
            "lost",
            "won",
            "met",
            "kept",
            "held",
            "heard",
            "put",
            "cost",
            "hit",
        ),
        *(
            "hurt",
            "cut",
            "set",
            "let",
            "read",
            "led",
            "paid",
            "sent",
            "spent",
            "sold",
            "bought",
            "brought",
            "caught",
        ),
        *(
            "built",
            "meant",
            "understood",
            "got",
            "gotten",
            "begun",
            "broken",
            "spoken",
            "written",
            "driven",
            "run",
        ),
    ]
)
_STATES = frozenset(
    ["be", "have", "seem", "appear", "become", "mean", "need", "want", "know", "feel", "help", "well"]
)


def is_participle(word: str) -> bool:
    """Whether a word may be a past participle."""
    return word in _IRREGULAR_PARTICIPLES or (len(word) > 3 and word.endswith(("ed", "en", "wn", "orn")))


def is_likelihood(words: Words, i: int) -> bool:
    """Whether the modal at `i` means "perhaps it is or will be so"."""
    modal = words[i].lower
    if modal == "may":
        return not _is_month(words, i) and not _is_leave(words, i) and not _is_wish(words, i)
    if modal == "could":
        return could_score(words, i) > 0
    return not _is_wish(words, i)


def _word(words: Words, i: int) -> str:
    return words[i].lower if 0 <= i < len(words) else ""


def _is_month(words: Words, i: int) -> bool:
    if not words[i].capital:
        return False
    behind, before = _word(words, i + 1), _word(words, i - 1)
    if re.match(r"\d", behind) or before.isdigit():
        return True
    return before in word_set("before_month") or behind in (",", ".", "")


def _is_leave(words: Words, i: int) -> bool:
    """ "Visitors may leave at noon", "you may not park here": leave given by a rule."""
    verb, negated = _word(words, i + 1), False
    if verb in ("not", "only", "also", "now"):
        negated, verb = verb in ("not", "only"), _word(words, i + 2)
    if verb not in word_set("permitted"):
        return False
    subject = _word(words, i - 1)
    return negated or subject in word_set("addressed") or not _is_single(words, i - 1)


def _is_single(words: Words, i: int) -> bool:
    """Whether the subject is one known person or thing, of whom one guesses rather than rules."""
    word = _word(words, i)
    return word in ("he", "she", "it", "they", "i", "we", "that", "this") or (
        0 <= i < len(words) and words[i].capital
    )


def _is_wish(words: Words, i: int) -> bool:
    """ "Whatever the case may be", "may I", "may he rest in peace", "the might of the army"."""
    behind, before = _word(words, i + 1), _word(words, i - 1)
    if words[i].lower == "might" and before in (
        "the",
        "his",
        "her",
        "their",
        "its",
        "military",
        "economic",
        "of",
    ):
        return True
    if behind == "be" and before == "case":
        return True
    return (
        i == 0 and behind in ("he", "she", "god", "the", "i", "we", "you", "they") and words[i].lower == "may"
    )


# ---- could


def could_features(words: Words, i: int) -> Iterator[str]:
    """The features of the "could" at `i`: words around it, the verb behind it, the tenses of its sentence."""
    before, behind = _word(words, i - 1), _word(words, i + 1)
    verb_at = i + 1
    while _word(words, verb_at) in (
        "also",
        "still",
        "even",
        "well",
        "each",
        "now",
        "then",
        "only",
        "soon",
        "just",
    ):
        verb_at += 1
    verb = _word(words, verb_at)
    yield "bias"
    yield f"before={before}"
    yield f"behind={behind}"
    yield f"verb={verb}"
    if verb in _STATES:
        yield "state"
    if verb == "have" and is_participle(_word(words, verb_at + 1)):
        yield "have+participle"
    if verb == "be" and is_participle(_word(words, verb_at + 1)):
        yield "passive"
    if behind in ("not", "n't", "never", "hardly", "barely"):
        yield "negated"
    if before in ("i", "we", "you"):
        yield "first or second person"
    if before in ("he", "she", "they"):
        yield "third person pronoun"
    yield from _clause_features(words, i)


def _clause_features(words: Words, i: int) -> Iterator[str]:
    around = {word.lower for word in words}
    left = [word.lower for word in words[max(0, i - 8) : i]]
    for mark in ("if", "whether", "so", "how", "what", "as", "when", "where", "than", "who", "which", "ever"):
        if mark in left:
            yield f"left={mark}"
    if i + 1 < len(words) and words[i - 1].capital and i > 0:
        yield "name before"
    for mark in ("will", "would", "if", "now", "is", "are", "was", "were", "had"):
        if mark in around:
            yield f"sentence has {mark}"
    if any(
        word.lower.startswith(("november", "next", "coming", "future", "election", "later")) for word in words
    ):
        yield "future"


@cache
def _weights() -> Mapping[str, float]:
    try:
        return {
            name: float(weight) for name, weight in json.loads(data_text("could.json"))["weights"].items()
        }
    except (ValueError, KeyError, AttributeError) as error:
        raise BrokenModel("certainty/data/could.json is damaged. Install onrecord again.") from error


def could_score(words: Words, i: int) -> float:
    """The log-odds that this "could" means likelihood."""
    weights = _weights()
    return math.fsum(weights.get(feature, 0.0) for feature in set(could_features(words, i)))

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

_CLAUSE = 8
"""Words before "could" that may belong to its clause."""
LEAST_SCORE = 0.0
"""Log-odds from which a "could" counts."""
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
        return could_score(words, i) > LEAST_SCORE
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
    ruled = any(word.lower in word_set("rulings") for word in words)
    return negated or ruled or subject in word_set("addressed") or not _is_single(words, i - 1)


def _is_single(words: Words, i: int) -> bool:
    """Whether the subject is one known person or thing, of whom one guesses rather than rules."""
    return _word(words, i) in word_set("known_subjects") or (0 <= i < len(words) and words[i].capital)


def _is_wish(words: Words, i: int) -> bool:
    """ "Whatever the case may be", "may he rest in peace", "you may want to rest", "the might of the army"."""
    behind, before = _word(words, i + 1), _word(words, i - 1)
    if words[i].lower == "might" and before in word_set("before_power"):
        return True
    if (behind == "be" and before == "case") or (behind == "want" and _word(words, i + 2) == "to"):
        return True
    return i == 0 and words[i].lower == "may" and behind in word_set("wished_for")


# ---- could


def could_features(words: Words, i: int) -> Iterator[str]:
    """The features of the "could" at `i`: subject, kind of verb, negation, question, past tense.

    Few and general on purpose: the layers hold less than a hundred cases to learn from.
    """
    at = i + 1
    while _word(words, at) in word_set("inside_verb"):
        at += 1
    before = _word(words, i - 1)
    yield "bias"
    yield f"verb={_verb(words, at)}"
    if _word(words, i + 1) in word_set("could_negations"):
        yield "negated"
    if before in ("i", "we", "you"):
        yield "subject=speaker or hearer"
    if before == "it":
        yield "subject=it"
    left = {word.lower for word in words[max(0, i - _CLAUSE) : i]}
    if left & word_set("questions"):
        yield "asked"
    if word_set("past") & {word.lower for word in words}:
        yield "past"


def _verb(words: Words, at: int) -> str:
    verb, behind = _word(words, at), _word(words, at + 1)
    if verb == "have":
        return "have done" if is_participle(behind) else "have"
    if verb == "be":
        return "be done" if is_participle(behind) else "be"
    if at >= len(words) or words[at].is_mark or verb in ("with", "to", "in"):
        return "none"
    return "outcome" if verb in word_set("outcomes") else "other"


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

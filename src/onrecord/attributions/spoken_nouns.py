"""Cues that end in what somebody else said, or stand before it, are split: "bristled at the suggestion | that …".

The tagger takes "bristled at the suggestion" for one cue as readily as "said in a statement". Behind a preposition like
"at", or a verb that answers, such a noun stands for another's speech: in the training corpus 51 outermost cues of these
forms end before the noun and 11 behind it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from onrecord.attributions.cues import Lexicon
from onrecord.attributions.finding import Found
from onrecord.attributions.word_sets import word_set
from onrecord.encoder.tokens import Tokens

VERDICT = 1.5
"""Log-odds of the speech that the noun stands for."""
_WORD = re.compile(r"[^\W\d_]+(?:['’]s\b)?")
_MARK = re.compile(r"[^\w\s'’]")
_THAT = re.compile(r"[Tt]hat\b")
_LONGEST_PHRASE = 5
"""Words of the noun phrase, at most."""
_WIDEST_GAP = 80
"""Characters between noun and "that" ("statements by the mayor last week that …"), at most."""


def split(found: Found, text: str, tokens: Tokens, cues: Lexicon) -> list[Found]:
    """An outermost attribution cut before the noun phrase, and the one that the noun stands for; or the first alone."""
    first, behind = found.cue
    if len(found.content) != 1 or found.content[0][0] < behind:
        return [found]
    start, that = int(tokens.starts[first]), int(tokens.starts[found.content[0][0]])
    end = int(tokens.ends[behind - 1])
    words = list(_WORD.finditer(text, start, end))
    if words and not _is_speech(words[-1].group(), cues):
        words += _as_far_as_noun(text, end, that, cues)
        end = words[-1].end()
    if len(words) < 2 or words[-1].end() != end or not _is_speech(words[-1].group(), cues):
        return [found]
    behind = _token(tokens, end - 1) + 1
    if not _THAT.match(text, that) or re.search(r"[.;:?!\n]", text[end : min(that, end + _WIDEST_GAP + 1)]):
        return [found]
    opening = _opening(words, cues) if that - end <= _WIDEST_GAP else 0
    if not opening:
        return [found]
    phrase, noun = (_token(tokens, words[n].start()) for n in (opening, -1))
    owner = next((w for w in words[opening:-1] if "’s" in w.group() or "'s" in w.group()), None)
    source = (phrase, _token(tokens, owner.end() - 2)) if owner else None
    outer = replace(found, cue=(first, phrase), content=((phrase, found.content[0][1]),))
    return [outer, Found((noun, behind), source, found.content, True, VERDICT, 0.0)]


def _as_far_as_noun(text: str, end: int, that: int, cues: Lexicon) -> list[re.Match[str]]:
    """The words behind a cue as far as a noun of speech, if one stands among the next few; else none."""
    words = []
    for word in islice(_WORD.finditer(text, end, that), _LONGEST_PHRASE):
        words.append(word)
        if _is_speech(word.group(), cues):
            return [] if _MARK.search(text, end, word.start()) else words
    return []


def _opening(words: list[re.Match[str]], cues: Lexicon) -> int:
    """Which word opens the noun phrase at the end of a cue's words: behind a preposition or an answering verb; or 0."""
    for n in range(len(words) - 1, max(0, len(words) - 1 - _LONGEST_PHRASE), -1):
        before = words[n - 1].group().casefold()
        verb = cues.verbs.get(before)
        if verb is not None and verb.lemma in word_set("answering_verbs"):
            return n
        if n > 1 and before in word_set("answering_prepositions"):
            # "to claim that" is a verb.
            bare = cues.verbs.get(words[n].group().casefold())
            return 0 if before == "to" and bare and bare.lemma == words[n].group().casefold() else n
    return 0


def _is_speech(word: str, cues: Lexicon) -> bool:
    noun = cues.others.get(word.casefold())
    return noun is not None and noun.pos == "noun" and noun.act != "think"


def _token(tokens: Tokens, place: int) -> int:
    """The token that holds a character."""
    return int(tokens.ends.searchsorted(place, side="right"))

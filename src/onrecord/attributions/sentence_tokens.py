"""Sentences as the rules see them: words, punctuation, and whole quotations as one token each."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from onrecord.attributions.cues import Cue, Lexicon
from onrecord.attributions.quotes import Quote
from onrecord.attributions.word_sets import word_set
from onrecord.model import Span
from onrecord.wording import sentences

_TOKEN = re.compile(r"\w+(?:['’&.\-]\w+)*|[^\w\s]")
_LONGEST_TAG = 9
_LONGEST_SENTENCE = 200
"""Tokens; what is longer is no sentence, and is cut so that the cost stays linear in the text."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a mark of punctuation, or a whole quotation."""

    start: int
    end: int
    kind: Literal["word", "mark", "quote"]
    lower: str
    """The text in lower case; empty for a quotation."""
    capital: bool = False
    last: str = ""
    """The last character before the closing mark of a quotation."""

    @property
    def span(self) -> Span:
        """The token's offsets."""
        return Span(self.start, self.end)


Sentence = list[Token]


@dataclass(frozen=True, slots=True)
class Verb:
    """A cue verb in a sentence: its tokens are `start` up to `end` (exclusive), `head` is the verb's first."""

    start: int
    head: int
    end: int
    cue: Cue


def split(text: str, region: Span, quotes: Sequence[Quote], lexicon: Lexicon) -> list[Sentence]:
    """The sentences of a region, the given quotations (sorted, apart) opaque: no sentence ends inside one."""
    stops = [sentence.end_char for sentence in sentences(text, *region)]
    found: list[Sentence] = [[]]
    tokens = list(_tokens(text, region, quotes))
    for i, token in enumerate(tokens):
        found[-1].append(token)
        full = len(found[-1]) >= _LONGEST_SENTENCE
        if i + 1 < len(tokens) and (full or _ends_sentence(tokens, i, stops, text, lexicon)):
            found.append([])
    return [sentence for sentence in found if sentence]


def _tokens(text: str, region: Span, quotes: Sequence[Quote]) -> Iterator[Token]:
    start = region.start_char
    for quote in quotes:
        yield from _words(text, start, quote.start_char)
        start = quote.end_char
        inside = text[quote.start_char : start].rstrip("\"”’'» ")
        yield Token(quote.start_char, start, "quote", "", True, inside[-1:])
    yield from _words(text, start, region.end_char)


def _words(text: str, start: int, end: int) -> Iterator[Token]:
    for match in _TOKEN.finditer(text, start, end):
        word = match.group()
        kind: Literal["word", "mark"] = "word" if word[0].isalnum() or word[0] == "_" else "mark"
        yield Token(match.start(), match.end(), kind, word.lower().replace("’", "'"), word[0].isupper())


def _ends_sentence(tokens: list[Token], i: int, stops: list[int], text: str, lexicon: Lexicon) -> bool:
    token, following = tokens[i], tokens[i + 1]
    if token.kind == "quote":
        # A full stop inside the closing mark ends the sentence; behind ? or ! a tag ("Lee asked") may come.
        if token.last == "." or (token.last in "?!" and not _tag_follows(tokens, i + 1, lexicon)):
            return following.capital
        return False
    at = bisect_left(stops, token.end)
    if at < len(stops) and stops[at] == token.end:
        return token.lower in ".!?…" or "\n" in text[token.end : following.start]
    return False


def _tag_follows(tokens: list[Token], start: int, lexicon: Lexicon) -> bool:
    for token in tokens[start : start + _LONGEST_TAG]:
        if token.kind != "word" and token.lower != ".":
            return False
        cue = lexicon.verbs.get(token.lower)
        if cue is not None and "q" in cue.frames:
            return True
    return False


_AUXILIARIES = word_set("auxiliaries")
_BE = word_set("be")
_BEFORE_NOUN = word_set("before_noun")
_PLURAL = word_set("plural")
_IRREGULAR_PLURALS = word_set("irregular_plurals")
_NOT_ADVERBS = word_set("not_adverbs")


def verbs(sentence: Sentence, lexicon: Lexicon) -> list[Verb]:
    """The cue verbs of a sentence with their auxiliaries and adverbs, longest forms first."""
    found = []
    i = 0
    while i < len(sentence):
        hit = _verb_at(sentence, i, lexicon)
        if hit is not None:
            found.append(hit)
            i = hit.end
        else:
            i += 1
    return found


def _verb_at(sentence: Sentence, i: int, lexicon: Lexicon) -> Verb | None:
    for size in range(min(lexicon.longest, len(sentence) - i), 0, -1):
        words = sentence[i : i + size]
        cue = lexicon.verbs.get(" ".join(token.lower for token in words))
        if cue is None or any(token.kind != "word" for token in words):
            continue
        start = i
        while start > 0 and _is_auxiliary(sentence[start - 1]):
            start -= 1
        verb = Verb(start, i, i + size, cue)
        return verb if _may_be_verb(sentence, verb) else None
    return None


def _may_be_verb(sentence: Sentence, verb: Verb) -> bool:
    """Whether a form that may be a noun or a name ("States", "the call", "travel ban") stands as a verb."""
    head = sentence[verb.head]
    before = sentence[verb.start - 1] if verb.start else None
    if before is None:
        return True
    if before.lower in _BEFORE_NOUN or before.lower.endswith(("'s", "s'")):
        return False
    titled = before.capital and before.kind == "word" and verb.start == verb.head
    if head.capital and not (titled and sentence[0].capital and _title_case(sentence)):
        return False
    if head.lower != verb.cue.lemma.split()[0] or verb.start < verb.head:
        return True
    # A base form needs a subject in the plural.
    return before.lower in _PLURAL or before.lower.endswith("s") or before.lower in _IRREGULAR_PLURALS


def _title_case(sentence: Sentence) -> bool:
    words = [token for token in sentence if token.kind == "word"]
    return 2 * sum(token.capital for token in words) > len(words)


def _is_auxiliary(token: Token) -> bool:
    word = token.lower
    return word in _AUXILIARIES or (word.endswith("ly") and word not in _NOT_ADVERBS and not token.capital)


def is_passive(sentence: Sentence, verb: Verb) -> bool:
    """Whether the verb stands behind a form of "be" and is no present participle."""
    head = sentence[verb.head].lower
    return not head.endswith("ing") and any(t.lower in _BE for t in sentence[verb.start : verb.head])

"""Noun phrases that are no names, found without a parser: what stands before "who", and plurals before "they"."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.voices.lexicon import Lexicon, closed
from onrecord.voices.scan import Scan, Token

LOOK_BACK = 60
"""Words looked back at for plural nouns."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: where, what to call it, its head, what kind of voice it would be."""

    start: int
    end: int
    label: str
    head: str
    words: frozenset[str]
    kind: str
    plural: bool
    subject: bool
    wide_start: int
    """Where it starts with its article or possessive pronoun."""


def noun_phrase_before(scan: Scan, lex: Lexicon, position: int) -> Phrase | None:
    """The noun phrase that ends right before a relative pronoun, if its head is a known common noun."""
    i = scan.token_at(position) - 1
    if i < 0 or scan.text[scan.tokens[i].end : position].strip() not in ("", ","):
        return None
    token = scan.tokens[i]
    opens = scan.sentences[scan.sentence(token.start)] >= token.start - 1
    if token.capital and token.low not in lex.peoples and not (opens and token.low in lex.nouns):
        head = _head_behind(scan, lex, i)
        plural = (
            head >= 0
            and _kind(lex, scan.tokens[head]) in ("group", "unnamed")
            and scan.tokens[head].low.endswith("s")
        )
        return _phrase(scan, lex, head, i) if plural else None
    head = i
    after_preposition = i > 0 and scan.tokens[i - 1].low in lex.phrases["preposition"]
    if _kind(lex, token) == "" or (after_preposition and lex.nouns.get(token.low) == "person"):
        head = _head_behind(scan, lex, i)
    if head < 0:
        return None
    return _phrase(scan, lex, head, i)


def thing_before(scan: Scan, lex: Lexicon, position: int) -> Phrase | None:
    """The same before "which" and "that", where it ends in a document or a body ("the study, which notes")."""
    i = scan.token_at(position) - 1
    if i < 0 or scan.text[scan.tokens[i].end : position].strip(" ,-–—"):
        return None
    token = scan.tokens[i]
    singular = lex.nouns.get(token.low.removesuffix("s"))
    known = {lex.nouns.get(token.low), singular} & {"document", "organisation"}
    return _phrase(scan, lex, i, i) if known and not token.capital else None


def plural_phrases(scan: Scan, lex: Lexicon, position: int) -> list[Phrase]:
    """Plural noun phrases before a position, the nearest first, four at most."""
    found = []
    i = scan.token_at(position) - 1
    for k in range(i, max(-1, i - LOOK_BACK), -1):
        token = scan.tokens[k]
        if token.capital and token.low not in lex.peoples:
            continue
        if _kind(lex, token) in ("group", "unnamed") and token.low.endswith(("s", "people", "men", "women")):
            found.append(_phrase(scan, lex, k, k))
            if len(found) == 4:
                break
    return found


def _kind(lex: Lexicon, token: Token) -> str:
    """The kind of voice a noun would be, empty if it is not a known one."""
    noun_class = lex.nouns.get(token.low, "")
    if token.low in lex.peoples:
        return "group"
    if not noun_class and token.low.endswith("s") and lex.nouns.get(token.low[:-1]) == "person":
        return "group"
    return {"person": "unnamed", "unnamed": "unnamed", "group": "group"}.get(noun_class, "")


def _head_behind(scan: Scan, lex: Lexicon, i: int) -> int:
    """Index of a head noun up to five words back over a preposition ("people in the room who"), -1 if none."""
    for k in range(i, max(-1, i - 6), -1):
        token = scan.tokens[k]
        if k < i and any(mark in scan.text[token.end : scan.tokens[k + 1].start] for mark in '.,;:\n“”"'):
            return -1
        if token.low in lex.phrases["preposition"] or token.low == "familiar":
            before = k - 1
            if before >= 0 and _kind(lex, scan.tokens[before]):
                return before
    return -1


def _phrase(scan: Scan, lex: Lexicon, head: int, last: int) -> Phrase:
    first = head
    while first > 0 and head - first < 4:
        left = scan.tokens[first - 1]
        infinitive = first > 1 and scan.tokens[first - 2].low == "to" and not left.capital
        infinitive = infinitive and not left.low.endswith(_ADJECTIVE_ENDS)
        if scan.text[left.end : scan.tokens[first].start] != " " or infinitive or not _modifies(lex, left):
            break
        first -= 1
    if (
        first > 1
        and scan.tokens[first - 1].low == "of"
        and scan.tokens[first - 2].low in lex.phrases["partitive"]
    ):
        first -= 2
    token = scan.tokens[head]
    start, end = scan.tokens[first].start, scan.tokens[last].end
    kind = _kind(lex, token) or "group"
    previous = scan.tokens[first - 1] if first else None
    return Phrase(
        start=start,
        end=end,
        label=" ".join(scan.text[start:end].split()),
        head=token.low,
        words=frozenset(t.low for t in scan.tokens[first : head + 1]),
        kind=kind,
        plural=kind == "group" or token.low.endswith("s"),
        wide_start=previous.start if previous is not None and previous.low in _DETERMINERS else start,
        subject=previous is None or previous.low not in lex.phrases["preposition"],
    )


_ADJECTIVE_ENDS = ("y", "ous", "ful", "ive", "al", "ic", "ish", "less", "able", "an")
_DETERMINERS = closed("determiner")
_QUANTIFIERS = closed("quantifiers")


def _modifies(lex: Lexicon, token: Token) -> bool:
    """Whether a word before a noun belongs to its label."""
    if token.low in _QUANTIFIERS or token.low in lex.phrases["role_modifier"]:
        return True
    if token.capital:
        return token.low not in lex.function_words
    if (
        token.low in lex.function_words
        or token.low in lex.phrases["preposition"]
        or token.low in lex.phrases["stop"]
    ):
        return False
    return token.low.endswith("ous") or not token.low.endswith(("ed", "ing", "s", "ly"))

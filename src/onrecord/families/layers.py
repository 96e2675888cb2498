"""Go-betweens that a text names beside its attributions: unnamed people, other papers, records that are read out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from onrecord.families.names import alludes, bare, papers, same_name, tidy
from onrecord.families.words import any_of, lexicon

_NOUNS = r"(?:[a-z-]+\s+){0,2}[a-z-]+"
_COUNT = r"(?:two|three|four|five|six|several|some|many|unnamed|anonymous)"
_ENDS = r"(?=\s+(?:who|that|as|in|at|on|with|about|of)\b|[,.;:]|$)"
_CITED = re.compile(
    rf"\b(?:(?:citing|quoting|quoted|cited|relying\s+on)\s+({_COUNT}\s+{_NOUNS}?)"
    rf"|(?:heard|had\s+it|learned|learnt)\s+from\s+((?:{_COUNT}|an?|the|its|his|her|their)\s+{_NOUNS}?)){_ENDS}"
)
_COUNTED = re.compile(
    rf"\b({_COUNT}\s+(?:[a-z-]+\s+)?[a-z-]+?)\s+(?:who\s[^,.;]{{0,30}}\s)?(?:say|said|told|have\s+said)\b",
    re.IGNORECASE,
)
_SHOWS = r"(?:records|recorded|logs|logged|shows|showed|reads)"
_NEAR = 300
"""Characters before a sentence in which the record is named that its `it` stands for."""


@cache
def _records() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A record by its noun (`the control room log`), and one that speaks in a sentence (`it records that`)."""
    nouns = any_of("records.txt")
    record = rf"(?:the|an?|its|his|her|their)\s+((?:[a-z-]+\s+){{0,3}}?(?:{nouns}))\b"
    return re.compile(rf"\b{record}", re.IGNORECASE), re.compile(
        rf"(?:\b{record}(?:\s+of\s[^,.;]{{0,40}})?|\b(it|which))\s+{_SHOWS}\b", re.IGNORECASE
    )


def relays(sentence: str) -> list[str]:
    """Unnamed go-betweens whom a sentence says it has something from: `citing two officers`, `two treasurers say`."""
    found = {}
    for pattern in (_CITED, _COUNTED):
        for match in pattern.finditer(sentence):
            group = match.lastindex or 1
            found[match.start(group)] = tidy(bare(match[group]))
    return [found[place] for place in sorted(found)]


def records(sentence: str, before: str) -> list[str]:
    """Records that a sentence reads from, by their nouns: `it records` speaks of the last one in the text `before`."""
    noun, speaking = _records()
    last = [m[1] for m in noun.finditer(before[-_NEAR:])][-1:]
    return [name for m in speaking.finditer(sentence) for name in ([m[1]] if m[1] else last)]


@cache
def _other_papers() -> re.Pattern[str]:
    """Another paper as the subject of a sentence: `a national newspaper nevertheless credited`."""
    nouns = any_of("press.txt")
    return re.compile(
        rf"(?:\b(?P<object>to|by|of|for|in|with|from|told)\s+)?\b(?P<paper>(?:an?|one|some|several|many|most|the)\s+(?:[a-z-]+\s+){{0,3}}(?:{nouns}))"
        r"\s+(?:(?:had|has|have|then|later|also|even|meanwhile|nevertheless)\s+){0,3}(?P<verb>[a-z]+)",
        re.IGNORECASE,
    )


def other_paper(sentence: str) -> str | None:
    """The paper, unnamed, that a sentence says has told something; None if it speaks of none."""
    for match in _other_papers().finditer(sentence):
        verb = match["verb"]
        if not match["object"] and (verb in lexicon("saying.txt") or verb.endswith("ed")):
            return match["paper"]
    return None


def with_layers(
    chain: Sequence[str], sentence: str, before: str = "", *, owned: bool = False
) -> tuple[str, ...]:
    """The chain with the go-betweens of a sentence, where the sentence names them; `before` is the text before it.

    People come after the outermost layer, who cites them; of papers and records only an owner of the text is outside.
    """
    layers = list(chain)
    for name in relays(sentence):
        _insert(layers, name, sentence, first=1)
    for name in records(sentence, before):
        _insert(layers, name, sentence, first=int(owned))
    for name, told in papers(sentence):
        _insert(layers, name, sentence, first=int(owned), told=told)
    return tuple(layers)


def _insert(layers: list[str], name: str, sentence: str, *, first: int, told: bool = False) -> None:
    """Put a layer before the first one that the sentence names after it; a paper that was told, before who told it."""
    if not name or any(names_it(name, [layer]) for layer in layers):
        return
    here = sentence.find(name)
    places = [(k, _place(sentence, layer)) for k, layer in enumerate(layers) if k >= first]
    later = [k for k, place in places if place > here]
    if told:
        later = [k for k, place in places if 0 <= place < here][-1:] or later
    layers.insert(later[0] if later else len(layers), name)


def _place(sentence: str, layer: str) -> int:
    return max(sentence.find(layer), sentence.find(layer.rpartition(" ")[2]))


def names_it(layer: str, chain: Sequence[str]) -> bool:
    """Whether a layer is in a chain, by this or another form of its name."""
    return any(same_name(layer, n) or same_name(n, layer) or alludes(n, layer) for n in chain)


def fuller(layer: str, chains: Sequence[Sequence[str]]) -> str:
    """A go-between known by one common noun (`colleague`) under the fuller name of another report's chain."""
    if not layer.islower() or len(layer.split()) > 1:
        return layer
    same = [n for chain in chains for n in chain if n.islower() and n.split()[-1] == layer]
    return max(same, key=lambda n: (len(n.split()), n), default=layer)

"""Finds attributions among tokens: cues first, then what stands around each, then cues within contents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from onrecord.attributions.around import LEFT, RIGHT, Surroundings, surroundings
from onrecord.attributions.decoding import Floats, best_source, best_spans, runs
from onrecord.attributions.untagged import with_untagged
from onrecord.encoder.tokens import Tokens
from onrecord.encoder.windows import BODY, END, OVERLAP, START, Windows, cut, framed

Ints = NDArray[np.int32]
Holders = NDArray[np.int32]
_INSISTENCE = (2.0, 4.0, 8.0)
_LOOSE_END = 3
"""Tokens that a content may lack at the end of its paragraph and still count as going to that end."""
_HIGHEST = 3.0
"""Log-odds that the network hardly ever gives an inner cue; what they could not save is not read."""
_SURE = 2.0
"""A cue without content is mostly none; from these log-odds on a content is asked for, ever more firmly."""


class Networks(Protocol):
    """The two trained networks, whatever runs them."""

    def tag(self, ids: Ints, features: Ints) -> tuple[Floats, Floats]:
        """ids, features [windows, tokens] -> cue scores [windows, tokens, 6], vectors [windows, tokens, narrow]."""

    def read(self, vectors: Floats, distance: Ints, relation: Ints, present: Ints) -> tuple[Floats, ...]:
        """Surroundings of cues -> content [cues, tokens, 3], source [cues, tokens, 2], pair, verdict [cues, 2]."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is tuned on the development articles. Biases favour finding a cue; floors are log-odds of being one.

    `content_bias` favours contents of more parts. Windows are of `body` tokens at most and share `overlap`.
    """

    bias: float = 1.0
    floor: float = 0.0
    content_bias: float = 0.0
    inner_bias: float = 1.0
    inner_floor: float = 0.0
    cue_batch: int = 8
    window_tokens: int = 1024
    body: int = BODY
    overlap: int = OVERLAP


@dataclass(frozen=True, slots=True)
class Found:
    """An attribution in tokens: `cue` and `source` as (first, behind), source None if absent, `content` as runs.

    `verdict` is the log-odds of being an attribution, `lead` that of the source over its rival.
    """

    cue: tuple[int, int]
    source: tuple[int, int] | None
    content: tuple[tuple[int, int], ...]
    inner: bool
    verdict: float
    lead: float


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text after the first network: cue scores and vectors of its tokens, and how it was cut."""

    tokens: Tokens
    windows: Windows
    scores: Floats
    """[windows, tokens of a window, 6]"""
    vectors: Floats
    """[tokens, narrow]"""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is known without the networks; texts go by their number."""

    found: Sequence[Sequence[Found]]
    """Outermost ones of each text, whole stretches from their first token to their last; inside them only inner ones
    are looked for."""
    hearsay: Callable[[int, int, int], float]
    """Log-odds that are added to the verdict on an inner cue (text, first token, token behind)."""
    parted: Callable[[int, Found], list[Found]]
    """An outermost one, or an outer and an inner one made of it."""

    @staticmethod
    def none(texts: int) -> Rules:
        """No rules for so many texts."""
        return Rules([[]] * texts, lambda *_: 0.0, lambda _, one: [one])


def find(
    texts: Sequence[Tokens], networks: Networks, settings: Settings, rules: Rules | None = None
) -> list[list[Found]]:
    """The attributions of each text, outer ones first."""
    return find_tagged([tag(t, networks, settings) for t in texts], networks, settings, rules)


def find_tagged(
    tagged: list[Tagged], networks: Networks, settings: Settings, rules: Rules | None = None
) -> list[list[Found]]:
    """The same for texts that the first network has run over."""
    rules = rules or Rules.none(len(tagged))
    given = [list(known) for known in rules.found]
    cues = [
        cue_candidates(t, _taken(len(t.tokens), k), settings.bias, inner=False)
        for t, k in zip(tagged, given, strict=True)
    ]
    outer = _read_cues(tagged, cues, None, networks, settings)
    outer = [k + _clear_of(k, found, len(t.tokens)) for t, k, found in zip(tagged, given, outer, strict=True)]
    outer = [with_untagged(t.tokens, own) for t, own in zip(tagged, outer, strict=True)]
    found = [[x for one in own for x in rules.parted(n, one)] for n, own in enumerate(outer)]
    holders = [_holders(len(t.tokens), own) for t, own in zip(tagged, found, strict=True)]
    cues = [
        cue_candidates(t, h == 0, settings.inner_bias, inner=True)
        for t, h in zip(tagged, holders, strict=True)
    ]
    more = [
        np.array([rules.hearsay(n, int(a), int(b)) for a, b in own], np.float32) for n, own in enumerate(cues)
    ]
    hopeful = [m >= settings.inner_floor - _HIGHEST for m in more]
    cues = [own[h] for own, h in zip(cues, hopeful, strict=True)]
    more = [own[h] for own, h in zip(more, hopeful, strict=True)]
    inner = _read_cues(tagged, cues, (holders, more), networks, settings)
    return [a + b for a, b in zip(found, inner, strict=True)]


def tag(text: Tokens, networks: Networks, settings: Settings) -> Tagged:
    """Run the first network over all windows of a text.

    Texts are not mixed in one batch: numbers are rounded by the largest of a batch, and a reading must not depend on
    what was read beside it.
    """
    windows = cut(len(text), settings.body, settings.overlap)
    ids, features = framed(text.ids, windows, START, END), framed(text.features, windows, 0, 0)
    step = max(1, settings.window_tokens // (windows.size + 2))
    parts = [networks.tag(ids[i : i + step], features[i : i + step]) for i in range(0, len(ids), step)]
    scores, vectors = (np.concatenate([p[k][:, 1:-1] for p in parts]) for k in range(2))
    return Tagged(text, windows, scores, vectors[windows.row, windows.column])


def cue_candidates(
    tagged: Tagged, forbidden: NDArray[np.bool_], bias: float, inner: bool
) -> NDArray[np.int64]:
    """Cues as (first token, token behind) [cues, 2]; none holds a forbidden token [tokens]."""
    if not len(tagged.tokens) or forbidden.all():
        return np.zeros((0, 2), np.int64)
    windows = tagged.windows
    blocked = forbidden[windows.starts[:, None] + np.arange(windows.size)]
    kind = slice(3, 6) if inner else slice(0, 3)
    inside = best_spans(tagged.scores[:, :, kind], blocked, bias)
    return runs(inside[windows.row, windows.column])


def _read_cues(
    tagged: list[Tagged],
    cues: list[NDArray[np.int64]],
    inside: tuple[Sequence[Holders], Sequence[Floats]] | None,
    networks: Networks,
    settings: Settings,
) -> list[list[Found]]:
    """The attributions of each text: outermost ones, or those inside contents.

    For the latter `inside` has the holders of each text, and log-odds that are added to each cue's.
    """
    found: list[list[Found]] = [[] for _ in tagged]
    for n, (text, own) in enumerate(zip(tagged, cues, strict=True)):
        near = surroundings(text.tokens, own, np.full(len(own), int(inside is not None)))
        # Cues that see about as much are read together, so that little is read in vain.
        order = np.argsort(near.present.sum(1), kind="stable")
        for i in range(0, len(own), settings.cue_batch):
            some = order[i : i + settings.cue_batch]
            held = None if inside is None else (inside[0][n], inside[1][n][some])
            found[n] += _read_some(text, near.of(some), held, networks, settings)
        found[n].sort(key=lambda one: one.cue)
    return found


def _read_some(
    tagged: Tagged,
    near: Surroundings,
    held: tuple[Holders, Floats] | None,
    networks: Networks,
    settings: Settings,
) -> list[Found]:
    inner, cues = held is not None, near.cues
    content, source, pair, verdict = networks.read(
        tagged.vectors[near.place], near.distance, near.relation, near.present
    )
    odds = verdict[:, 1] if held is None else verdict[:, 1] + held[1]
    keep = odds >= (settings.inner_floor if inner else settings.floor)
    if not keep.any():
        return []
    allowed = near.present.astype(np.bool_)
    if held is not None:
        allowed &= held[0][near.place] == held[0][cues[:, :1]]
    barred = ~allowed[keep] | (near.distance[keep] == 0)
    contents = _contents(content[keep], barred, settings.content_bias, verdict[keep, 1] >= _SURE)
    sources, lead = best_source(source[keep], pair[keep], verdict[keep, 0], allowed[keep])
    found = []
    for row, n in enumerate(np.flatnonzero(keep)):
        cue = (int(cues[n, 0]), int(cues[n, 1]))
        shift = cue[0] - int(near.left[n])
        spans = tuple((int(a) + shift, int(b) + shift) for a, b in runs(contents[row]))
        if not inner:
            spans = _carried_on(spans, cue[0], tagged.tokens)
        first, behind = (int(x) for x in sources[row])
        whose = (first + shift, behind + shift) if behind else None
        found.append(Found(cue, whose, spans, inner, float(odds[n]), float(lead[row])))
    return found


def _contents(
    scores: Floats, barred: NDArray[np.bool_], bias: float, sure: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """The contents of cues: the best set of spans; if that is empty and the cue `sure`, the best that is not."""
    contents = best_spans(scores, barred, bias)
    for insistence in _INSISTENCE:
        empty = sure & ~contents.any(1)
        if not empty.any():
            break
        contents[empty] = best_spans(scores[empty], barred[empty], insistence)
    return contents


def _carried_on(spans: tuple[tuple[int, int], ...], cue: int, tokens: Tokens) -> tuple[tuple[int, int], ...]:
    """Contents carried on beyond the tokens that were seen, and with quotations that go on in the next paragraphs.

    A cue within a quotation does not carry that quotation on: whoever it names is not the one who is quoted.
    """
    if not spans:
        return spans
    (first, _), (_, behind) = spans[0], spans[-1]
    quoted = tokens.chained[behind - 1] and tokens.chained[behind - 1] != tokens.chained[cue]
    if behind == cue + RIGHT or (quoted and _goes_on(tokens, spans[-1][0], behind - 1)):
        behind = _end_of_run(tokens.chained if quoted else tokens.paragraph, behind - 1)
    if first == cue - LEFT and tokens.quotation[first]:
        quotation = tokens.quotation
        while first > 0 and quotation[first - 1] == quotation[first]:
            first -= 1
    if len(spans) == 1:
        return ((first, behind),)
    return ((first, spans[0][1]), *spans[1:-1], (spans[-1][0], behind))


def _goes_on(tokens: Tokens, first: int, last: int) -> bool:
    """Whether tokens `first` to `last` reach into a quotation's next paragraph, or to the end of one in a quotation.

    A mark of the quotation may be lacking there.
    """
    chain, start = tokens.chained[last], int(np.searchsorted(tokens.paragraph, tokens.paragraph[last]))
    if first < start:
        return bool(tokens.chained[start - 1] == chain)
    end = int(np.searchsorted(tokens.paragraph, tokens.paragraph[last], side="right"))
    return end - last <= _LOOSE_END and bool((tokens.chained[last:end] == chain).all())


def _end_of_run(same: NDArray[np.int32], last: int) -> int:
    """The token behind the run of equal numbers [tokens] that holds token `last`."""
    return last + int(np.argmin(np.append(same[last:] == same[last], False)))


def _taken(count: int, known: list[Found]) -> NDArray[np.bool_]:
    """Tokens of the stretches that known attributions span."""
    taken = np.zeros(count, np.bool_)
    for one in known:
        spans = (one.cue, *one.content, *((one.source,) if one.source else ()))
        taken[min(a for a, _ in spans) : max(b for _, b in spans)] = True
    return taken


def _clear_of(known: list[Found], found: list[Found], count: int) -> list[Found]:
    """What was found, its contents without the stretches of `known` ones."""
    if not known:
        return found
    free = ~_taken(count, known)
    cleared = []
    for one in found:
        inside = np.zeros(count, np.bool_)
        for a, b in one.content:
            inside[a:b] = free[a:b]
        cleared.append(replace(one, content=tuple((int(a), int(b)) for a, b in runs(inside))))
    return cleared


def _holders(count: int, found: list[Found]) -> Holders:
    """For each token the number of the smallest content that holds it, from 1; 0 outside contents and in their cues."""
    holders = np.zeros(count, np.int32)
    sizes = [sum(b - a for a, b in one.content) for one in found]
    for n in sorted(range(len(found)), key=lambda n: -sizes[n]):
        for a, b in found[n].content:
            holders[a:b] = n + 1
    for one in found:
        holders[one.cue[0] : one.cue[1]] = 0
    return holders

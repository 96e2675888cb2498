"""Finds attributions among tokens: cues first, then what stands around each, then cues within contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from onrecord.attributions.around import LEFT, Surroundings, surroundings
from onrecord.attributions.decoding import Floats, best_source, best_spans, runs
from onrecord.encoder.tokens import Tokens
from onrecord.encoder.windows import END, START, Windows, cut, framed

Ints = NDArray[np.int32]


class Networks(Protocol):
    """The two trained networks, whatever runs them."""

    def tag(self, ids: Ints, features: Ints) -> tuple[Floats, Floats]:
        """ids, features [windows, tokens] -> cue scores [windows, tokens, 6], vectors [windows, tokens, narrow]."""

    def read(self, vectors: Floats, distance: Ints, relation: Ints, present: Ints) -> tuple[Floats, ...]:
        """Surroundings of cues -> content [cues, tokens, 3], source [cues, tokens, 2], pair, verdict [cues, 2]."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is tuned on the development articles. Biases favour finding a cue; floors are log-odds of being one."""

    bias: float = 1.0
    floor: float = 0.0
    inner_bias: float = 1.0
    inner_floor: float = 0.0
    cue_batch: int = 24
    window_tokens: int = 4096


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


def find(texts: Sequence[Tokens], networks: Networks, settings: Settings) -> list[list[Found]]:
    """The attributions of each text, outer ones first."""
    tagged = tag(texts, networks, settings)
    everywhere = [np.zeros(len(t.tokens), np.bool_) for t in tagged]
    outer = _read_cues(tagged, everywhere, networks, settings, inner=False)
    outside = [_outside_contents(t, found) for t, found in zip(tagged, outer, strict=True)]
    inner = _read_cues(tagged, outside, networks, settings, inner=True)
    return [a + b for a, b in zip(outer, inner, strict=True)]


def tag(texts: Sequence[Tokens], networks: Networks, settings: Settings) -> list[Tagged]:
    """Run the first network over all windows of all texts, windows of one length together."""
    cuts = [cut(len(t)) for t in texts]
    by_size: dict[int, list[int]] = {}
    for n, windows in enumerate(cuts):
        by_size.setdefault(windows.size, []).append(n)
    out: dict[int, Tagged] = {}
    for size, members in by_size.items():
        ids = np.concatenate([framed(texts[n].ids, cuts[n], START, END) for n in members])
        features = np.concatenate([framed(texts[n].features, cuts[n], 0, 0) for n in members])
        step = max(1, settings.window_tokens // (size + 2))
        parts = [networks.tag(ids[i : i + step], features[i : i + step]) for i in range(0, len(ids), step)]
        scores, vectors = (np.concatenate([p[k][:, 1:-1] for p in parts]) for k in range(2))
        at = 0
        for n in members:
            windows = cuts[n]
            rows = slice(at, at + len(windows.starts))
            own = vectors[rows][windows.row, windows.column]
            out[n] = Tagged(texts[n], windows, scores[rows], own)
            at = rows.stop
    return [out[n] for n in range(len(texts))]


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
    forbidden: list[NDArray[np.bool_]],
    networks: Networks,
    settings: Settings,
    inner: bool,
) -> list[list[Found]]:
    bias = settings.inner_bias if inner else settings.bias
    cues = [cue_candidates(t, f, bias, inner) for t, f in zip(tagged, forbidden, strict=True)]
    jobs = [(n, i) for n, c in enumerate(cues) for i in range(0, len(c), settings.cue_batch)]
    found: list[list[Found]] = [[] for _ in tagged]
    for n, i in jobs:
        some = cues[n][i : i + settings.cue_batch]
        found[n] += _read_some(tagged[n], some, forbidden[n] if inner else None, networks, settings)
    return found


def _read_some(
    tagged: Tagged,
    cues: NDArray[np.int64],
    outside: NDArray[np.bool_] | None,
    networks: Networks,
    settings: Settings,
) -> list[Found]:
    inner = outside is not None
    near = surroundings(tagged.tokens, cues, np.full(len(cues), int(inner)))
    content, source, pair, verdict = networks.read(
        tagged.vectors[near.place], near.distance, near.relation, near.present
    )
    keep = verdict[:, 1] >= (settings.inner_floor if inner else settings.floor)
    if not keep.any():
        return []
    allowed = near.present.astype(np.bool_)
    if outside is not None:
        allowed &= _same_content(outside, near)
    contents = best_spans(content[keep], ~allowed[keep] | (near.distance[keep] == 0))
    sources, lead = best_source(source[keep], pair[keep], verdict[keep, 0], allowed[keep])
    found = []
    for row, n in enumerate(np.flatnonzero(keep)):
        shift = int(cues[n, 0]) - LEFT
        spans = tuple((int(a) + shift, int(b) + shift) for a, b in runs(contents[row]))
        first, behind = (int(x) for x in sources[row])
        whose = (first + shift, behind + shift) if behind else None
        cue = (int(cues[n, 0]), int(cues[n, 1]))
        found.append(Found(cue, whose, spans, inner, float(verdict[n, 1]), float(lead[row])))
    return found


def _outside_contents(tagged: Tagged, found: list[Found]) -> NDArray[np.bool_]:
    """Where no inner cue can stand: outside all contents, and in the cues already found."""
    outside = np.ones(len(tagged.tokens), np.bool_)
    for one in found:
        for a, b in one.content:
            outside[a:b] = False
    for one in found:
        outside[one.cue[0] : one.cue[1]] = True
    return outside


def _same_content(outside: NDArray[np.bool_], near: Surroundings) -> NDArray[np.bool_]:
    """The tokens around each cue that stand in a content too."""
    return ~outside[near.place]

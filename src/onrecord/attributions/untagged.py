"""Quotations that no tag stands at are whose quoted words end the paragraph before.

“The talks are open,” the envoy wrote.
“While talking of prices, the minister said that nothing was settled before the summer.”

The networks see that mostly. They miss it where such a quotation holds somebody else's words, which they take for a
statement of its own, and where it goes on in the next paragraphs, each of which opens with a mark again. In the corpus
46 of 52 quotations that fill a paragraph are the speaker's before, and 9 of 12 of those of several paragraphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from onrecord.encoder.tokens import Tokens

if TYPE_CHECKING:
    from onrecord.attributions.finding import Found


def with_untagged(tokens: Tokens, found: Sequence[Found]) -> list[Found]:
    """The outermost attributions of a text, their contents with the untagged quotations behind them.

    A quotation is one of these if it opens a paragraph and goes on into the next ones, or fills one and holds an
    attribution; what it holds, its speaker relays, so it has to hold it whole.
    """
    made = list(found)
    for first, behind in _quotations(tokens):
        if first == 0:
            continue
        parts = [(one.cue, *one.content) for one in made]
        met = [own for own in parts if any(a < behind and first < b for a, b in own)]
        relayed = all(first <= a and b <= behind for own in met for a, b in own)
        if not relayed or not (met or _goes_on(tokens, first, behind)):
            continue
        before = tokens.paragraph[first - 1]
        speakers = [
            (end, n)
            for n, one in enumerate(made)
            for _, end in one.content
            if tokens.paragraph[end - 1] == before and tokens.quotation[end - 1]
        ]
        if speakers:
            _, n = max(speakers)
            made[n] = replace(made[n], content=(*made[n].content, (first, behind)))
    return made


def _goes_on(tokens: Tokens, first: int, behind: int) -> bool:
    return bool(tokens.paragraph[first] != tokens.paragraph[behind - 1])


def _quotations(tokens: Tokens) -> list[tuple[int, int]]:
    """Quotations that open a paragraph and fill it or go on into the next: first token and the one behind the last."""
    edges = np.flatnonzero(np.diff(tokens.chained, prepend=-1, append=-1))
    starts = np.diff(tokens.paragraph, prepend=-1, append=-1) != 0
    return [
        (first, behind)
        for first, behind in pairwise(edges.tolist())
        if tokens.chained[first] and starts[first] and (starts[behind] or _goes_on(tokens, first, behind))
    ]

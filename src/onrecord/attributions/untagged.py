"""Quotations of several paragraphs that no tag stands at: they are whose quoted words end the paragraph before.

“The talks are open,” the envoy wrote.
“Nothing is settled, and …
“We shall meet again on Monday.”
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

    A quotation is one of these if it opens a paragraph, goes on into the next ones, and neither a cue nor a content
    stands in it. A single such paragraph is left alone: it may well be somebody else's.
    """
    made = list(found)
    taken = np.zeros(len(tokens), np.bool_)
    for one in found:
        for start, behind in (one.cue, *one.content):
            taken[start:behind] = True
    for first, behind in _long_quotations(tokens):
        if first == 0 or taken[first:behind].any():
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
            taken[first:behind] = True
    return made


def _long_quotations(tokens: Tokens) -> list[tuple[int, int]]:
    """Quotations that open a paragraph and go on into the next, from their first token to the one behind the last."""
    edges = np.flatnonzero(np.diff(tokens.chained, prepend=-1, append=-1))
    return [
        (int(first), int(behind))
        for first, behind in pairwise(edges)
        if tokens.chained[first]
        and tokens.paragraph[first] != tokens.paragraph[behind - 1]
        and (first == 0 or tokens.paragraph[first - 1] != tokens.paragraph[first])
    ]

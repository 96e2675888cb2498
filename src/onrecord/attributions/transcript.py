"""Turns of an interview printed with speakers' labels ("WALLACE: Will he be there?"): found by their form.

A label is a name in capital letters at the head of a line, before a colon; a text with at least two such lines is taken
for a transcript. The turn runs to the end of its line; where the transcript is quoted, a mark before each paragraph
(“WALLACE: …), the turn runs on to the next label, the next aside or the end of the quotation.
"""

from __future__ import annotations

import re

import numpy as np

from onrecord.attributions.finding import Found
from onrecord.attributions.word_sets import word_set
from onrecord.encoder.tokens import Tokens

_LABEL = re.compile(
    r"^[\"“]?([A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){0,3} ?)(?:\([^)\n]{1,40}\))?(:)[ \t]+(?=\S)", re.MULTILINE
)
_ASIDE = re.compile(r"^[\"“]?[(\[]", re.MULTILINE)
"""How a paragraph begins that nobody speaks: "(CROSSTALK)"."""
_FEWEST = 2
VERDICT = 4.0
"""Log-odds of a turn; of twelve labelled lines in the training corpus, eleven are attributions."""


def turns(text: str, tokens: Tokens) -> list[Found]:
    """The labelled turns of a transcript, or none."""
    labels = [m for m in _LABEL.finditer(text) if m.group(1).strip().casefold() not in word_set("no_speaker")]
    if len(labels) < _FEWEST:
        return []
    found = []
    for label, behind in zip(labels, [*labels[1:], None], strict=True):
        source = run_of(tokens, *label.span(1))
        cue = run_of(tokens, *label.span(2))
        content = _turn(text, tokens, label.end(), behind.start() if behind else len(text))
        if cue[0] < cue[1] and content[0] < content[1]:
            found.append(
                Found(cue, source if source[0] < source[1] else None, (content,), False, VERDICT, VERDICT)
            )
    return found


def _turn(text: str, tokens: Tokens, start: int, behind: int) -> tuple[int, int]:
    """The tokens of a turn that begins at `start`, the next one at `behind`."""
    end = text.find("\n", start, behind)
    first, last = run_of(tokens, start, behind if end < 0 else end)
    if end < 0 or first == last or not tokens.chained[last - 1]:
        return first, last
    aside = _ASIDE.search(text, end, behind)
    _, bound = run_of(tokens, end, aside.start() if aside else behind)
    same = tokens.chained[last:bound] == tokens.chained[last - 1]
    return first, last + int(np.argmin(np.append(same, False)))


def run_of(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    """The first token of a stretch of text and the one behind its last."""
    return int(np.searchsorted(tokens.starts, start)), int(np.searchsorted(tokens.starts, end))

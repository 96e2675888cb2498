"""Which lines or blocks are report text and which are page furniture: one classifier for both.

Two logistic regressions, one upon the other. The first looks at a line with its neighbours; the second looks
again, knowing what the first made of the lines around it. A block of an HTML page has the same features as a
line of plain text, and those of its place in the page beside them; the weights for the two cases stand side
by side in furniture.json, written by `python -m training.furniture`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

import numpy as np

from onrecord.errors import BrokenModel
from onrecord.pages.candidates import Candidate
from onrecord.pages.features import Array, line_table, reports_speech, smoothed, text_context
from onrecord.pages.page_features import family_means, page_table
from onrecord.pages.phrases import phrases

MADE_BY = "furniture_v1"
_SHORT = 45
"""Words; a longer paragraph is no furniture on the word of a phrase alone."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is counted of a sequence of lines: [lines, features], the features' names, and words a line."""

    table: Array
    names: tuple[str, ...]
    words: Array
    blocks: tuple[Candidate, ...] | None = None

    @property
    def case(self) -> Literal["page", "text"]:
        """Whether the lines have a page around them."""
        return "text" if self.blocks is None else "page"


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one logistic regression, by name of feature."""

    bias: float
    by_name: dict[str, float]

    def logits(self, table: Array, names: Sequence[str]) -> Array:
        """The logit of each row."""
        column = np.array([self.by_name.get(name, 0.0) for name in names])
        return np.asarray(table @ column + self.bias)


@dataclass(frozen=True, slots=True)
class Model:
    """Both passes and the logit above which a line is report text."""

    first: Weights
    second: Weights
    threshold: float


def evidence_of_lines(lines: Sequence[str]) -> Evidence:
    """The evidence of plain text's lines or paragraphs."""
    own, own_names = line_table(lines)
    context, context_names = text_context(own, own_names)
    words = np.array([len(line.split()) for line in lines], dtype=float)
    return Evidence(np.concatenate([own, context], axis=1), (*own_names, *context_names), words)


def evidence_of_page(blocks: Sequence[Candidate], kept: Array) -> Evidence:
    """The evidence of a page's blocks; `kept` says how much of each the main-text extractor kept."""
    text = evidence_of_lines([block.text for block in blocks])
    place, place_names = page_table(blocks, kept)
    table = np.concatenate([text.table, place], axis=1)
    return Evidence(table, (*text.names, *place_names), text.words, tuple(blocks))


def second_look(evidence: Evidence, first: Array) -> Evidence:
    """The evidence with what the first pass (logits) made of the lines around added."""
    scores = 1 / (1 + np.exp(-np.clip(first, -30, 30)))
    around, names = smoothed(scores, evidence.words)
    tables, all_names = [evidence.table, around], [*evidence.names, *names]
    if evidence.blocks is not None:
        family = family_means(evidence.blocks, scores, evidence.words, "score")
        if family and len(scores):
            tables.append(np.stack(list(family.values()), axis=1))
            all_names += family
    return Evidence(np.concatenate(tables, axis=1), tuple(all_names), evidence.words, evidence.blocks)


def report_logits(evidence: Evidence, models: dict[str, Model] | None = None) -> Array:
    """How sure it is that each line is report text: above 0 it is taken for it, below for furniture."""
    if not len(evidence.words):
        return np.zeros(0)
    model = (models or shipped())[evidence.case]
    first = model.first.logits(evidence.table, evidence.names)
    again = second_look(evidence, first)
    return model.second.logits(again.table, again.names) - model.threshold


def plainly_furniture(line: str) -> bool:
    """Whether a short line holds a phrase that furniture alone has (marked with ! in phrases.tsv).

    A line that reports what somebody said is never judged by a phrase.
    """
    if len(line) > 12 * _SHORT or len(line.split()) > _SHORT or reports_speech(line):
        return False
    table = phrases()
    return any(phrase in table.plain for phrase, _ in table.found(line))


@lru_cache(maxsize=1)
def shipped() -> dict[str, Model]:
    """The shipped weights. Raises BrokenModel if they cannot be read."""
    try:
        stored = json.loads(resources.files(__package__).joinpath("furniture.json").read_text("utf-8"))
        return {case: _model(stored[case]) for case in ("page", "text")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenModel(
            f"pages/furniture.json cannot be read ({error}); install onrecord again."
        ) from error


def _model(stored: Any) -> Model:
    passes = [Weights(float(stored[k]["bias"]), dict(stored[k]["weights"])) for k in ("first", "second")]
    return Model(passes[0], passes[1], float(stored["threshold"]))

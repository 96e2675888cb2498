"""Turns articles into what the networks learn from: tokens, and the marked attributions in token offsets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from onrecord.encoder.tokens import Tokens, tokenize
from training.corpus import Article, Gold, Spans

_STRAIGHT = str.maketrans("“”‘’", "\"\"''")


@dataclass(frozen=True, slots=True)
class Target:
    """A marked attribution in tokens; `source` None: absent; `content` sorted token indices."""

    cue: tuple[int, int]
    source: tuple[int, int] | None
    content: NDArray[np.int64]
    inner: bool
    exhaustive: bool


@dataclass(frozen=True, slots=True)
class Example:
    """An article ready for training."""

    name: str
    tokens: Tokens
    targets: tuple[Target, ...]


def straightened(text: str) -> str:
    """Curly quotation marks made straight; offsets stay."""
    return text.translate(_STRAIGHT)


def curled(text: str) -> str:
    """Straight double quotation marks made curly, opening and closing by turns in each paragraph; offsets stay."""
    out = list(text)
    opening = True
    for i, sign in enumerate(text):
        if sign == "\n":
            opening = True
        elif sign == '"':
            out[i] = "“" if opening else "”"
            opening = not opening
        elif sign == "'" and 0 < i < len(text) - 1 and text[i - 1].isalnum() and text[i + 1].isalnum():
            out[i] = "’"
    return "".join(out)


def make_example(article: Article, tokenizer: Tokenizer, text: str | None = None) -> Example:
    """Tokens and targets of an article; `text` may be a variant of its text with the same offsets."""
    tokens = tokenize(article.text if text is None else text, tokenizer)
    targets = [t for g in article.golds if (t := _target(g, tokens)) is not None]
    return Example(article.name, tokens, tuple(targets))


def _indices(spans: Spans, tokens: Tokens) -> NDArray[np.int64]:
    runs = [
        np.arange(np.searchsorted(tokens.ends, a, side="right"), np.searchsorted(tokens.starts, b))
        for a, b in spans
    ]
    return np.unique(np.concatenate(runs)) if runs else np.zeros(0, np.int64)


def _target(gold: Gold, tokens: Tokens) -> Target | None:
    cue, source, content = (_indices(s, tokens) for s in (gold.cue, gold.source, gold.content))
    if not len(cue):
        return None
    whose = (int(source[0]), int(source[-1]) + 1) if len(source) else None
    return Target((int(cue[0]), int(cue[-1]) + 1), whose, content, gold.inner, gold.exhaustive)

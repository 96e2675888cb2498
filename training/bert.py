"""A plain BERT encoder in PyTorch, written out so that its layers can be run apart and exported as they stand.

Only what MiniLM needs, learnt positions, post-layer-norm blocks, GELU, and what MPNet has besides (Song et al. 2020): a
bias on attention by distance. Weights come from a `model.safetensors` of the Hugging Face layouts
(`embeddings.word_embeddings.weight`, `encoder.layer.N.attention.self.query.weight`, …).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of an encoder; the defaults are those of MiniLM-L6.

    `head`: numbers of one head of attention. `distances`: kinds of distance that attention minds, 0 if it does not.
    """

    vocabulary: int = 30522
    positions: int = 512
    width: int = 384
    heads: int = 12
    head: int = 32
    inner: int = 1536
    layers: int = 6
    relu: bool = False
    distances: int = 0


class Embeddings(nn.Module):
    """Word, position and segment embeddings with their layer norm: ids [batch, tokens] -> [batch, tokens, width]."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.word = nn.Embedding(shape.vocabulary, shape.width, padding_idx=0)
        self.position = nn.Embedding(shape.positions, shape.width)
        self.segment = nn.Embedding(2, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)

    def forward(self, ids: Tensor, extra: Tensor | None = None) -> Tensor:
        """`extra` [batch, tokens, width] is added before the norm: the place for features besides the words."""
        x = self.word(ids) + self.position.weight[: ids.shape[1]] + self.segment.weight[0]
        return self.norm(x if extra is None else x + extra)


class ChannelDropout(nn.Module):
    """Drops whole channels of a row [rows, tokens, width], the same at each token: cheap, and kinder to neighbours."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """`x` as it is outside training."""
        if not self.training or not self.share:
            return x
        keep = torch.rand(x.shape[0], *([1] * (x.ndim - 2)), x.shape[-1]) >= self.share
        return x * (keep.to(x.dtype) / (1 - self.share))


class Block(nn.Module):
    """One transformer layer: [batch, tokens, width] and an additive mask [batch, 1, 1, tokens] -> the same shape."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.heads, self.head, self.relu = shape.heads, shape.head, shape.relu
        attention = shape.heads * shape.head
        self.query = nn.Linear(shape.width, attention)
        self.key = nn.Linear(shape.width, attention)
        self.value = nn.Linear(shape.width, attention)
        self.out = nn.Linear(attention, shape.width)
        self.norm_attention = nn.LayerNorm(shape.width, eps=1e-12)
        self.up = nn.Linear(shape.width, shape.inner)
        self.down = nn.Linear(shape.inner, shape.width)
        self.norm_out = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = ChannelDropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Attention and the two-layer network, each with its residual and norm."""
        x = self.attended(x, mask)
        return self.norm_out(x + self.dropout(self.down(self.inner(x))))

    def inner(self, x: Tensor) -> Tensor:
        """The inner numbers of the two-layer network."""
        return functional.relu(self.up(x)) if self.relu else functional.gelu(self.up(x))

    def attended(self, x: Tensor, mask: Tensor) -> Tensor:
        """Attention with its residual and norm."""
        return self.norm_attention(x + self.dropout(self.out(self.context(x, mask))))

    def context(self, x: Tensor, mask: Tensor) -> Tensor:
        """What the heads of attention gather, side by side: [batch, tokens, heads * head]."""
        split = (*x.shape[:2], self.heads, self.head)
        q, k, v = (f(x).view(split).transpose(1, 2) for f in (self.query, self.key, self.value))
        scores = torch.matmul(q * self.head**-0.5, k.transpose(-1, -2)) + mask.to(q.dtype)
        return torch.matmul(scores.softmax(-1), v).transpose(1, 2).flatten(2)


class Blocks(nn.ModuleList):
    """A list of blocks that tells type checkers so."""

    def __iter__(self) -> Iterator[Block]:
        return super().__iter__()


class Encoder(nn.Module):
    """Embeddings and blocks. `forward` gives the output of every block, the embeddings first."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.embeddings = Embeddings(shape)
        self.distances = nn.Embedding(shape.distances, shape.heads) if shape.distances else None
        self.blocks = Blocks(Block(shape, dropout) for _ in range(shape.layers))

    def forward(self, ids: Tensor, mask: Tensor, extra: Tensor | None = None) -> list[Tensor]:
        """ids [batch, tokens], additive mask -> layers + 1 arrays [batch, tokens, width]."""
        out = [self.embeddings(ids, extra)]
        if self.distances is not None:
            kinds = distance_kinds(ids.shape[1], self.distances.num_embeddings)
            mask = mask + self.distances.weight[kinds].permute(2, 0, 1)
        for block in self.blocks:
            out.append(block(out[-1], mask))
        return out


def additive_mask(present: Tensor) -> Tensor:
    """present [batch, tokens] of 0/1 -> [batch, 1, 1, tokens], a large negative number where nothing stands."""
    return (1.0 - present[:, None, None, :].to(torch.float32)) * -1e4


def distance_kinds(tokens: int, kinds: int) -> Tensor:
    """The kind of distance from each token to each [tokens, tokens]: ahead or behind, exact when near, else by the log.

    As in MPNet (and T5, Raffel et al. 2020): half of the kinds lie ahead, half of each half are exact, the farthest is
    from 128 tokens on.
    """
    ahead = torch.arange(tokens)[None, :] - torch.arange(tokens)[:, None]
    half, exact = kinds // 2, kinds // 4
    away = ahead.abs()
    grown = torch.log(away.clamp(min=1) / exact) / math.log(128 / exact) * (half - exact)
    far = (exact + grown.long()).clamp(max=half - 1)
    return (ahead > 0).long() * half + torch.where(away < exact, away, far)


_BLOCK = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "norm_attention": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm_out": "output.LayerNorm",
}


_MPNET = _BLOCK | {
    "query": "attention.attn.q",
    "key": "attention.attn.k",
    "value": "attention.attn.v",
    "out": "attention.attn.o",
    "norm_attention": "attention.LayerNorm",
}


def load_pretrained(folder: Path, dropout: float = 0.1) -> Encoder:
    """A BERT encoder with the weights of `folder/model.safetensors`."""
    tensors = {k.removeprefix("bert."): v for k, v in load_file(folder / "model.safetensors").items()}
    encoder = Encoder(_shape(tensors, head=32), dropout)
    encoder.embeddings.segment.weight.data.copy_(tensors["embeddings.token_type_embeddings.weight"])
    _fill(encoder, tensors, _BLOCK)
    return encoder


def load_mpnet(folder: Path, vocabulary: Sequence[str], layers: int, dropout: float = 0.1) -> Encoder:
    """The first layers of an MPNet encoder, of `folder/model.safetensors` and `folder/vocab.txt`.

    It takes the ids of BERT's `vocabulary`: the same word pieces in another order, and other names for a few.
    """
    tensors = {k.removeprefix("mpnet."): v for k, v in load_file(folder / "model.safetensors").items()}
    own = {piece: n for n, piece in enumerate((folder / "vocab.txt").read_text("utf-8").split("\n"))}
    renamed = {"[PAD]": "<pad>", "[CLS]": "<s>", "[SEP]": "</s>"}
    places = torch.tensor([own[renamed.get(piece, piece)] for piece in vocabulary])
    word, position = "embeddings.word_embeddings.weight", "embeddings.position_embeddings.weight"
    tensors[word] = tensors[word][places]
    # The first two positions are for padding.
    tensors[position] = tensors[position][2:]
    bias = tensors["encoder.relative_attention_bias.weight"]
    shape = replace(_shape(tensors, head=64), layers=layers, distances=len(bias))
    encoder = Encoder(shape, dropout)
    encoder.embeddings.segment.weight.data.zero_()
    if encoder.distances is not None:
        encoder.distances.weight.data.copy_(bias)
    _fill(encoder, tensors, _MPNET)
    return encoder


def _shape(tensors: dict[str, Tensor], head: int) -> Shape:
    word = tensors["embeddings.word_embeddings.weight"]
    return Shape(
        vocabulary=len(word),
        positions=len(tensors["embeddings.position_embeddings.weight"]),
        width=word.shape[1],
        heads=word.shape[1] // head,
        head=head,
        inner=len(tensors["encoder.layer.0.intermediate.dense.weight"]),
        layers=1 + max(int(k.split(".")[2]) for k in tensors if k.startswith("encoder.layer.")),
    )


@torch.no_grad()
def _fill(encoder: Encoder, tensors: dict[str, Tensor], names: dict[str, str]) -> None:
    """Weights of words, positions, norms and blocks; blocks go by `names` (ours to theirs)."""
    embeddings = encoder.embeddings
    for parameter, name in (
        (embeddings.word.weight, "word_embeddings.weight"),
        (embeddings.position.weight, "position_embeddings.weight"),
        (embeddings.norm.weight, "LayerNorm.weight"),
        (embeddings.norm.bias, "LayerNorm.bias"),
    ):
        parameter.copy_(tensors[f"embeddings.{name}"])
    for n, block in enumerate(encoder.blocks):
        block.load_state_dict(
            {
                f"{ours}.{kind}": tensors[f"encoder.layer.{n}.{theirs}.{kind}"]
                for ours, theirs in names.items()
                for kind in ("weight", "bias")
            }
        )

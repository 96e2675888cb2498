"""A plain BERT encoder in PyTorch, written out so that its layers can be run apart and exported as they stand.

Only what MiniLM needs: learnt positions, post-layer-norm blocks, GELU. Weights come from a `model.safetensors` of the
Hugging Face layout (`embeddings.word_embeddings.weight`, `encoder.layer.N.attention.self.query.weight`, …).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of an encoder; the defaults are those of MiniLM-L6."""

    vocabulary: int = 30522
    positions: int = 512
    width: int = 384
    heads: int = 12
    inner: int = 1536
    layers: int = 6


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
        self.heads = shape.heads
        self.query = nn.Linear(shape.width, shape.width)
        self.key = nn.Linear(shape.width, shape.width)
        self.value = nn.Linear(shape.width, shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.norm_attention = nn.LayerNorm(shape.width, eps=1e-12)
        self.up = nn.Linear(shape.width, shape.inner)
        self.down = nn.Linear(shape.inner, shape.width)
        self.norm_out = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = ChannelDropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Attention and the two-layer network, each with its residual and norm."""
        batch, tokens, width = x.shape
        split = (batch, tokens, self.heads, width // self.heads)
        q, k, v = (f(x).view(split).transpose(1, 2) for f in (self.query, self.key, self.value))
        scores = torch.matmul(q * (width // self.heads) ** -0.5, k.transpose(-1, -2)) + mask.to(q.dtype)
        context = torch.matmul(scores.softmax(-1), v)
        context = context.transpose(1, 2).reshape(batch, tokens, width)
        x = self.norm_attention(x + self.dropout(self.out(context)))
        return self.norm_out(x + self.dropout(self.down(functional.gelu(self.up(x)))))


class Blocks(nn.ModuleList):
    """A list of blocks that tells type checkers so."""

    def __iter__(self) -> Iterator[Block]:
        return super().__iter__()


class Encoder(nn.Module):
    """Embeddings and blocks. `forward` gives the output of every block, the embeddings first."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.embeddings = Embeddings(shape)
        self.blocks = Blocks(Block(shape, dropout) for _ in range(shape.layers))

    def forward(self, ids: Tensor, mask: Tensor, extra: Tensor | None = None) -> list[Tensor]:
        """ids [batch, tokens], additive mask -> layers + 1 arrays [batch, tokens, width]."""
        out = [self.embeddings(ids, extra)]
        for block in self.blocks:
            out.append(block(out[-1], mask))
        return out


def additive_mask(present: Tensor) -> Tensor:
    """present [batch, tokens] of 0/1 -> [batch, 1, 1, tokens], a large negative number where nothing stands."""
    return (1.0 - present[:, None, None, :].to(torch.float32)) * -1e4


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


def block_state(tensors: dict[str, Tensor], layer: int) -> dict[str, Tensor]:
    """The state of one block, cut from a Hugging Face state."""
    return {
        f"{ours}.{kind}": tensors[f"encoder.layer.{layer}.{theirs}.{kind}"]
        for ours, theirs in _BLOCK.items()
        for kind in ("weight", "bias")
    }


def load_pretrained(folder: Path, dropout: float = 0.1) -> Encoder:
    """An encoder with the weights of `folder/model.safetensors`."""
    tensors = {k.removeprefix("bert."): v for k, v in load_file(folder / "model.safetensors").items()}
    word = tensors["embeddings.word_embeddings.weight"]
    layers = 1 + max(int(k.split(".")[2]) for k in tensors if k.startswith("encoder.layer."))
    inner = tensors["encoder.layer.0.intermediate.dense.weight"].shape[0]
    shape = Shape(
        word.shape[0],
        tensors["embeddings.position_embeddings.weight"].shape[0],
        word.shape[1],
        12,
        inner,
        layers,
    )
    encoder = Encoder(shape, dropout)
    encoder.embeddings.load_state_dict(
        {
            "word.weight": word,
            "position.weight": tensors["embeddings.position_embeddings.weight"],
            "segment.weight": tensors["embeddings.token_type_embeddings.weight"],
            "norm.weight": tensors["embeddings.LayerNorm.weight"],
            "norm.bias": tensors["embeddings.LayerNorm.bias"],
        }
    )
    for n, block in enumerate(encoder.blocks):
        block.load_state_dict(block_state(tensors, n))
    return encoder

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
    """The sizes of an encoder; the defaults are those of MiniLM-L6. `head`: numbers of one head of attention."""

    vocabulary: int = 30522
    positions: int = 512
    width: int = 384
    heads: int = 12
    head: int = 32
    inner: int = 1536
    layers: int = 6
    relu: bool = False


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
    positions = tensors["embeddings.position_embeddings.weight"].shape[0]
    shape = Shape(word.shape[0], positions, word.shape[1], inner=inner, layers=layers)
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

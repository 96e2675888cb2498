"""Makes a reader narrower: fewer heads and inner numbers a layer, ReLU instead of Gelu, no layer less.

    python -m training.narrowing OUT.pt READER.pt [--heads …] [--inner …] [--cue-heads …] [--cue-inner …]

What each part of a layer adds is fitted anew by least squares on what the narrower one has left, and what is left is
chosen by the optimal brain surgeon (Hassibi and Stork 1993; for groups of inputs Kurtic et al. 2023): the head or
number goes whose loss the others make up for best. Each layer is fitted on what the narrowed layers below it give, so
that errors do not add up. Takes texts alone, and three minutes; `train_reader --teacher` goes on from it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from onrecord.encoder.files import open_tokenizer
from training.batches import around, draw, find_jobs, stack
from training.bert import Block, Blocks, Shape, additive_mask
from training.corpus import Article, data_folder, read_brat
from training.evaluate import read_model
from training.examples import make_example
from training.imitation import share_lost
from training.reader_net import checkpoint

_ARTICLES = 80
"""Articles that are looked at: a hundred thousand tokens, for 1,536 inputs at most."""
_BATCH = 4
_CUES = 64
"""Cues of a batch that are read."""
_RIDGE = 1e-4
_SIZES = {
    "heads": [8, 7, 7, 7, 7, 6],
    "inner": [608, 960, 720, 1088, 960, 352],
    "cue-heads": [3, 3],
    "cue-inner": [320, 320],
}
"""Heads and inner numbers of the encoder's layers and of the cue reader's: about what costs each the same."""
Size = tuple[int, int]
"""Heads and inner numbers of a layer."""
Row = tuple[Tensor, Tensor, Tensor]
"""Inputs of the wide and of the narrow block [windows, tokens, width], and their mask [windows, tokens]."""


class Fit:
    """Sums for a linear fit of targets [tokens, out] by inputs [tokens, in], both without their means."""

    def __init__(self, inputs: int, targets: int) -> None:
        self.count = 0
        self.inputs, self.targets, self.square, self.cross = (
            torch.zeros(shape, dtype=torch.double)
            for shape in ((inputs,), (targets,), (inputs, inputs), (targets, inputs))
        )

    def add(self, x: Tensor, y: Tensor) -> None:
        """Take up more tokens."""
        x, y = x.double(), y.double()
        self.count += len(x)
        self.inputs += x.sum(0)
        self.targets += y.sum(0)
        self.square += x.T @ x
        self.cross += y.T @ x

    def solve(self, keep: int, group: int, norm: nn.LayerNorm) -> tuple[Tensor, nn.Linear]:
        """Which inputs are left, `keep` groups of `group` neighbours, and the projection fitted on these.

        What is left is chosen by what is lost behind the norm, which scales each target.
        """
        mean_x, mean_y = self.inputs / self.count, self.targets / self.count
        square = self.square / self.count - torch.outer(mean_x, mean_x)
        cross = self.cross / self.count - torch.outer(mean_y, mean_x)
        square += _RIDGE * square.diagonal().mean() * torch.eye(len(square), dtype=square.dtype)
        left = surgeon(square, norm.weight.double()[:, None] * cross, keep, group)
        weight = torch.linalg.solve(square[left][:, left], cross[:, left].T).T
        layer = nn.Linear(len(left), len(weight))
        layer.weight.data.copy_(weight)
        layer.bias.data.copy_(mean_y - weight @ mean_x[left])
        return left, layer


def surgeon(square: Tensor, cross: Tensor, keep: int, group: int) -> Tensor:
    """Indices of the inputs left when all but `keep` groups of `group` neighbours went, the cheapest one first.

    `square` [in, in] and `cross` [out, in] are the second moments of inputs, and of targets with inputs.
    """
    inverse = torch.linalg.inv(square)
    weight = cross @ inverse
    groups = len(square) // group
    alive = list(range(groups))
    while len(alive) > keep:
        blocks = inverse.view(groups, group, groups, group)[alive, :, alive]
        parts = weight.view(-1, groups, group)[:, alive].transpose(0, 1)
        costs = ((parts @ torch.linalg.inv(blocks)) * parts).sum((1, 2))
        gone = alive.pop(int(costs.argmin()))
        at = slice(gone * group, (gone + 1) * group)
        undone = torch.linalg.inv(inverse[at, at].clone())
        weight -= weight[:, at] @ undone @ inverse[at]
        inverse -= inverse[:, at] @ undone @ inverse[at]
    return torch.tensor([g * group + i for g in alive for i in range(group)])


def narrowed(wide: Block, heads: int, inner: int, rows: Sequence[Row]) -> Block:
    """A narrower block that gives, from the rows, nearly what the wide one gives."""
    attention, width = wide.out.in_features, wide.out.out_features
    slim = Block(Shape(width=width, heads=heads, head=wide.head, inner=inner, relu=True))
    slim.norm_attention, slim.norm_out = wide.norm_attention, wide.norm_out

    fit = Fit(attention, width)
    for above, here, mask in rows:
        there = mask.bool()
        bias = additive_mask(mask)
        wanted = above + wide.out(wide.context(above, bias)) - here
        fit.add(wide.context(here, bias)[there], wanted[there])
    left, slim.out = fit.solve(heads, wide.head, wide.norm_attention)
    for name in ("query", "key", "value"):
        slim.get_submodule(name).load_state_dict(_rows(wide.get_submodule(name), left))

    fit = Fit(wide.up.out_features, width)
    for above, here, mask in rows:
        there = mask.bool()
        bias = additive_mask(mask)
        upper = wide.attended(above, bias)[there]
        lower = slim.attended(here, bias)[there]
        fit.add(functional.relu(wide.up(lower)), upper + wide.down(wide.inner(upper)) - lower)
    left, slim.down = fit.solve(inner, 1, wide.norm_out)
    slim.up.load_state_dict(_rows(wide.up, left))
    return slim


def _rows(layer: nn.Module, left: Tensor) -> dict[str, Tensor]:
    return {name: value[left] for name, value in layer.state_dict().items()}


def narrow_all(wide: Blocks, slim: Blocks, sizes: Sequence[Size], rows: Sequence[Row]) -> None:
    """Put narrower blocks into `slim`, one after the other, so that errors do not add up."""
    for n, (block, (heads, inner)) in enumerate(zip(wide, sizes, strict=True)):
        slim[n] = narrowed(block, heads, inner, rows).eval()
        rows = [(block(a, additive_mask(m)), slim[n](b, additive_mask(m)), m) for a, b, m in rows]
        above, here = (torch.cat([row[k][row[2].bool()] for row in rows]) for k in (0, 1))
        lost = share_lost(here, above).item()
        print(f"layer {n + 1}: {heads} heads, {inner} inner, {lost:.4f} of the variance lost", flush=True)


@torch.no_grad()
def narrow(
    source: Path, out: Path, articles: Sequence[Article], encoder: Sequence[Size], cues: Sequence[Size]
) -> None:
    """Write to `out` the reader of `source` with narrower layers in the encoder and in the cue reader."""
    wide, slim, random = read_model(source), read_model(source), np.random.default_rng(1)
    chosen = [articles[i] for i in random.permutation(len(articles))[:_ARTICLES]]
    batches = []
    for start in range(0, len(chosen), _BATCH):
        part = chosen[start : start + _BATCH]
        drawn = [draw(make_example(a, open_tokenizer(), a.text), random) for a in part]
        data = stack(drawn, random)
        batches.append((drawn, (data["ids"], data["features"], data["mask"])))
    rows = []
    for _, given in batches:
        x = wide.tagger.layers(*given)[0]
        rows.append((x, x, given[2]))
    narrow_all(wide.tagger.encoder.blocks, slim.tagger.encoder.blocks, encoder, rows)
    rows = []
    for drawn, given in batches:
        scores, vectors = wide.tagger(*given)
        jobs = find_jobs(drawn, scores.numpy(), random)
        near = around(drawn, [jobs[i] for i in random.permutation(len(jobs))[:_CUES]])
        above, here = (
            one.reader.opening(v[near.row, near.column][near.place], near.distance, near.relation)
            for one, v in ((wide, vectors), (slim, slim.tagger(*given)[1]))
        )
        rows.append((above, here, near.present))
    narrow_all(wide.reader.blocks, slim.reader.blocks, cues, rows)
    torch.save(checkpoint(slim), out)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("reader", type=Path)
    for name, default in _SIZES.items():
        parser.add_argument(f"--{name}", type=int, nargs="+", default=default, help="of each layer")
    parser.add_argument("--data", type=Path, default=data_folder() / "polnear/train")
    args = parser.parse_args()
    torch.manual_seed(1)
    encoder = list(zip(args.heads, args.inner, strict=True))
    cues = list(zip(args.cue_heads, args.cue_inner, strict=True))
    narrow(args.reader, args.out, read_brat(args.data), encoder, cues)


if __name__ == "__main__":
    main()

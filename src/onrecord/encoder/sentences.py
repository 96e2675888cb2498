"""Vectors of whole statements, and of their words in context, for comparing them by meaning.

The model is all-MiniLM-L6-v2 (Reimers and Gurevych's sentence-transformers) with its published weights,
means pooled and normalised, int8. The vectors have a cosine of .99 with those of the float32 model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Encoding

from onrecord.encoder.files import WEIGHTS, checked, open_session, open_tokenizer

WIDTH = 384
LONGEST = 256
"""Word pieces of a text that are read; the model was trained on no more."""
_BATCH_TOKENS = 4096


class Pieces(NamedTuple):
    """The word pieces of a text: their numbers int [n], places in the text int [n, 2], vectors float32 [n, 384]."""

    ids: NDArray[np.int64]
    places: NDArray[np.int64]
    vectors: NDArray[np.float32]


def sentence_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors float32 [len(texts), 384] of length one, so that a dot product is a cosine.

    Reads at most the first 256 word pieces of each text. The model loads on first use (raises BrokenModel if its
    files are missing or damaged) and stays. An empty text gets the vector of nothing, which is like no other.
    """
    vectors = np.zeros((len(texts), WIDTH), np.float32)
    for batch, ids, mask in _batches(_encoded(texts)):
        vectors[batch] = _session().run(["vectors"], {"ids": ids, "mask": mask})[0]
    return vectors


def piece_vectors(texts: Sequence[str]) -> list[Pieces]:
    """The word pieces of each text with vectors of length one, for comparing statements word by word in context.

    The vectors are those of the model's fourth layer. Reads, loads and raises as `sentence_vectors` does.
    """
    encoded = _encoded(texts)
    nothing = Pieces(np.zeros(0, np.int64), np.zeros((0, 2), np.int64), np.zeros((0, WIDTH), np.float32))
    found = [nothing] * len(texts)
    for batch, ids, mask in _batches(encoded):
        rows = _session().run(["pieces"], {"ids": ids, "mask": mask})[0]
        for i, row in zip(batch, rows, strict=True):
            places = np.array(encoded[i].offsets[:LONGEST], np.int64)
            real = np.flatnonzero(places[:, 1] > places[:, 0])  # not the marks of beginning and end
            vectors = row[real] / np.maximum(np.linalg.norm(row[real], axis=1, keepdims=True), 1e-6)
            found[i] = Pieces(np.array(encoded[i].ids)[real], places[real], vectors)
    return found


def _encoded(texts: Sequence[str]) -> list[Encoding]:
    return list(open_tokenizer().encode_batch([t[: LONGEST * 40] for t in texts])) if texts else []


def _batches(
    encoded: Sequence[Encoding],
) -> Iterator[tuple[list[int], NDArray[np.int32], NDArray[np.int32]]]:
    """The texts in batches of like length: their places, and their padded numbers and masks [k, tokens]."""
    pieces = [p.ids if len(p.ids) <= LONGEST else [*p.ids[: LONGEST - 1], p.ids[-1]] for p in encoded]
    order = sorted(range(len(pieces)), key=lambda i: len(pieces[i]))
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and (end + 1 - start) * len(pieces[order[end]]) <= _BATCH_TOKENS:
            end += 1
        batch = order[start:end]
        width = len(pieces[batch[-1]])
        ids, mask = np.zeros((2, len(batch), width), np.int32)
        for row, i in enumerate(batch):
            ids[row, : len(pieces[i])] = pieces[i]
            mask[row, : len(pieces[i])] = 1
        yield batch, ids, mask
        start = end


@cache
def _session() -> ort.InferenceSession:
    return open_session(checked(WEIGHTS, "sentences.onnx"), threads=1)

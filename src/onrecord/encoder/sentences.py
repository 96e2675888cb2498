"""Vectors of whole statements, for comparing them by meaning.

The model is all-MiniLM-L6-v2 (Reimers and Gurevych's sentence-transformers) with its published weights,
means pooled and normalised, int8. The vectors have a cosine of .99 with those of the float32 model.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from onrecord.encoder.files import WEIGHTS, checked, open_session, open_tokenizer

WIDTH = 384
LONGEST = 256
"""Word pieces of a text that are read; the model was trained on no more."""
_BATCH_TOKENS = 4096


def sentence_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors float32 [len(texts), 384] of length one, so that a dot product is a cosine.

    Reads at most the first 256 word pieces of each text. The model loads on first use (raises BrokenModel if its
    files are missing or damaged) and stays. An empty text gets the vector of nothing, which is like no other.
    """
    vectors = np.zeros((len(texts), WIDTH), np.float32)
    if not texts:
        return vectors
    session = _session()
    pieces = [p.ids for p in open_tokenizer().encode_batch([t[: LONGEST * 40] for t in texts])]
    pieces = [ids if len(ids) <= LONGEST else [*ids[: LONGEST - 1], ids[-1]] for ids in pieces]
    order = sorted(range(len(texts)), key=lambda i: len(pieces[i]))
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
        vectors[batch] = session.run(["vectors"], {"ids": ids, "mask": mask})[0]
        start = end
    return vectors


@cache
def _session() -> ort.InferenceSession:
    return open_session(checked(WEIGHTS, "sentences.onnx"), threads=1)

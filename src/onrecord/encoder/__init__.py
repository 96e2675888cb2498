"""The encoder: text in, vectors out, on ONNX Runtime alone.

`sentence_vectors` compares statements by meaning, `piece_vectors` word by word; `windows` and `tokens` serve the
attribution reader.
"""

from __future__ import annotations

from onrecord.encoder.sentences import Pieces, piece_vectors, sentence_vectors

__all__ = ["Pieces", "piece_vectors", "sentence_vectors"]

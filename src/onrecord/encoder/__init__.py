"""The encoder: text in, vectors out, on ONNX Runtime alone.

`sentence_vectors` compares statements by meaning; `windows` and `tokens` serve the attribution reader.
"""

from __future__ import annotations

from onrecord.encoder.sentences import sentence_vectors

__all__ = ["sentence_vectors"]

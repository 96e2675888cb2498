"""The reader's two networks on ONNX Runtime."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from onrecord.encoder.files import checked, open_session

WEIGHTS = Path(__file__).resolve().parent / "weights"
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


class OnnxNetworks:
    """Loads `tagger.onnx` and `cues.onnx` once. May be called from several threads at a time.

    Raises BrokenModel if a file is missing or damaged.
    """

    def __init__(self, folder: Path = WEIGHTS) -> None:
        self._tagger = open_session(checked(folder, "tagger.onnx"), threads=1)
        self._cues = open_session(checked(folder, "cues.onnx"), threads=1)

    def tag(self, ids: Ints, features: Ints) -> tuple[Floats, Floats]:
        """ids, features [windows, tokens] -> cue scores [windows, tokens, 6], vectors [windows, tokens, narrow]."""
        scores, vectors = self._tagger.run(["scores", "vectors"], {"ids": ids, "features": features})
        return scores, vectors

    def read(self, vectors: Floats, distance: Ints, relation: Ints, present: Ints) -> tuple[Floats, ...]:
        """Surroundings of cues -> content, source, pair and verdict (see onrecord.attributions.finding)."""
        given = {"vectors": vectors, "distance": distance, "relation": relation, "present": present}
        return tuple(self._cues.run(["content", "source", "pair", "verdict"], given))

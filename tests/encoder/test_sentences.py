from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from onrecord.encoder import piece_vectors, sentence_vectors
from onrecord.encoder.files import checked, open_session
from onrecord.errors import BrokenModel


def test_vectors_have_length_one_and_near_statements_are_near() -> None:
    texts = [
        "The minister denied that he had met the ambassador.",
        "He did not meet the ambassador, the minister said.",
        "Tomato prices rose by four percent in June.",
    ]
    vectors = sentence_vectors(texts)
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.7
    assert vectors[0] @ vectors[2] < 0.3


def test_order_and_company_hardly_matter() -> None:
    texts = ["word " * n for n in (900, 1, 30, 0, 200)]
    together = sentence_vectors(texts)
    alone = np.concatenate([sentence_vectors([t]) for t in texts])
    assert (together * alone).sum(1).min() > 0.95


def test_nothing_gives_nothing() -> None:
    assert sentence_vectors([]).shape == (0, 384)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BrokenModel, match="does not tell the hash of"):
        checked(tmp_path, "x.onnx")
    (tmp_path / "checksums.json").write_text(json.dumps({"x.onnx": "0" * 64}))
    with pytest.raises(BrokenModel, match="cannot be read"):
        checked(tmp_path, "x.onnx")


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "checksums.json").write_text(json.dumps({"x.onnx": "0" * 64}))
    (tmp_path / "x.onnx").write_bytes(b"not a graph")
    with pytest.raises(BrokenModel, match="is damaged"):
        checked(tmp_path, "x.onnx")
    with pytest.raises(BrokenModel, match="cannot open"):
        open_session(tmp_path / "x.onnx", threads=1)


def test_word_pieces_stand_where_they_are_in_the_text() -> None:
    texts = ["The cheese may contain listeria.", "", "Dairy"]
    whole, nothing, one = piece_vectors(texts)
    assert [texts[0][a:b] for a, b in whole.places][:3] == ["The", "cheese", "may"]
    assert np.linalg.norm(whole.vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert (len(nothing.ids), len(one.ids)) == (0, 1)


def test_a_word_is_nearer_to_its_like_than_to_others() -> None:
    shares, stock, soup = (
        piece_vectors([f"They sold {x} on Monday."])[0].vectors[2] for x in ("shares", "stock", "soup")
    )
    assert shares @ stock > shares @ soup


def test_pieces_beyond_what_the_model_reads_are_left_out() -> None:
    assert len(piece_vectors(["word " * 1000])[0].ids) < 256

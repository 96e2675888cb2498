from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from onrecord.errors import LedgerError
from onrecord.families.index import QuotationIndex, VectorIndex, grams

TEXTS = [
    "We will not let a boat land at a stage that we would not stand on ourselves.",
    "Nobody has asked the islanders what they think of the winter timetable this year.",
    "",
    "The piles at Northness are cracked and will be replaced in spring.",
]


def test_renderings_are_found_by_their_words(tmp_path: Path) -> None:
    index = QuotationIndex.build(tmp_path, TEXTS)
    assert [f.number for f in index.find("not let a boat land at a stage … we would stand on")] == [0]
    assert [f.number for f in index.find("asked the islanders what they think")] == [1]
    assert index.find("something else entirely that nobody here has ever said") == []
    assert index.find("") == []


def test_an_index_is_read_again_as_it_was_written(tmp_path: Path) -> None:
    QuotationIndex.build(tmp_path, TEXTS)
    assert (
        QuotationIndex(tmp_path).text(3)
        == "the piles at northness are cracked and will be replaced in spring"
    )


def test_common_words_alone_find_nothing(tmp_path: Path) -> None:
    index = QuotationIndex.build(tmp_path, ["at the end of the day it rained"] * 300)
    assert index.find("at the end of the day we won") == []


def test_the_nearest_vectors_are_found(tmp_path: Path) -> None:
    dice = np.random.default_rng(5)
    vectors = dice.standard_normal((500, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = VectorIndex.build(tmp_path, [vectors[:300], vectors[300:]], 500)
    for number in (0, 299, 300, 499):
        best = index.find(vectors[number])[0]
        assert best.number == number
        assert best.likeness == pytest.approx(1, abs=0.02)


def test_empty_indexes_find_nothing(tmp_path: Path) -> None:
    assert QuotationIndex.build(tmp_path, []).find("a b c d e f") == []
    assert VectorIndex.build(tmp_path, [], 0).find(np.zeros(1, np.float32)) == []


def test_a_missing_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="Build it again"):
        QuotationIndex(tmp_path)
    with pytest.raises(LedgerError, match="Build it again"):
        VectorIndex(tmp_path)


def test_grams_do_not_change_from_run_to_run() -> None:
    assert grams("one two three four five").tolist() == grams("One, two: THREE four five!").tolist()
    assert len(grams("a b")) == 1

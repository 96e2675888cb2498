from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from onrecord.errors import LedgerError
from onrecord.families.finding import StatementIndex, features_of, names_of, statements_of
from onrecord.model import Block, Reading, Report

SAID = "We will not let a boat land at a stage that we would not stand on ourselves"


def bag(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors by words alone, so that these tests need no model."""
    rows = np.zeros((len(texts), 384), np.float32)
    for k, text in enumerate(texts):
        for word in text.lower().split():
            rows[k, sum(map(ord, word)) % 384] += 1
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), np.float32)


def reading(body: str, published: str | None = "2025-03-03") -> Reading:
    report = Report(
        "r", "r.txt", body, (Block(0, len(body), "body"),), "", published=published, language="en"
    )
    return Reading(report, (), (), (), (), ())


READINGS = {
    "ferry": reading(f"“{SAID},” said Oswin Tarrel of the Harbour Trust at Northness on Monday."),
    "copy": reading(f"Officials at Northness spoke. “{SAID},” said a man.", "2025-03-05"),
    "bread": reading(
        "“The price of flour has doubled since the harvest in Lower Wend,” said a baker.", "2019-01-01"
    ),
}


def held(folder: Path, **versions: int) -> StatementIndex:
    index = StatementIndex(folder)
    index.update(versions or dict.fromkeys(READINGS, 1), READINGS.__getitem__, encode=bag)
    return index


def asked(index: StatementIndex, report: str) -> list[str]:
    features = index.features(report)
    assert features is not None
    return [row.report for row in index.near(features)]


def test_the_reports_on_one_matter_are_found(tmp_path: Path) -> None:
    index = held(tmp_path)
    assert asked(index, "ferry") == ["copy"]
    assert asked(index, "bread") == []
    assert index.matters()[0] == ["ferry", "copy"]


def test_what_is_new_is_added_and_an_index_is_opened_again(tmp_path: Path) -> None:
    held(tmp_path, ferry=1)
    read: list[str] = []

    def fetch(key: str) -> Reading:
        read.append(key)
        return READINGS[key]

    again = StatementIndex(tmp_path)
    assert again.update({"ferry": 1, "copy": 1}, fetch, encode=bag) == 1
    assert read == ["copy"]
    assert asked(StatementIndex(tmp_path), "ferry") == ["copy"]


def test_adding_bit_by_bit_finds_the_same_as_adding_at_once(tmp_path: Path) -> None:
    many = {
        f"n{k}": reading(f"“Number {k} of the {k * 7} boats of Lower Wend is late,” he said.")
        for k in range(8)
    }
    whole, bits = StatementIndex(tmp_path / "whole"), StatementIndex(tmp_path / "bits")
    current = dict.fromkeys({**READINGS, **many}, 1)
    every = READINGS | many
    whole.update(current, every.__getitem__, encode=bag)
    for k in range(len(current)):
        bits.update(dict(list(current.items())[: k + 1]), every.__getitem__, encode=bag)
    assert len(bits.parts) <= 3
    assert bits.reports == whole.reports
    assert asked(bits, "ferry") == asked(whole, "ferry")


def test_a_report_that_is_gone_leaves_no_word_behind(tmp_path: Path) -> None:
    held(tmp_path)
    index = held(tmp_path, copy=1, bread=1)
    assert set(index.reports) == {"copy", "bread"}
    held(tmp_path, bread=1)
    assert not any(b"stand on" in file.read_bytes() for file in tmp_path.rglob("*.*"))


def test_a_new_version_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    held(tmp_path)
    index = held(tmp_path, ferry=2, copy=1, bread=1)
    assert index.reports == {"ferry": 2, "copy": 1, "bread": 1}
    assert asked(index, "copy") == ["ferry"]


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = StatementIndex(tmp_path / "none")
    assert index.near(features_of([READINGS["ferry"]], bag)[0]) == []
    assert (index.matters(), index.reports) == ([], {})
    held(tmp_path, ferry=1)
    assert StatementIndex(tmp_path).update({}, READINGS.__getitem__, encode=bag) == 0
    assert StatementIndex(tmp_path).reports == {}


def test_a_damaged_index_is_told(tmp_path: Path) -> None:
    index = held(tmp_path)
    (index.parts[0].folder / "reports.json").write_text("[", encoding="utf-8")
    with pytest.raises(LedgerError, match="built again"):
        StatementIndex(tmp_path)


def test_statements_are_quotations_headlines_and_what_is_attributed() -> None:
    assert statements_of(READINGS["copy"]) == [f"{SAID},"]
    own = "The stage is closed from Monday."
    assert statements_of(reading(own)) == [own]  # a body's own notice, which attributes nothing


def test_names_are_those_inside_sentences_and_figures_of_two_digits() -> None:
    one = names_of(reading("The boats of Northness left. Nobody counted 42 of 7."))
    assert len(one) == 2
    assert set(one) == set(names_of(reading("Some say 42 left for Northness.")))

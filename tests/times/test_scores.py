"""Floors of the measured scores; skipped where the data are not there."""

from __future__ import annotations

import pytest

from evaluation import corpora
from evaluation.times import half_of, measure

FLOORS = {
    "value F1": 77.5,
    "relaxed F1": 93.0,
    "strict F1": 83.0,
    "right calendar day, % of days found": 88.0,
}


def test_held_half_stays_over_the_floors() -> None:
    try:
        corpora.data_folder()
    except corpora.NoData as reason:
        pytest.skip(str(reason))
    scores = measure("held")
    assert {name: scores[name] for name, floor in FLOORS.items() if scores[name] < floor} == {}


def test_the_split_knows_only_the_name() -> None:
    assert half_of("paper-1") == half_of("paper-1")
    assert {half_of(f"paper-{n}") for n in range(20)} == {"tuning", "held"}

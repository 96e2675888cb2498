"""The committed scores: they meet their floors, and README shows them as they are."""

from __future__ import annotations

import json

import pytest

from evaluation.__main__ import below_floor, floors
from evaluation.results import RESULTS
from evaluation.table import README, rendered, table


def test_committed_scores_meet_their_floors() -> None:
    assert below_floor(json.loads(RESULTS.read_text(encoding="utf-8")), floors()) == []


def test_every_score_says_how_it_was_measured() -> None:
    for name, result in json.loads(RESULTS.read_text(encoding="utf-8")).items():
        missing = {"date", "command", "commit", "machine", "scores"} - {k for k, v in result.items() if v}
        assert not missing, name


@pytest.mark.parametrize(
    "value, told",
    [(0.5, []), (0.49, ["r: x / F is 0.49, its floor 0.5"]), (None, ["r: x / F is not recorded"])],
)
def test_a_score_below_its_floor_is_told(value: float | None, told: list[str]) -> None:
    floors = [{"result": "r", "score": ["x", "F"], "least": 0.5}]
    assert below_floor({"r": {"scores": {"x": {"F": value}}}}, floors) == told


def test_the_table_marks_what_was_missed() -> None:
    rows = [
        {"what": "a", "result": "r", "score": ["x"], "bar": 0.5, "others": ""},
        {
            "what": "b",
            "result": "r",
            "score": ["y", "F"],
            "bar": 3,
            "better": "less",
            "decimals": 0,
            "others": "-",
        },
    ]
    lines = table({"r": {"scores": {"x": 0.4, "y": {"F": 2}}}}, rows).splitlines()
    assert lines[2:] == ["| a | **0.400** (missed) | 0.5 |  |", "| b | **2** | 3 | - |"]


def test_readme_shows_the_committed_scores() -> None:
    text = README.read_text(encoding="utf-8")
    assert rendered(text) == text, "run: python -m evaluation.table"

"""Every case that fuzzing started from or found, through its target; `make fuzz` looks for more."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize(
    "case", sorted(CASES.glob("*/*")), ids=lambda case: f"{case.parent.name}/{case.name}"
)
def test_case(case: Path) -> None:
    TARGETS[case.parent.name](case.read_bytes())


def test_every_target_has_cases() -> None:
    assert {folder.name for folder in CASES.iterdir() if folder.is_dir()} == set(TARGETS)


@pytest.mark.parametrize("target", sorted(set(TARGETS) - {"reading"}))
@given(data=st.binary(max_size=300))
@settings(max_examples=15)
def test_any_bytes(target: str, data: bytes) -> None:
    TARGETS[target](data)

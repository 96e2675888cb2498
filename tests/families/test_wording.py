from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.families.drift import certainty_drift, changes
from onrecord.families.quoting import mode_of
from onrecord.families.terms import likelihood_terms
from onrecord.families.words import key, words
from tests.families.family import cases


@pytest.mark.parametrize("case", cases("quotations.toml"), ids=lambda c: c["quote"][:40])
def test_mode_of_a_quotation(case: dict[str, Any]) -> None:
    assert mode_of(words(case["quote"]), words(case["fullest"])) == case["mode"]


@pytest.mark.parametrize("case", cases("certainty.toml"), ids=lambda c: c["rendering"][:40])
def test_firmness_against_the_origin(case: dict[str, Any]) -> None:
    terms = likelihood_terms(case["origin"]), likelihood_terms(case["rendering"])
    drift = certainty_drift(*terms, relayed_as_established=False, offset=0)
    assert drift.versus_origin == case["versus"]
    if drift.span:
        assert case["rendering"][slice(*drift.span)] == drift.term


@pytest.mark.parametrize("case", cases("numbers.toml"), ids=lambda c: c["rendering"][:40])
def test_changes_in_indirect_speech(case: dict[str, Any]) -> None:
    origin, rendering = case["origin"], case["rendering"]
    found = changes(words(origin), origin, words(rendering), rendering, quoted=False)
    assert [[c.what, c.from_text, c.to_text] for c in found] == case["changes"]


@given(st.text(), st.text())
def test_changes_point_into_both_texts(left: str, right: str) -> None:
    for change in changes(words(left), left, words(right), right, quoted=True):
        assert change.from_text == (left[slice(*change.from_span)] if change.from_span else "")
        assert change.to_text == (right[slice(*change.to_span)] if change.to_span else "")
        assert change.from_span or change.to_span


@given(st.text())
def test_key_ignores_case_and_punctuation(text: str) -> None:
    assert key(f"“{text}” …") == key(text)


@given(st.text())
def test_terms_stand_where_they_say(text: str) -> None:
    assert all(
        text[t.start_char : t.end_char] == t.text and 0 <= t.level <= 1 for t in likelihood_terms(text)
    )

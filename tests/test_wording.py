"""Sentences, stems and names: cases, and what must hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.wording import content_stems, names, sentences, stem


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Mr. Aarden left. He was late.", ["Mr. Aarden left.", "He was late."]),
        ("The U.S. envoy came.\nNobody met her", ["The U.S. envoy came.", "Nobody met her"]),
        ("“It is a lie.” She sat down.", ["“It is a lie.”", "She sat down."]),
        ("About 3.5 per cent", ["About 3.5 per cent"]),
        ("  \n ", []),
    ],
)
def test_sentences(text: str, wanted: list[str]) -> None:
    assert [text[s:e] for s, e in sentences(text)] == wanted


@pytest.mark.parametrize(
    ("one", "other"),
    [("claims", "claimed"), ("planned", "planning"), ("Aarden’s", "aarden"), ("accuse", "accusation")],
)
def test_forms_of_one_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_content_words_and_names() -> None:
    assert content_stems("There were no threats with missiles") == [stem("threat"), stem("missile")]
    assert names("The mayor met Ilse Brand’s envoy.") == {"ilse", "brand"}


@given(st.text(max_size=300), st.data())
def test_any_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    last = start
    for s, e in sentences(text, start, end):
        assert last <= s < e <= end
        assert "\n" not in text[s:e]
        assert not text[s].isspace()
        assert not text[e - 1].isspace()
        last = e
    content_stems(text)
    names(text)

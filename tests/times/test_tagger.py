"""The temporal tagger: cases from files, anchors, and properties on any text."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.model import Time
from onrecord.times.tagger import MADE_BY, Tagger

CASES = Path(__file__).parent / "cases"
TAGGER = Tagger.load()
WORDS = (
    "on", "in", "the", "last", "next", "Friday", "March", "May", "3", "12", "1998", "2023", "two", "a", "half",
    "years", "days", "ago", "later", "quarter", "third", "of", "-", ",", ".", "’s", "p.m.", "10:30", "every",
    "this", "week", "summer", "1990s", "'80s", "12/11/10", "2020-02-30", "said", "will", "\n\n", "night", "and",
)  # fmt: skip


def cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("[!s]*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            found.append(pytest.param(case, id=f"{path.stem}: {case['text'][:50]}"))
    return found


def rows(text: str, published: str | None = None) -> list[list[str]]:
    return [[text[t.start_char : t.end_char], t.kind, t.value] for t in TAGGER.times(text, published)]


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any]) -> None:
    assert rows(case["text"], case.get("published")) == case["times"]


def by_text(text: str, published: str | None) -> dict[str, Time]:
    return {text[t.start_char : t.end_char]: t for t in TAGGER.times(text, published)}


def test_anchor_says_what_a_value_rests_on() -> None:
    text = "On 14 March 2025 he wrote it; two days earlier he had said it, and on Monday he denied it."
    found = by_text(text, "2025-03-20")
    assert found["14 March 2025"].anchor is None
    assert found["two days earlier"].anchor == found["14 March 2025"].id
    assert found["Monday"].anchor == "published"


def test_granularity_follows_the_value() -> None:
    text = "In 1998, in May 1999, on 3 May 2000, last week, this morning, for three days."
    assert [t.granularity for t in TAGGER.times(text, "2024-03-01")] == [
        "year", "month", "day", "week", "part of day", None,
    ]  # fmt: skip


def test_without_publication_date_nothing_relative_gets_a_value() -> None:
    text = "On Friday, last week, in December, on March 3, yesterday, two years ago, tonight, this summer."
    found = TAGGER.times(text, None)
    assert len(found) == 8
    assert {(t.value, t.anchor, t.granularity) for t in found} == {("", "published", None)}


def test_ids_are_unique_and_in_text_order() -> None:
    found = TAGGER.times("In 1998 and 1999, from May 3-5, 2001.", None)
    assert [t.id for t in found] == ["t1", "t2", "t3", "t4"]
    assert {t.made_by for t in found} == {MADE_BY}


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)), st.sampled_from(
    ["2024-02-29", "0001-01-01", "9999-12-31", "nonsense", "", None]))  # fmt: skip
def test_any_text_gives_ordered_spans_inside_it(text: str, published: str | None) -> None:
    found = TAGGER.times(text, published)
    assert TAGGER.times(text, published) == found
    end = 0
    for row in found:
        assert end <= row.start_char < row.end_char <= len(text)
        assert not text[row.start_char].isspace()
        assert not text[row.end_char - 1].isspace()
        end = row.end_char


@pytest.mark.parametrize(
    "unit",
    ["1", "1-", "1,", "1.", "1/1/", "9:", "in the last ", "\n ", "\n\n", "'", "March ", "two and a ", "a.m."],
)
@pytest.mark.usefixtures("no_collector")
def test_cost_is_linear_on_adversarial_text(unit: str) -> None:
    def cost(count: int) -> float:
        text = unit * (count // len(unit))
        start = time.process_time()
        TAGGER.times(text, "2024-03-01")
        return time.process_time() - start

    cost(2_000)
    assert cost(100_000) < 40 * max(cost(10_000), 0.01)

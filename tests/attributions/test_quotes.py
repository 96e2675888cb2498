from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.attributions.quotes import find_quotes, quotation_of
from onrecord.model import Span

CASES = tomllib.loads((Path(__file__).parent / "cases" / "quotes.toml").read_text(encoding="utf-8"))["case"]
MARKED = st.text(st.sampled_from("ab ,.\n\"'“”‘’„«»`"), max_size=80)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_quotations_are_found(case: dict[str, Any]) -> None:
    text = case["text"]
    quotes = find_quotes(text)
    assert [text[q.start_char : q.end_char] for q in quotes.outer] == case["outer"]
    assert [text[q.start_char : q.end_char] for q in quotes.inner] == case["inner"]
    follows = [text[q.start_char : q.end_char] for q in quotes.outer if q.follows]
    assert follows == case.get("follows", [])


@given(MARKED | st.text(max_size=60))
def test_quotations_lie_apart_and_within_one_paragraph(text: str) -> None:
    quotes = find_quotes(text)
    for row in (quotes.outer, quotes.inner):
        ends = [0]
        for quote in row:
            assert ends[-1] <= quote.start_char < quote.end_char <= len(text)
            assert "\n" not in text[quote.start_char : quote.end_char]
            ends.append(quote.end_char)
    for quote in quotes.inner:
        assert any(outer.span.holds(quote.span) for outer in quotes.outer)


@given(MARKED, st.integers(0, 80), st.integers(1, 20))
def test_what_is_over_a_span_is_what_shares_a_character(text: str, start: int, length: int) -> None:
    quotes = find_quotes(text)
    span = Span(start, start + length)
    assert quotes.over(span) == [q for q in (*quotes.outer, *quotes.inner) if q.span.overlaps(span)]


@pytest.mark.parametrize(
    ("content", "cue", "kind"),
    [
        ("“He said he would go,”", "added", "direct"),
        ("he would go", "said", "indirect"),
        ("would go,” Al", "", "mixed"),
        ("added", "", "indirect"),
    ],
)
def test_quotation_of_a_content(content: str, cue: str, kind: str) -> None:
    text = "“He said he would go,” Al added."

    def span(part: str) -> Span:
        return Span(text.index(part), text.index(part) + len(part))

    cues = (span(cue),) if cue else ()
    assert quotation_of(text, (span(content),), find_quotes(text), cues) == kind

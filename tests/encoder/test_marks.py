from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.encoder.marks import find_marks


def quoted(text: str) -> list[str]:
    return [text[q.start_char : q.end_char] for q in find_marks(text).quotations]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("“Yes,” she said. “No.”", ["“Yes,”", "“No.”"]),
        ('"Yes," she said. "No."', ['"Yes,"', '"No."']),
        ("''Yes,'' she said.", ["''Yes,''"]),
        ("He called it ‘a farce’ and didn’t vote.", ["‘a farce’"]),
        ("The voters' mood isn't good, the candidates' less.", []),
        ("“Never closed\nNext line.", ["“Never closed"]),
        ('"One and "two" three', ['"One and ', '"two"']),
        ("«Oui», „Ja“ nein”", ["«Oui»", "„Ja", "“ nein”"]),
        ("", []),
    ],
)
def test_quotations(text: str, wanted: list[str]) -> None:
    assert quoted(text) == wanted


def test_a_quotation_is_carried_over_paragraphs() -> None:
    marks = find_marks("“One.\n\n“Two.\n\n“Three,” he said.\n\n“Four.”")
    assert [q.carried for q in marks.quotations] == [False, True, True, False]


@given(st.text(alphabet="ab \n\"'“”‘’«», ", max_size=60))
def test_quotations_are_in_order_and_apart(text: str) -> None:
    marks = find_marks(text)
    end = 0
    for number, q in enumerate(marks.quotations, 1):
        assert end <= q.start_char < q.end_char <= len(text)
        assert set(marks.number[q.start_char : q.end_char].tolist()) == {number}
        end = q.end_char

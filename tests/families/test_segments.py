from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from onrecord.families.segments import segments
from onrecord.model import Block, Reading, Report

MARKS = st.text(alphabet="Ab1 .,;:“”\"‘’'…?!–\nsaid ", max_size=120)


def _reading(text: str) -> Reading:
    return Reading(Report("r", "r", text, (Block(0, len(text), "body"),), ""), ())


def _texts(text: str) -> list[tuple[str, str]]:
    return [(s.kind, text[s.start : s.end]) for s in segments(_reading(text), 0)]


def test_an_interrupted_quotation_is_one_segment() -> None:
    text = "“Nobody asked the islanders at all,” said Ms Nyholt, who keeps a shop. “Nobody ever does ask us here.”"
    (kind, inside), *rest = _texts(text)
    assert kind == "quotation"
    assert inside.startswith("Nobody asked") and inside.endswith("ask us here.")
    assert not rest


def test_who_speaks_is_no_statement_of_its_own() -> None:
    assert [kind for kind, _ in _texts("“We will not land there any more,” said Oswin Tarrel.")] == [
        "quotation"
    ]


def test_clauses_are_cut_but_abbreviations_end_nothing() -> None:
    found = [t for _, t in _texts("Mr. Tarrel closed the first stage, and the second will follow soon.")]
    assert found == ["Mr. Tarrel closed the first stage,", "and the second will follow soon."]


@given(MARKS)
def test_segments_lie_in_order_inside_the_text(text: str) -> None:
    found = segments(_reading(text), 0)
    spans = [span for s in found for span in s.spans]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert [s.start for s in found] == sorted(s.start for s in found)

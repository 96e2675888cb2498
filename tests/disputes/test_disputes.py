"""The disputes stage on cases in plain files, and what must hold for any text."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord import disputes
from onrecord.model import Attribution, Block, Reading, Report, Span, Voice
from tests.disputes.marking import marked_reading

CASES = [
    pytest.param(case, id=f"{path.stem}: {case['about']}")
    for path in sorted(Path(__file__).with_name("cases").glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]
METHOD = disputes.load()
KINDS = {"denies", "rejects", "corrects", "doubts"}


def words_of(end: str | Span, reading: Reading) -> str:
    spans = reading.attribution(end).content if isinstance(end, str) else end
    return reading.report.at(spans)


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any]) -> None:
    (reading,) = METHOD([marked_reading(case)])
    found = [
        (words_of(d.claim, reading), words_of(d.denial, reading), d.kind) for d in reading.disputes or ()
    ]
    if case.get("none"):
        assert found == []
        return
    for wanted in case["disputes"]:
        assert any(
            wanted["claim"] in claim and wanted["denial"] in denial and kind == wanted["kind"]
            for claim, denial, kind in found
        ), found
    assert len(found) == len(case["disputes"]), found


def test_says_why_and_how_surely() -> None:
    case = next(p.values[0] for p in CASES if "called a lie" in str(p.id))
    assert isinstance(case, dict)
    (reading,) = METHOD([marked_reading(case)])
    (dispute,) = reading.disputes or ()
    assert "untrue" in dispute.why
    assert "names who made the claim" in dispute.why
    assert reading.report.at(dispute.cue).endswith("untrue")
    assert 0 < dispute.confidence <= 1
    assert dispute.made_by == "disputes_v1"


def test_furniture_disputes_nothing() -> None:
    text = "READ MORE: Minister says there is no evidence that the claim about the harbour money is true"
    report = Report("r", "r.txt", text, (Block(0, len(text), "furniture"),), "")
    (reading,) = METHOD([Reading(report, attributions=(), voices=())])
    assert reading.disputes == ()


def test_other_parts_stay_as_they_are() -> None:
    case = CASES[0].values[0]
    assert isinstance(case, dict)
    before = marked_reading(case)
    (after,) = METHOD([before])
    assert (after.report, after.attributions, after.voices) == (
        before.report,
        before.attributions,
        before.voices,
    )


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    pieces = st.sampled_from(
        [
            "denied that ",
            "“a lie”",
            "the claim ",
            "He said ",
            ". ",
            "\n\n",
            "no evidence ",
            "Ana Ruiz ",
            "untrue ",
            ", ",
        ]
    )
    text = "".join(draw(st.lists(st.one_of(pieces, st.text(max_size=12)), max_size=25)))
    spans = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(
        lambda p: Span(min(p), max(p))
    )
    roles = st.lists(spans, max_size=2).map(tuple)
    rows = draw(st.lists(st.tuples(roles, roles, roles, st.sampled_from([None, "a1", "v9"])), max_size=5))
    attributions = tuple(
        Attribution(
            f"a{i}", s, c, q, "mixed", "say", 1.0, "case", within=w if w != f"a{i}" else None, voice="v1"
        )
        for i, (s, c, q, w) in enumerate(rows, start=1)
        if (w in (None, "a1") and i > 1) or w is None
    )
    report = Report("r", "r.txt", text, (Block(0, len(text), "body"),), "")
    return Reading(report, attributions=attributions, voices=(Voice("v1", "Ana Ruiz", "person"),))


@settings(max_examples=120)
@given(readings())
def test_any_reading(reading: Reading) -> None:
    (first,) = METHOD([reading])
    (second,) = METHOD([reading])
    assert first == second
    ids = {a.id for a in reading.attributions or ()}
    length = len(reading.report.text)
    for dispute in first.disputes or ():
        assert dispute.kind in KINDS
        assert dispute.claim != dispute.denial
        for end in (dispute.claim, dispute.denial, dispute.cue):
            if isinstance(end, str):
                assert end in ids
            else:
                assert 0 <= end.start_char <= end.end_char <= length


@pytest.mark.usefixtures("no_collector")
def test_long_texts_take_linear_time() -> None:
    import time

    def seconds(times: int) -> float:
        text = "Ana Ruiz said that the claim was not true, no, not (not) any, call it ... false. " * times
        report = Report("r", "r.txt", text, (Block(0, len(text), "body"),), "")
        start = time.process_time()
        METHOD([Reading(report, attributions=(), voices=())])
        return time.process_time() - start

    seconds(20)
    assert seconds(800) < 12 * max(seconds(200), 0.02)

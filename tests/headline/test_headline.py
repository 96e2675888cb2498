"""The headline check on cases in plain files, and what must hold for any text."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord import headline
from onrecord.model import Block, Certainty, HeadlineCheck, Reading, Report, Span
from tests.disputes.marking import marked_reading
from tests.disputes.test_disputes import readings

FOLDER = Path(__file__).with_name("cases")
METHOD = headline.load()
VERDICTS = {"supported", "strengthened", "unsupported", "contradicted", "opinion"}
NOWHERE = Span(0, 0)


def cases(name: str) -> list[Any]:
    rows = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))["case"]
    return [pytest.param(row, id=row["about"]) for row in rows]


def titled(case: dict[str, Any]) -> Reading:
    """The reading of a case: headline, blank line, body; certainties where `hedges` stand in the body."""
    reading = marked_reading({**case, "text": f"{case['title']}\n\n{case['text'].lstrip()}"})
    text = reading.report.text
    hedges = []
    for i, term in enumerate(case.get("hedges", ()), start=1):
        start = text.index(f" {term} ", len(case["title"])) + 1
        hedges.append(Certainty(f"c{i}", start, start + len(term), term, "possible", "reporter"))
    return replace(reading, certainties=tuple(hedges))


@pytest.mark.parametrize("case", cases("headlines.toml"))
def test_headline(case: dict[str, Any]) -> None:
    (reading,) = METHOD([titled(case)])
    check = reading.headline
    assert check is not None
    wanted = [case["verdict"]] if isinstance(case["verdict"], str) else case["verdict"]
    assert check.verdict in wanted, check
    assert reading.report.at(check.checked) == case["title"]
    assert {d.what for d in check.differences} == set(case.get("differences", ())), check
    assert check.why
    assert check.made_by == "headline_v1"


@pytest.mark.parametrize("case", cases("sentences.toml"))
def test_sentences(case: dict[str, Any]) -> None:
    (reading,) = METHOD([titled(case)])
    found = [(reading.report.at(c.checked), {d.what for d in c.differences}) for c in reading.sentence_checks]
    if case.get("none"):
        assert found == []
        return
    assert len(found) == len(case["found"]), found
    for (text, kinds), wanted in zip(found, case["found"], strict=True):
        assert text.startswith(wanted["begins"])
        assert set(wanted["differences"]) <= kinds


def test_body_end_of_a_dropped_source_is_source_and_cue() -> None:
    case = next(p.values[0] for p in cases("headlines.toml") if "emphasis" in str(p.id))
    (reading,) = METHOD([titled(case)])
    assert reading.headline is not None
    by_kind = {d.what: reading.report.at(d.body) for d in reading.headline.differences}
    assert by_kind["source dropped"] == "the roads office said on Monday"
    assert by_kind["certainty"] == "may"
    assert by_kind["act"] == "restricted"


def test_title_that_the_text_does_not_hold() -> None:
    text = "The tram line to the harbour opens in May.\n\nRides are free in the first week."
    report = Report(
        "r", "r.txt", text, (Block(0, len(text), "body"),), "", title="Harbour tram line opens in May"
    )
    (reading,) = METHOD([Reading(report, attributions=(), voices=(), certainties=())])
    assert reading.headline is not None
    assert reading.headline.verdict == "supported"
    assert reading.headline.checked == NOWHERE


def test_title_found_in_the_text_of_another_layout() -> None:
    text = (
        "Tram line opens;\nrides are free.\n\nThe tram line opens in May. Rides are free in the first week."
    )
    report = Report(
        "r", "r.txt", text, (Block(0, len(text), "body"),), "", title="Tram line opens; rides are free"
    )
    (reading,) = METHOD([Reading(report, attributions=(), voices=(), certainties=())])
    assert reading.headline is not None
    assert reading.report.at(reading.headline.checked) == "Tram line opens;\nrides are free"


@pytest.mark.parametrize("title", [None, "", "—"])
def test_no_headline(title: str | None) -> None:
    report = Report("r", "r.txt", "A body.", (Block(0, 7, "body"),), "", title=title)
    (reading,) = METHOD([Reading(report, attributions=(), voices=(), certainties=())])
    assert reading.headline is None


def spans_of(check: HeadlineCheck) -> list[Span]:
    return [check.checked, *(s for d in check.differences for s in (d.headline, d.body))]


@settings(max_examples=120)
@given(readings(), st.text(max_size=40), st.booleans())
def test_any_reading(reading: Reading, title: str, split: bool) -> None:
    length = len(reading.report.text)
    middle = min(12, length)
    blocks = (Block(0, middle, "headline"), Block(middle, length, "body")) if split else reading.report.blocks
    given = replace(reading, report=replace(reading.report, title=title, blocks=blocks), certainties=())
    (first,) = METHOD([given])
    (second,) = METHOD([given])
    assert first == second
    ids = {a.id for a in given.attributions or ()}
    checks = [*first.sentence_checks, *([first.headline] if first.headline else [])]
    for check in checks:
        assert check.verdict in VERDICTS
        assert 0 <= check.confidence <= 1
        assert set(check.rests_on) <= ids
        for start, end in spans_of(check):
            assert 0 <= start <= end <= length
    assert all(c.verdict == "strengthened" and c.differences for c in first.sentence_checks)

"""Spans, and the hearsay path of a reading."""

from __future__ import annotations

import pytest

from onrecord.model import Attribution, Reading, Report, Span


def attribution(name: str, within: str | None = None) -> Attribution:
    return Attribution(name, (), (), (), "indirect", "say", 1.0, "test", within=within)


READING = Reading(
    Report("r", "s", "The cat sat.", (), "ff"),
    attributions=(attribution("a1"), attribution("a2", "a1"), attribution("a3", "a2")),
)


def test_spans_overlap_and_hold_half_open() -> None:
    assert not Span(0, 3).overlaps(Span(3, 5))
    assert Span(0, 4).overlaps(Span(3, 5))
    assert Span(0, 5).holds(Span(0, 5))
    assert not Span(1, 5).holds(Span(0, 5))


def test_a_chain_is_outermost_first() -> None:
    assert [a.id for a in READING.chain("a3")] == ["a1", "a2", "a3"]
    assert [a.id for a in READING.chain("a1")] == ["a1"]


def test_a_chain_that_leads_nowhere_ends() -> None:
    circle = Reading(READING.report, (attribution("a1", "a2"), attribution("a2", "a1")))
    assert [a.id for a in circle.chain("a1")] == ["a2", "a1"]
    lost = Reading(READING.report, (attribution("a1", "a7"),))
    assert [a.id for a in lost.chain("a1")] == ["a1"]


def test_an_unknown_id_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        READING.chain("a9")
    with pytest.raises(KeyError):
        READING.voice("v1")


def test_the_text_of_a_span_in_parts() -> None:
    assert READING.report.at((Span(4, 7), Span(8, 11))) == "cat sat"
    assert READING.report.at(Span(4, 7)) == "cat"

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.exports.comparison import comparison_to_json
from onrecord.exports.comparison_page import comparison_to_html
from onrecord.families import compare
from onrecord.families.records import Comparison, Rendering, Utterance
from onrecord.model import Block, Reading, Report
from tests.families.family import ferry, pipeline, report


@cache
def comparison() -> Comparison:
    return compare(ferry())


def _of(words: str) -> tuple[Utterance, dict[str, Rendering]]:
    """The utterance whose origin has these words, and the longest rendering in each file."""
    utterance = next(u for u in comparison().utterances if words in u.renderings[u.origin].text)
    source = {r.id: r.source[0] for r in comparison().reports}
    found: dict[str, Rendering] = {}
    for rendering in sorted(utterance.renderings, key=lambda r: len(r.text)):
        found[source[rendering.report]] = rendering
    return utterance, found


def test_a_quotation_is_followed_with_its_mode() -> None:
    _, found = _of("We will not let a boat land")
    assert {k: r.mode for k, r in found.items()} == {
        "a": "verbatim",
        "b": "verbatim",
        "c": "elided",
        "d": "verbatim",
    }
    assert found["c"].changed[0].from_text.startswith("at a stage")
    assert found["c"].changed[0].to_text == ""


def test_a_dropped_hedge_is_a_strengthening() -> None:
    utterance, found = _of("highly likely that two of the five")
    assert found["b"].certainty.versus_origin == "same"
    assert found["c"].certainty.versus_origin == "strengthened"
    assert utterance.said_on == "2025-03-03"


def test_a_changed_number_is_shown_with_both_spans() -> None:
    _, found = _of("14 cracked piles")
    (change,) = found["c"].changed
    assert (change.what, change.from_text, change.to_text) == ("number", "14", "40")
    origin, tabloid = ferry()[0].report, ferry()[2].report
    assert change.from_span and change.to_span
    assert (origin.at(change.from_span), tabloid.at(change.to_span)) == ("14", "40")


def test_a_copy_is_told_under_another_headline() -> None:
    by = {r.source[0]: r for r in comparison().reports}
    assert by["d"].copy_of == by["b"].id
    assert [s.report for s in by["d"].taken_from] == [by["b"].id]
    assert by["a"].copy_of is by["b"].copy_of is by["c"].copy_of is None
    assert by["a"].taken_from == ()


def test_what_only_one_report_has_is_no_utterance_of_several() -> None:
    assert not any("asked the islanders" in r.text for u in comparison().utterances for r in u.renderings)


def test_the_order_given_stands_for_time_where_dates_are_missing() -> None:
    undated = [replace(r, report=replace(r.report, published=None)) for r in ferry()]
    assert [r.copy_of is not None for r in compare(undated).reports] == [False, False, False, True]


def test_spans_and_text_agree_and_comparing_is_deterministic() -> None:
    text = {r.id: reading.report for r, reading in zip(comparison().reports, ferry(), strict=True)}
    for utterance in comparison().utterances:
        assert all(text[r.report].at(r.spans) == r.text for r in utterance.renderings)
        assert 0 <= utterance.origin < len(utterance.renderings)
    assert compare(ferry()) == comparison()


def test_json_has_the_contract_s_fields() -> None:
    record = comparison_to_json(comparison())
    assert {"onrecord", "reports", "utterances", "disputes"} <= record.keys()
    rendering = record["utterances"][0]["renderings"][0]
    assert {
        "report", "attribution", "spans", "mode", "holder", "chain", "dropped_layers", "certainty", "changed",
    } <= rendering.keys()  # fmt: skip


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "<img src=x onerror=alert(1)>"])
def test_the_page_escapes_what_comes_from_reports(hostile: str) -> None:
    readings = [replace(r, report=replace(r.report, title=hostile, outlet=hostile)) for r in ferry()]
    page = comparison_to_html(compare(readings))
    assert hostile not in page
    assert "http://" not in page.replace("http://www.w3.org", "") and "<script" not in page


@settings(max_examples=15)
@given(st.lists(st.text(alphabet="Ab c.“”,\n14 said", max_size=80), min_size=1, max_size=4))
def test_comparing_never_fails(texts: list[str]) -> None:
    readings = [Reading(Report("r", "r", t, (Block(0, len(t), "body"),) if t else (), ""), ()) for t in texts]
    made = compare(readings)
    assert len({r.id for r in made.reports}) == len(texts)
    assert comparison_to_html(made).startswith("<!doctype html>")


def test_reports_with_nothing_in_common_took_nothing_from_each_other() -> None:
    text = "The choir sang two songs by a forgotten composer. “It was cold,” said its leader, Tilda Marsh."
    (stranger,) = pipeline().read([report(text, "e.txt", "2025-03-07")])
    made = compare([*ferry(), stranger])
    assert made.reports[-1].taken_from == ()
    assert all(s.report != made.reports[-1].id for r in made.reports for s in r.taken_from)


def test_a_denial_is_no_rendering_of_what_it_denies() -> None:
    texts = [
        "Harbour Institute\n\nThe Harbour Institute said that two of the five landing stages will close by May.",
        "The Harbour Institute said that two of the five landing stages will close. The mayor, Tilda Marsh, said that "
        "two of the five landing stages will not close.",
        "Tilda Marsh said that the landing stages will not close. The Harbour Institute did not comment.",
    ]
    days = ["2025-03-03", "2025-03-04", "2025-03-05"]
    readings = pipeline().read([report(t, f"{d}.txt", d) for t, d in zip(texts, days, strict=True)])
    for utterance in compare(readings).utterances:
        assert len({"not close" in r.text for r in utterance.renderings if "close" in r.text}) <= 1


def test_what_opens_with_a_negation_is_set_against_the_claim_whoever_says_it() -> None:
    texts = [
        "Two schools closed\n\nThere is an outbreak of measles on Farholm, the Northern Health Board said on Monday.",
        "Measles outbreak on Farholm, says health board\n\nThe Northern Health Board says there is an outbreak of "
        "measles on Farholm.",
        "No outbreak of measles on Farholm\n\nThere is no outbreak of measles on Farholm, the island council said.",
    ]
    days = ["2025-03-03", "2025-03-04", "2025-03-05"]
    readings = pipeline().read([report(t, f"{d}.txt", d) for t, d in zip(texts, days, strict=True)])
    made = compare(readings)
    (dispute,) = made.disputes
    by = {u.id: u for u in made.utterances}
    assert len({r.report for r in by[dispute.claim].renderings}) == 2
    assert {r.text[:2] for r in by[dispute.denial].renderings} == {"No", "Th"}
    assert {r.report for r in by[dispute.denial].renderings} == {made.reports[2].id}

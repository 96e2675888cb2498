from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.errors import SkipReport, UnreadableInput
from onrecord.model import Report
from onrecord.pages import parse
from onrecord.pages.door import make_page
from onrecord.pages.tree import parse_tree
from onrecord.pages.web import Paths

WHEN = "2024-01-01T00:00:00+00:00"
TAGS = (
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<h1>",
    "<br>",
    "<table>",
    "<td>",
    "<a href='/x'>",
    "</a>",
    "<pre>",
    "<li>",
    "<!--",
    "-->",
    "&amp;",
    "&#0;",
    "<script>",
    "</script>",
)
markup = st.lists(st.sampled_from(TAGS) | st.text(max_size=40), max_size=30).map("".join)


def well_formed(report: Report) -> None:
    at = 0
    for block in report.blocks:
        assert at <= block.start_char < block.end_char <= len(report.text)
        assert not report.text[at : block.start_char].strip()
        piece = report.at(block)
        assert piece.strip() == piece
        at = block.end_char
    assert not report.text[at:].strip()


@given(st.binary(max_size=400), st.sampled_from(["html", "text"]))
@settings(max_examples=120)
def test_bytes_give_a_report_or_a_reason(content: bytes, kind: str) -> None:
    page = make_page("x", content, "html" if kind == "html" else "text", WHEN)
    try:
        report = parse(page)
    except SkipReport as reason:
        assert len(str(reason)) > 10
        return
    well_formed(report)
    assert parse(page) == report


@given(markup)
@settings(max_examples=80)
def test_any_markup_gives_a_report_or_a_reason(source: str) -> None:
    page = make_page("x.html", source.encode("utf-8", "replace"), "html", WHEN)
    try:
        report = parse(page)
    except SkipReport:
        return
    well_formed(report)
    assert all(block.place for block in report.blocks)


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\t "), min_size=1)
)
@settings(max_examples=120)
def test_text_is_kept_to_the_character(text: str) -> None:
    page = make_page("x.txt", text.encode(), "text", WHEN, encoding="utf-8")
    try:
        report = parse(page)
    except UnreadableInput:
        assert not text.strip() or text.startswith("\ufeff")
        return
    assert report.text == text.removeprefix("\ufeff")
    well_formed(report)


@pytest.mark.parametrize("depth", [300, 20_000])
def test_depth_of_nesting_costs_nothing(depth: int) -> None:
    inner = "<p>The council of Ostham voted to close the bridge, the mayor said on Thursday.</p>"
    page = make_page("x.html", (b"<div>" * depth) + inner.encode() + b"</div>" * depth, "html", WHEN)
    try:
        report = parse(page)
    except SkipReport:
        return
    well_formed(report)


def test_long_lines_are_read_in_linear_time() -> None:
    text = "a" * 200_000 + "\n" + "By " * 30_000 + "\n" + '"' * 50_000 + "\n" + "Jan 1 " * 20_000
    well_formed(parse(make_page("x.txt", text.encode(), "text", WHEN)))


@given(markup)
def test_places_are_those_of_lxml(content: str) -> None:
    root = parse_tree("<p>The mayor said no.</p>" + content)
    paths = Paths()
    for element in root.iter():
        assert paths.of(element) == root.getroottree().getpath(element)


def test_the_places_of_many_siblings_cost_no_more_than_their_number() -> None:
    """libxml2 counts the siblings before an element for every path: a minute for so many."""
    root = parse_tree("<article>" + "<p>x</p>" * 40_000 + "</article>")
    paths = Paths()
    began = time.process_time()
    places = [paths.of(element) for element in root.iter("p")]
    assert time.process_time() - began < 5
    assert places[-1] == "/html/body/article/p[40000]"

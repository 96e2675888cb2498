from __future__ import annotations

import re
from dataclasses import replace

import pytest

from onrecord.exports.comparison_page import comparison_to_html
from onrecord.families import Comparison, compare
from tests.families.family import ferry


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(ferry())


def test_the_page_needs_nothing_else_and_its_links_lead_somewhere(comparison: Comparison) -> None:
    page = comparison_to_html(comparison)
    assert not re.search(r"<script|<link|src=|url\(http|@import", page)
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert len(ids) == len(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids


def test_a_quotation_without_its_marks_is_what_the_report_says(comparison: Comparison) -> None:
    page = comparison_to_html(comparison)
    (shown,) = re.findall(r'<p class="words">([^<]*<del>.*?)</p>', page)
    kept = re.sub(r"<[^>]+>", "", re.sub(r" ?<del>.*?</del>", "", shown))
    assert kept == "We will not let a boat land … and that goes for every boat,"
    assert "at a stage that we would not stand on ourselves" in shown


def test_what_comes_from_reports_is_escaped(comparison: Comparison) -> None:
    first, *rest = comparison.reports
    evil = replace(comparison, reports=(replace(first, title="<script>x</script>", outlet='"><i>'), *rest))
    page = comparison_to_html(evil)
    assert "<script>" not in page
    assert '"><i>' not in page

from __future__ import annotations

from typing import Any

import pytest

from onrecord.families.checking import check
from tests.families.family import cases, ferry, pipeline, report


@pytest.mark.parametrize("case", cases("checks.toml"), ids=lambda c: c["text"][:50])
def test_a_quotation_against_its_source(case: dict[str, Any]) -> None:
    (text,) = pipeline().read([report(case["text"])])
    (finding,) = [f for f in check(text, ferry()[:1]) if f.quoted]
    assert finding.status == case["status"]
    assert finding.wrong == (case["status"] not in ("verbatim", "elided"))
    if "from" in case:
        assert [(c.from_text, c.to_text) for c in finding.changes] == [(case["from"], case["to"])]
    if finding.source_span:
        assert ferry()[0].report.at(finding.source_span)


def test_a_text_without_statements_has_no_findings() -> None:
    (text,) = pipeline().read([report("The harbour lies on the west side.")])
    assert check(text, ferry()) == []


def test_without_sources_nothing_is_found() -> None:
    (text,) = pipeline().read([report("“Nobody has asked the islanders,” said Petra Nyholt.")])
    assert {f.status for f in check(text, [])} == {"not found"}

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from onrecord.model import Report
from onrecord.pages import parse
from onrecord.pages.door import make_page

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[Any]:
    rows = tomllib.loads((CASES / name).read_text(encoding="utf-8"))["case"]
    return [pytest.param(row, id=row["name"]) for row in rows]


def check_fields(case: dict[str, Any], report: Report) -> None:
    for field in ("title", "byline", "published", "site", "url", "language"):
        if field in case:
            assert getattr(report, field) == case[field], field


@pytest.mark.parametrize("case", cases("text.toml"))
def test_kinds_of_plain_text(case: dict[str, Any]) -> None:
    text = case["text"]
    report = parse(make_page("case.txt", text.encode(), "text", "2024-01-01T00:00:00+00:00"))
    assert report.text == text
    assert [(b.kind, report.at(b)) for b in report.blocks] == list(
        zip(case["kinds"], [report.at(b) for b in report.blocks], strict=True)
    )
    check_fields(case, report)


@pytest.mark.parametrize("case", cases("html.toml"))
def test_blocks_of_a_page(case: dict[str, Any]) -> None:
    report = parse(make_page("case.html", case["html"].encode(), "html", "2024-06-01T00:00:00+00:00"))
    found = [
        [b.kind, report.at(b)[: len(begins)]]
        for b, (_, begins) in zip(report.blocks, case["blocks"], strict=False)
    ]
    assert found == case["blocks"]
    assert all(b.kind == "furniture" for b in report.blocks[len(found) :])
    assert all(b.place and b.place.startswith("/html") for b in report.blocks)
    for absent in case.get("absent", ()):
        assert absent not in report.text
    check_fields(case, report)

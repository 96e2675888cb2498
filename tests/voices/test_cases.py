"""The cases in plain files: marked sources and whose voice they are."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord import voices
from onrecord.model import Attribution, Block, Reading, Report
from tests.disputes.marking import unmark

CASES = [
    pytest.param(case, id=f"{path.stem}: {case['about']}")
    for path in sorted(Path(__file__).with_name("cases").glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]
METHOD = voices.load()


def read_marks(marked: str) -> Reading:
    """The text without its marks, and the attributions they stand for."""
    text, spans = unmark(marked)
    attributions = tuple(
        Attribution(
            id=number,
            source=tuple(roles.get("source", ())),
            cue=tuple(roles.get("cue", ())),
            content=tuple(roles.get("content", ())),
            quotation="indirect",
            act="say",
            confidence=1.0,
            made_by="case",
        )
        for number, roles in spans.items()
    )
    report = Report("case", "case.txt", text, (Block(0, len(text), "body"),), "")
    return Reading(report, attributions=attributions)


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any]) -> None:
    marked = read_marks(case["text"])
    nested = case.get("within", {})
    attributions = tuple(replace(a, within=nested.get(a.id)) for a in marked.attributions or ())
    report = replace(marked.report, site=case.get("site"))
    (reading,) = METHOD([replace(marked, report=report, attributions=attributions)])
    table = {voice.id: voice for voice in reading.voices or ()}
    found = {a.id: table.get(a.voice or "") for a in reading.attributions or ()}
    for number, name in case.get("voices", {}).items():
        voice = found[number]
        assert (voice.name if voice else "") == name
        assert voice is None or voice.why
    for number, kind in case.get("kinds", {}).items():
        assert (voice := found[number]) is not None and voice.kind == kind
    for number, roles in case.get("roles", {}).items():
        assert (voice := found[number]) is not None and list(voice.roles) == roles
    for number, count in case.get("counts", {}).items():
        assert (voice := found[number]) is not None and voice.count == count
    for number, body in case.get("speaks_for", {}).items():
        voice = found[number]
        assert voice is not None and voice.speaks_for is not None
        assert table[voice.speaks_for].name == body
        assert table[voice.speaks_for].kind == "organisation"
    for first, second in case.get("same", []):
        assert found[str(first)] is not None
        assert found[str(first)] == found[str(second)]

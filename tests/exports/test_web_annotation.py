"""Web Annotations keep the MUSTs of the data model, stated as a JSON Schema in cases/."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord.exports.entries import Entry
from onrecord.exports.web_annotation import annotations_of
from tests.exports.entry import BARE, ENTRY, READING

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed (extra test)")
SCHEMA = json.loads((Path(__file__).parent / "cases" / "web_annotation.schema.json").read_text("utf-8"))


def faults(annotation: Any) -> list[str]:
    errors = jsonschema.Draft202012Validator(SCHEMA).iter_errors(annotation)
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in errors]


@pytest.mark.parametrize("address", [READING.report.url, None, "https://paper.example/a b|c?q=“x”\ud800"])
def test_every_annotation_keeps_the_musts(address: str | None) -> None:
    entry = Entry(replace(READING, report=replace(READING.report, url=address)), ENTRY.reviews)
    found = list(annotations_of(entry))
    assert len(found) == 7 and not list(annotations_of(BARE))
    assert [fault for annotation in found for fault in faults(annotation)] == []
    assert len({annotation["id"] for annotation in found}) == 7


@pytest.mark.parametrize(
    "broken",
    [
        {"@context": "http://www.w3.org/ns/other.jsonld"},
        {"id": "no iri"},
        {"type": "Note"},
        {"target": []},
        {"target": [{"type": "SpecificResource", "selector": {"type": "TextPositionSelector"}}]},
        {"motivation": "guessing"},
        {"body": [{"type": "TextualBody"}]},
    ],
    ids=lambda broken: next(iter(broken)),
)
def test_the_schema_finds_what_breaks_them(broken: dict[str, Any]) -> None:
    annotation = next(iter(annotations_of(ENTRY)))
    assert faults({**annotation, **broken})

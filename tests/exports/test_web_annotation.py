"""Web Annotations keep the MUSTs of the data model, stated as a JSON Schema in cases/, and say in its context what
they mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord.exports.entries import Entry
from onrecord.exports.web_annotation import annotations_of
from onrecord.ledger.positions import without_text
from tests.exports.entry import BARE, ENTRY, READING, TEXT

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed (extra test)")
CASES = Path(__file__).parent / "cases"
SCHEMA = json.loads((CASES / "web_annotation.schema.json").read_text("utf-8"))


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


OA = "http://www.w3.org/ns/oa#"
OLD_NAME = pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
)  # rdflib's own


def graph_of(annotation: Any) -> Any:
    """The annotation as the triples that JSON-LD takes it for; what has no meaning in its context is dropped."""
    rdflib = pytest.importorskip("rdflib", reason="rdflib is not installed (extra test)")
    context = json.loads((CASES / "web_annotation.context.json").read_text("utf-8"))["@context"]
    published, own = annotation["@context"]
    assert published == "http://www.w3.org/ns/anno.jsonld"
    offline = {**annotation, "@context": [context, own]}
    return rdflib.Graph().parse(data=json.dumps(offline), format="json-ld")


def without_each_value(node: Any) -> Iterator[Any]:
    """The JSON tree once for each of its values, without that value."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "@context":
                continue
            if isinstance(value, str | int):
                yield {key: kept for key, kept in node.items() if key != name}
            yield from ({**node, name: part} for part in without_each_value(value))
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from ([*node[:i], part, *node[i + 1 :]] for part in without_each_value(value))


@OLD_NAME
def test_every_value_of_an_annotation_has_a_meaning_in_its_context() -> None:
    found = list(annotations_of(ENTRY))
    for annotation in (found[1], found[4], found[5]):  # an inner statement, a certainty, a dispute
        triples = len(graph_of(annotation))
        named = {"id": annotation["id"], "@context": annotation["@context"]}
        unnamed = {name: value for name, value in annotation.items() if name not in named}
        for poorer in without_each_value(unnamed):
            assert len(graph_of({**poorer, **named})) < triples, poorer
        assert len(graph_of({**annotation, "invented": "x"})) == triples


@OLD_NAME
def test_annotations_mean_what_the_vocabulary_says() -> None:
    annotation = next(iter(annotations_of(ENTRY)))
    graph = graph_of(annotation)
    asked = f"""PREFIX oa: <{OA}>
        SELECT ?role ?exact ?start WHERE {{
            <{annotation["id"]}> a oa:Annotation ; oa:motivatedBy oa:classifying ; oa:hasTarget ?target .
            ?target a oa:SpecificResource ; oa:hasSource <{READING.report.url}> ;
                <urn:onrecord:vocabulary:role> ?role ; oa:hasSelector ?place , ?words .
            ?place a oa:TextPositionSelector ; oa:start ?start .
            ?words a oa:TextQuoteSelector ; oa:exact ?exact . }}"""
    found = {(str(role), str(exact), start.toPython()) for role, exact, start in graph.query(asked)}
    assert ("source", "The board", TEXT.index("The board")) in found and len(found) == 4


def test_without_the_text_an_annotation_has_its_place_alone() -> None:
    found = list(annotations_of(Entry(without_text(READING))))
    assert [fault for annotation in found for fault in faults(annotation)] == []
    selectors = [s for annotation in found for target in annotation["target"] for s in target["selector"]]
    assert {selector["type"] for selector in selectors} == {"TextPositionSelector"}

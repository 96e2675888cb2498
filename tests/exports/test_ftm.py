"""FollowTheMoney entities: the part of its model that is written, and the whole model where it is installed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord.exports.entries import Entry
from onrecord.exports.ftm import entities
from onrecord.ledger.positions import without_text
from onrecord.model import Voice
from tests.exports.entry import BARE, ENTRY, READING

MODEL: dict[str, dict[str, str]] = json.loads(
    (Path(__file__).parent / "cases" / "ftm_model.json").read_text("utf-8")
)
DOCUMENT = Entry(replace(READING, voices=(*(READING.voices or ()), Voice("v9", "dam file", "document"))))
ENTRIES = (ENTRY, BARE, DOCUMENT, Entry(without_text(READING)))
FORMS = {
    "date": r"\d{4}-\d\d-\d\d",
    "url": r"https?://\S+",
    "language": r"[a-z]{3}",
    "checksum": r"[0-9a-f]{40}",
    "entity": r"onrecord-\w+(-\w+)?",
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_entities_keep_to_the_model(entry: Entry) -> None:
    made = list(entities(entry))
    ids = {entity["id"] for entity in made}
    for entity in made:
        known = MODEL[entity["schema"]]
        for name, values in entity["properties"].items():
            assert values and all(isinstance(value, str) and value for value in values)
            assert all(re.fullmatch(FORMS.get(known[name], r"(?s).+"), value) for value in values), name
            assert known[name] != "entity" or set(values) <= ids
        assert entity["schema"] in ("Article", "Document", "Note") or entity["properties"]["name"]


def test_every_kind_of_voice_and_the_statements_are_there() -> None:
    made: list[Any] = list(entities(DOCUMENT))
    assert {entity["schema"] for entity in made} == set(MODEL) - {"$comment"}
    assert sum(entity["schema"] == "Note" for entity in made) == len(READING.attributions or ())


def test_the_model_itself_agrees() -> None:
    ftm = pytest.importorskip("followthemoney", reason="followthemoney is not installed")
    for schema, properties in MODEL.items():
        if schema != "$comment":
            known = ftm.model.get(schema)
            assert {name: known.get(name).type.name for name in properties} == properties
    for entry in ENTRIES:
        for entity in entities(entry):
            proxy = ftm.model.get_proxy(entity)
            proxy.schema.validate(proxy.to_dict())
            for name, values in entity["properties"].items():
                assert sorted(proxy.get(name)) == sorted(values), (name, "a value was not taken")

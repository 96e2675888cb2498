"""The JSON contract: its keys, and the way back."""

from __future__ import annotations

import json
from dataclasses import asdict, fields

from hypothesis import given
from hypothesis import strategies as st

from onrecord.exports.jsonl import dumps, from_json, to_json
from onrecord.model import (
    Attribution,
    Block,
    Certainty,
    Difference,
    Dispute,
    HeadlineCheck,
    Reading,
    Report,
    Said,
    Span,
    Time,
    Voice,
)

TEXT = "Ada Lind said it may rain. “A lie,” said Bo."


def full_reading(text: str = TEXT) -> Reading:
    """A reading in which every kind of row and every optional field is filled."""
    span = Span(0, 3)
    check = HeadlineCheck(
        "strengthened", span, ("a1",), (Difference("act", span, Span(4, 8)),), 0.5, "w", "m"
    )
    return Reading(
        report=Report(
            "r", "s", text, (Block(0, len(text), "body", "/html/p"),), "ff", published="2026-01-02"
        ),
        attributions=(
            Attribution(
                "a1",
                (Span(0, 8),),
                (Span(9, 13),),
                (Span(14, 26),),
                "indirect",
                "say",
                0.9,
                "test",
                voice="v1",
                said=Said("2026-01-01", 0, 3),
            ),
            Attribution("a2", (), (), (Span(14, 16),), "direct", "deny", 0.5, "test", within="a1"),
        ),
        voices=(Voice("v1", "Ada Lind", "person", ("minister",), "v2", (span,), "named", 0.8, 2, "test"),),
        times=(Time("t1", 0, 3, "date", "2026-01-02", "published", "day", "test"),),
        certainties=(
            Certainty("c1", 17, 20, "may", "possible", "a1", "PHIA", 0.4, 0.5, "low", ("n",), "test"),
        ),
        disputes=(
            Dispute("d1", "a1", "a2", "denies", span, "w"),
            Dispute("d2", span, span, "doubts", span, "w"),
        ),
        headline=check,
        sentence_checks=(check,),
        notes=("note",),
    )


def test_a_full_reading_comes_back_as_it_was() -> None:
    reading = full_reading()
    assert from_json(json.loads(dumps(reading))) == reading


def test_the_contract_has_its_keys() -> None:
    record = to_json(full_reading())
    want = {
        "": "onrecord report attributions voices times certainties disputes headline",
        "report": "id source url title published byline site language sha256 fetched text blocks",
        "attributions": "id source cue content quotation act within voice said confidence made_by",
        "voices": "id name kind roles speaks_for mentions why",
        "times": "start_char end_char kind value anchor",
        "certainties": "start_char end_char term direction holder yardstick low high",
        "disputes": "id claim denial kind cue why",
        "headline": "verdict rests_on differences",
    }
    for part, keys in want.items():
        rows = record[part] if part else record
        row = rows[0] if isinstance(rows, list) else rows
        assert set(row) >= set(keys.split()), part
    assert json.loads(dumps(full_reading()))["attributions"][0]["source"] == [[0, 8]]
    assert json.loads(dumps(full_reading()))["disputes"][1]["claim"] == [0, 3]


def test_rows_have_all_their_fields_in_order() -> None:
    reading = full_reading()
    made = to_json(reading)
    assert made["report"] == asdict(reading.report)
    for part in ("attributions", "voices", "times", "certainties", "disputes", "sentence_checks"):
        assert made[part] == [asdict(row) for row in getattr(reading, part)]
    assert made["headline"] == asdict(reading)["headline"]
    assert list(made["attributions"][0]) == [field.name for field in fields(Attribution)]


def test_a_reading_before_any_stage_is_written_with_empty_parts() -> None:
    record = to_json(Reading(Report("r", "s", "", (), "ff")))
    assert record["attributions"] == [] and record["headline"] is None


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40))
def test_any_text_is_one_encodable_line(text: str) -> None:
    line = dumps(full_reading(text))
    assert len(line.encode("utf-8").splitlines()) == 1
    assert json.loads(line)["report"]["text"] == text

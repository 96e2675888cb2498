from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.attributions import rules_v1
from onrecord.attributions.cues import lexicon
from onrecord.model import Attribution, Block, Reading, Report

CASES = tomllib.loads((Path(__file__).parent / "cases" / "rules_v1.toml").read_text(encoding="utf-8"))["case"]
WORDS = st.sampled_from(
    [
        *"“”‘’\"',.:;()\n",
        "Lee",
        "said",
        "says",
        "told",
        "that",
        "according",
        "to",
        "adding",
        "and",
        "who",
        "asked",
        "he",
    ]
)


def read(text: str, blocks: tuple[Block, ...] | None = None) -> tuple[Attribution, ...]:
    blocks = blocks if blocks is not None else (Block(0, len(text), "body"),)
    reading = Reading(Report(id="r", source="r.txt", text=text, blocks=blocks, sha256=""))
    rows = rules_v1.load()([reading])[0].attributions
    assert rows is not None
    return rows


def as_case(text: str, row: Attribution, rows: tuple[Attribution, ...]) -> dict[str, str]:
    def at(spans: tuple[tuple[int, int], ...]) -> str:
        return " ".join(text[start:end] for start, end in spans)

    outer = next((other for other in rows if other.id == row.within), None)
    return {
        "source": at(row.source),
        "cue": at(row.cue),
        "content": at(row.content),
        "quotation": row.quotation,
        "act": row.act,
        "within": at(outer.source) if outer else "",
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_attributions_are_found(case: dict[str, Any]) -> None:
    rows = read(case["text"])
    found = [as_case(case["text"], row, rows) for row in rows]
    for expected in case["expect"]:
        assert any(expected.items() <= row.items() for row in found), (expected, found)
    if case.get("none"):
        assert found == []


def test_furniture_gives_nothing() -> None:
    text = "Lee said that the bridge was closed.\nLee said that we use your sign-up."
    cut = text.index("\n") + 1
    rows = read(text, (Block(0, cut, "body"), Block(cut, len(text), "furniture")))
    assert [row.content[0].end_char <= cut for row in rows] == [True]


@settings(max_examples=100)
@given(st.lists(WORDS, max_size=60).map(" ".join) | st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    rows = read(text)
    assert read(text) == rows
    assert [row.id for row in rows] == [f"a{n}" for n in range(1, len(rows) + 1)]
    by_id = {row.id: row for row in rows}
    for row in rows:
        assert row.cue and row.content and 0 <= row.confidence <= 1
        for start, end in (*row.source, *row.cue, *row.content):
            assert 0 <= start < end <= len(text)
        if row.within:
            outer = by_id[row.within]
            assert all(any(part.holds(cue) for part in outer.content) for cue in row.cue)


@pytest.mark.parametrize("unit", ["said, ", "Lee said that ", "“A,” said Lee, ", "“a\n", "‘a s’ ", '"'])
@pytest.mark.usefixtures("no_collector")
def test_cost_is_linear(unit: str) -> None:
    def cost(times: int) -> float:
        started = time.process_time()
        read(unit * times)
        return time.process_time() - started

    cost(20)
    assert cost(1600) < 4 * 4 * max(cost(400), 0.02)


def test_every_form_of_the_lexicon_tells_its_act() -> None:
    cues = lexicon()
    assert len(cues.verbs) > 1000
    assert cues.act_of("has repeatedly denied") == "deny"
    assert cues.act_of("called for") == "urge"
    assert cues.act_of("declined to say") == "refuse"
    assert cues.act_of("continued to deny") == "deny"
    assert cues.act_of(":") == "say"
    assert all(form == form.lower() for form in (*cues.verbs, *cues.others))

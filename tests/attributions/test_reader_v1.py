from __future__ import annotations

import json
import shutil
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.attributions import reader_v1
from onrecord.attributions.networks import WEIGHTS
from onrecord.attributions.reader_v1 import Reader
from onrecord.encoder.files import checked
from onrecord.errors import BrokenModel
from onrecord.model import Attribution, Block, Reading, Report, Span

CASES = tomllib.loads((Path(__file__).parent / "cases" / "reader_v1.toml").read_text(encoding="utf-8"))[
    "case"
]


@cache
def reader() -> Reader:
    return reader_v1.load_reader()


def report(text: str, blocks: tuple[Block, ...] | None = None) -> Report:
    whole = (Block(0, len(text), "body"),) if text else ()
    return Report("r", "r.txt", text, blocks or whole, "", language="en")


def read(text: str) -> tuple[Attribution, ...]:
    return reader().read([Reading(report(text))])[0].attributions or ()


def described(rows: tuple[Attribution, ...], text: str) -> list[str]:
    number = {row.id: n for n, row in enumerate(rows, 1)}
    out = []
    for row in rows:
        parts = [
            " … ".join(text[a:b] for a, b in getattr(row, role)) for role in ("source", "cue", "content")
        ]
        out.append(" | ".join(parts) + (f" | within {number[row.within]}" if row.within else ""))
    return out


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_case(case: dict[str, Any]) -> None:
    found = described(read(case["text"]), case["text"])
    if case.get("exact", True):
        assert found == case["rows"]
    else:
        assert set(case["rows"]) <= set(found)


def check(rows: tuple[Attribution, ...], text: str) -> None:
    held = {row.id: row for row in rows}
    assert list(held) == [f"a{n}" for n in range(1, len(rows) + 1)]
    for row in rows:
        assert row.made_by == "reader_v1"
        assert 0 <= row.confidence <= 1
        assert row.cue
        assert row.content
        for start, end in (*row.source, *row.cue, *row.content):
            assert 0 <= start < end <= len(text)
        if row.within:
            outer = held[row.within]
            assert all(any(part.holds(span) for part in outer.content) for span in (*row.cue, *row.content))


@settings(max_examples=40)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    check(read(text), text)


@settings(max_examples=30)
@given(
    st.lists(
        st.sampled_from(['"', "“", "”", "\n", "said ", "Ann Lee ", "that ", "he ", "it rained", ". ", "''"]),
        max_size=60,
    )
)
def test_any_order_of_marks_and_words(parts: list[str]) -> None:
    text = "".join(parts)
    check(read(text), text)


def test_nothing_but_marks_is_read_in_time() -> None:
    text = "“" * 4_000 + '"' * 4_000
    check(read(text), text)


def test_a_long_text_is_read_in_pieces_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "The mayor said that the {} street would be closed.\n\n“Nobody told us,” said Ines Duarte.\n\n"
    text = "".join(line.format(n) for n in ("first", "second", "third", "fourth", "fifth", "sixth") * 4)
    whole = [(row.cue, row.content) for row in read(text)]
    monkeypatch.setattr("onrecord.attributions.reader_v1.pieces", reader_v1_pieces)
    cut = [(row.cue, row.content) for row in read(text)]
    assert len(set(whole) & set(cut)) >= 0.9 * len(whole)


def reader_v1_pieces(text: str) -> list[Any]:
    from onrecord.attributions.pieces import pieces

    return pieces(text, longest=700, context=300)


def test_batches_threads_and_order_change_nothing_much() -> None:
    texts = [case["text"] for case in CASES] * 3
    readings = [Reading(report(t)) for t in texts]
    together = [r.attributions for r in reader_v1.load(threads=2)(readings)]
    alone = [read(t) for t in texts]
    assert [[a.cue for a in rows or ()] for rows in together] == [[a.cue for a in rows] for rows in alone]


def test_furniture_gives_nothing() -> None:
    text = "Sign up, our editor said. It is free.\n\n“It rained,” Ann Lee said."
    end = text.index("\n")
    blocks = (Block(0, end, "furniture"), Block(end, len(text), "body"))
    rows = reader().read([Reading(report(text, blocks))])[0].attributions or ()
    assert [text[slice(*row.source[0])] for row in rows] == ["Ann Lee"]


def test_acts_and_kinds_of_quotation() -> None:
    text = "The company denied that it had paid the inspector. “We paid nobody,” its lawyer said."
    rows = read(text)
    assert [(row.act, row.quotation) for row in rows] == [("deny", "indirect"), ("say", "direct")]
    assert rows[0].cue == (Span(12, 18),)


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    for path in WEIGHTS.iterdir():
        shutil.copy(path, tmp_path / path.name)
    with (tmp_path / "cues.onnx").open("ab") as file:
        file.write(b"!")
    with pytest.raises(BrokenModel, match=r"cues\.onnx is damaged"):
        reader_v1.load(tmp_path)
    (tmp_path / "tagger.onnx").unlink()
    with pytest.raises(BrokenModel, match=r"tagger\.onnx cannot be read"):
        reader_v1.load(tmp_path)


def test_weights_are_small_and_settings_are_numbers() -> None:
    encoder = WEIGHTS.parent.parent / "encoder" / "weights"
    size = sum(p.stat().st_size for folder in (WEIGHTS, encoder) for p in folder.iterdir())
    assert size < 50e6
    tuned = json.loads(checked(WEIGHTS, "reader.json").read_text(encoding="utf-8"))
    assert set(tuned) >= {"settings", "calibration"}

"""The three lines that a Python user starts with."""

from __future__ import annotations

from pathlib import Path

import pytest

import onrecord
from onrecord.errors import UnreadableInput, UsageError

STORY = "Bridge to open\n\nIlse Brandt, the mayor, said on Monday that the bridge would open in May.\n"


def test_a_text_is_read(tmp_path: Path) -> None:
    reading = onrecord.read(STORY, published="2024-03-04")
    assert reading.report.text == STORY
    assert reading.report.published == "2024-03-04"
    assert any("Ilse Brandt" in reading.report.at(a.source) for a in reading.attributions or ())
    with onrecord.open_ledger(tmp_path / "l.db", mode="create") as ledger:
        (added,) = ledger.add([reading])
        assert ledger.reading(added.report) == reading


def test_a_file_and_a_report_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text(STORY, "utf-8")
    reading = onrecord.read(path, published="2024-03-04")
    assert reading.attributions == onrecord.read(STORY, published="2024-03-04").attributions
    assert onrecord.read(reading.report) == reading


def test_what_is_not_one_report(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(STORY, "utf-8")
    with pytest.raises(UsageError, match="exactly one report"):
        onrecord.read(tmp_path)
    with pytest.raises(UnreadableInput, match="does not exist"):
        onrecord.read(tmp_path / "none.txt")

"""The order of stages holds together, and a report in another language is kept but not read."""

from __future__ import annotations

from pathlib import Path

from onrecord.model import Block, Report
from onrecord.pipeline import STAGES, Pipeline


def report(text: str, language: str | None = "en") -> Report:
    return Report("r1", "given.txt", text, (Block(0, len(text), "body"),), "0" * 64, language=language)


def test_every_stage_needs_only_what_an_earlier_one_gives() -> None:
    given = {"report"}
    for stage in STAGES:
        assert set(stage.needs) <= given, stage.name
        given.add(stage.gives)


def test_a_reading_has_every_part() -> None:
    (reading,) = Pipeline.load().read([report("Anna Berg said on Monday that rain was likely.")])
    for part in ("attributions", "voices", "times", "certainties", "disputes"):
        assert getattr(reading, part) is not None, part


def test_another_language_is_kept_marked_and_left_alone() -> None:
    german = report("„Das ist falsch“, sagte der Bürgermeister.", language="de")
    english = report("“That is wrong,” the mayor said.")
    readings = Pipeline.load().read([german, english])
    assert [r.report for r in readings] == [german, english]
    assert readings[0].attributions == ()
    assert "another language (de)" in readings[0].notes[0]
    assert readings[1].notes == ()


def test_an_empty_batch_gives_no_readings() -> None:
    assert Pipeline.load().read([]) == []


def test_a_users_own_yardstick_is_used(tmp_path: Path) -> None:
    (tmp_path / "holm.toml").write_text(
        'name = "Holm"\nedition = "Risk table, 2030"\nsource = "handbook"\n\n'
        '[[term]]\nforms = ["likely"]\nlow = 0.60\nhigh = 0.70\n'
    )
    (tmp_path / "bodies.tsv").write_text("holm council\tpart\tHolm\n")
    (reading,) = Pipeline.load(yardsticks=tmp_path).read([report("Holm Council said a flood is likely.")])
    (certainty,) = reading.certainties or ()
    assert (certainty.yardstick, certainty.low, certainty.high) == ("Holm", 0.6, 0.7)

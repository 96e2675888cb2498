"""What later versions of a report changed, and that every ledger keeps it."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from onrecord.ledger import open_ledger
from onrecord.ledger.contract import Ledger
from onrecord.ledger.corrections import compare, in_words
from onrecord.ledger.integrity import check
from onrecord.model import Attribution, Reading, Report, Span, Voice
from tests.ledger.made import STORY, harbour, readings

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("corrections.toml").read_text("utf-8"))


def reading(case: dict[str, Any]) -> Reading:
    """A reading of statements written as `[voice, cue, content]`, each within the one before where it says so."""
    text, attributions, voices = case.get("title", "Title") + "\n", [], []
    for n, (name, cue, content, *within) in enumerate(case["statements"]):
        parts: list[tuple[Span, ...]] = []
        for part in (name, cue, content):
            parts.append((Span(len(text), len(text) + len(part)),))
            text += part + " "
        row = Attribution(
            f"a{n}", parts[0], parts[1], parts[2], "indirect", "say", 0.9, "hand", voice=f"v{n}"
        )
        if content.startswith("“"):
            row = replace(row, quotation="direct")
        attributions.append(replace(row, within=f"a{n - 1}") if within else row)
        kind = "person" if name[0].isupper() else "unnamed"
        voices.append(Voice(f"v{n}", name, kind))  # type: ignore[arg-type]
    report = Report("r1", "a.txt", text, (), "", title=case.get("title", "Title"))
    return Reading(report, tuple(attributions), tuple(voices))


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_cases(case: dict[str, Any]) -> None:
    found = compare(reading(case["before"]), reading(case["after"]), 2)
    assert [in_words(row) for row in found] == case["changed"]


@settings(max_examples=60)
@given(one=readings(), other=readings())
def test_any_two_readings_can_be_compared(one: Reading, other: Reading) -> None:
    made = compare(one, other, 2)
    assert made == compare(one, other, 2)
    for row in made:
        assert "\n" not in in_words(row)
    assert compare(one, one, 2) == []


def test_very_many_statements_take_no_square_time() -> None:
    many = {"statements": [["Ann", "said", f"it rains {n}"] for n in range(800)]}
    other = {"statements": [["Ann", "said", f"it {n} snows"] for n in range(800)]}
    kinds = [row.what for row in compare(reading(many), reading(other), 2)]
    assert kinds == ["statement removed"] * 800 + ["statement added"] * 800


LATER = STORY.replace("said on Monday", "claimed on Monday").replace(
    "Captain Lindqvist called the claim a lie.\n", ""
)


def later() -> Reading:
    made = harbour()
    attributions = tuple(a for a in made.attributions or () if a.id != "a4")
    shifted = [
        replace(a, cue=(Span(a.cue[0].start_char, a.cue[0].end_char + 3),)) if a.id == "a3" else a
        for a in attributions
    ]
    report = replace(made.report, text=LATER, sha256="2" * 64)
    return replace(made, report=report, attributions=tuple(shifted), disputes=())


def test_a_ledger_keeps_what_a_new_version_changed(ledger: Ledger) -> None:
    (first,) = ledger.add([harbour()])
    assert ledger.corrections(first.report) == ()
    assert ledger.corrected() == ()
    ledger.add([later()])
    found = ledger.corrections(first.report)
    assert [(row.version, row.what, row.before_row) for row in found] == [
        (2, "cue changed", "a3"),
        (2, "statement removed", "a4"),
    ]
    assert in_words(found[0]) == "Mira Oduya: ‘said on’ became ‘claimed on’"
    assert [entry.report for entry in ledger.corrected()] == [first.report]


def test_corrections_follow_a_better_reading_of_either_version(ledger: Ledger) -> None:
    (first,) = ledger.add([harbour()])
    ledger.add([later()])
    without = replace(harbour(), attributions=harbour().attributions[:3], disputes=())  # type: ignore[index]
    ledger.add([without])
    assert [row.what for row in ledger.corrections(first.report)] == ["cue changed"]
    ledger.add([replace(later(), attributions=(), certainties=(), headline=None)])
    kinds = [row.what for row in ledger.corrections(first.report)]
    assert kinds == ["statement removed", "statement removed", "quote removed"]


def test_corrections_go_with_the_report(ledger: Ledger) -> None:
    (first,) = ledger.add([harbour()])
    ledger.add([later()])
    ledger.forget(first.report, by="ada")
    assert ledger.corrected() == ()
    assert ledger.add([later()])[0].version == 1
    assert ledger.corrections(first.report) == ()


def test_a_ledger_with_corrections_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with open_ledger(path, mode="create") as ledger:
        ledger.add([harbour(), later()])
        assert ledger.corrections("harbour.txt")
    assert check(path) == ()

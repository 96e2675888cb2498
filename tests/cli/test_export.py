"""`onrecord export`: a ledger into files, never over what is there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from onrecord.cli import app
from onrecord.exports import FORMATS
from onrecord.exports.entries import Entry
from onrecord.ledger import open_ledger
from onrecord.model import Dispute, Span
from tests.exports.entry import READING


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    with open_ledger(path, mode="create") as opened:
        opened.add([READING])
    return path


def export(ledger: Path, to: str, output: Path, *more: str) -> Result:
    arguments = ["export", str(ledger), "--to", to, "--output", str(output), *more]
    return CliRunner().invoke(app, arguments)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_written(ledger: Path, tmp_path: Path, name: str) -> None:
    output = tmp_path / "out"
    result = export(ledger, name, output)
    assert result.exit_code == 0, result.output
    assert output.is_dir() == FORMATS[name].folder
    assert any(f.stat().st_size for f in ([output] if output.is_file() else output.iterdir()))
    assert not list(tmp_path.glob("*.part"))


def test_one_report_can_be_chosen(ledger: Path, tmp_path: Path) -> None:
    assert export(ledger, "jsonl", tmp_path / "o", "--report", "dam.txt").exit_code == 0
    assert json.loads((tmp_path / "o").read_text())["report"]["source"] == "dam.txt"


@pytest.mark.parametrize(
    ("to", "output", "says"), [("word", "o", "is no format"), ("csv", "ledger.db", "is there already")]
)
def test_wrong_use_ends_with_two_and_says_what_to_do(
    ledger: Path, tmp_path: Path, to: str, output: str, says: str
) -> None:
    result = export(ledger, to, tmp_path / output)
    assert result.exit_code == 2 and says in result.output


def test_the_answer_to_a_search_is_written_with_what_stands_around_it(ledger: Path, tmp_path: Path) -> None:
    done = export(ledger, "jsonl", tmp_path / "o", "--search", "rubbish")
    assert done.exit_code == 0, done.output
    record = json.loads((tmp_path / "o").read_text())
    assert [row["id"] for row in record["attributions"]] == ["a1", "a2", "a3"]
    assert "Only the statements that answer the search 'rubbish'" in record["notes"][-1]


def test_disputes_of_what_only_stands_around_an_answer_are_left_out() -> None:
    dispute = Dispute("d1", "a1", "a4", "denies", Span(0, 3), "made up")
    part = Entry(replace(READING, disputes=(dispute,))).only({"a3"}, "a part")
    assert [row.id for row in part.reading.attributions or ()] == ["a3"]
    inner = Entry(replace(READING, disputes=(dispute,))).only({"a2"}, "a part")
    assert [row.id for row in inner.reading.attributions or ()] == ["a1", "a2"]
    assert inner.reading.disputes == ()
    whole = Entry(replace(READING, disputes=(dispute,))).only({"a4"}, "a part")
    assert whole.reading.disputes == (dispute,)


def test_a_search_without_an_answer_writes_an_empty_file(ledger: Path, tmp_path: Path) -> None:
    assert export(ledger, "jsonl", tmp_path / "o", "--search", "zebra").exit_code == 0
    assert (tmp_path / "o").read_bytes() == b""


@pytest.mark.parametrize(("to", "words"), [("jsonl", '"open'), ("brat", "certainty>=two")])
def test_a_search_that_makes_no_sense_writes_nothing(
    ledger: Path, tmp_path: Path, to: str, words: str
) -> None:
    assert export(ledger, to, tmp_path / "o", "--search", words).exit_code == 2
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("o")]


def test_who_reviewed_goes_with_it(ledger: Path, tmp_path: Path) -> None:
    with open_ledger(ledger, mode="change") as book:
        book.review(f"{book.reports()[0].report}.d1", "rejected", by="ada", note="no claim")
    assert export(ledger, "jsonl", tmp_path / "o").exit_code == 0
    (change,) = json.loads((tmp_path / "o").read_text())["trail"]
    assert (change["row"], change["by"], change["to_state"]) == ("d1", "ada", "rejected")

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onrecord.cli import app
from onrecord.ledger import open_ledger
from onrecord.model import Page
from onrecord.pages import gather, parse
from tests.families.family import CASES, pipeline

EXAMPLES = CASES.parents[2] / "examples" / "reports"
BORDER = ["01-border-update.txt", "02-border-wire.html", "03-border-tabloid.html", "04-palace-denial.html"]
OTHERS = ["05-dam-inquiry.txt", "06-interview.txt", "11-housing-memo.txt"]
FERRY = [str(CASES / "ferry" / f"{k}.txt") for k in "abcd"]


def test_compare_prints_a_table_json_and_a_page() -> None:
    run = CliRunner().invoke(app, ["compare", *FERRY, "--to", "json"])
    assert run.exit_code == 0
    assert [r["copy_of"] is not None for r in json.loads(run.stdout)["reports"]] == [
        False,
        False,
        False,
        True,
    ]
    assert "elided" in CliRunner().invoke(app, ["compare", *FERRY]).stdout
    assert "</html>" in CliRunner().invoke(app, ["compare", *FERRY, "--to", "html"]).stdout


def test_one_report_cannot_be_compared() -> None:
    run = CliRunner().invoke(app, ["compare", FERRY[0]])
    assert run.exit_code == 2
    assert "two reports" in run.stderr


def test_check_says_by_its_exit_code_whether_something_is_wrong(tmp_path: Path) -> None:
    fine, wrong = tmp_path / "fine.txt", tmp_path / "wrong.txt"
    fine.write_text("“We will not let a boat land at a stage,” said Oswin Tarrel.\n", encoding="utf-8")
    wrong.write_text("“We will let a boat land at a stage,” said Oswin Tarrel.\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["check", str(fine), "--against", *FERRY]).exit_code == 0
    run = CliRunner().invoke(app, ["check", str(wrong), "--against", *FERRY, "--to", "json"])
    assert run.exit_code == 1
    (finding,) = json.loads(run.stdout)
    assert (finding["status"], finding["changes"][0]["from"]) == ("altered", "not")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of the example reports: four on the border, three on other matters, and the ferry notice."""
    path = tmp_path_factory.mktemp("ledger") / "book.db"
    pages = gather([*(str(EXAMPLES / name) for name in [*OTHERS, *BORDER]), FERRY[0]])
    reports = [parse(page) for page in pages if isinstance(page, Page)]
    with open_ledger(path, mode="create") as book:
        book.add(pipeline().read(reports))
    return path


def compared(*arguments: str) -> list[str]:
    """The files of the reports that a comparison takes, in its order."""
    run = CliRunner().invoke(app, ["compare", *arguments, "--to", "json"])
    assert run.exit_code == 0, run.output
    rows: list[dict[str, Any]] = json.loads(run.stdout)["reports"]
    return [Path(row["source"]).name for row in rows]


def test_of_a_ledger_the_reports_on_one_matter_are_compared(ledger: Path) -> None:
    assert compared(str(ledger)) == BORDER
    assert compared(str(ledger), "--about", "reservists") == BORDER


def test_of_a_ledger_the_reports_beside_a_file_are_compared(ledger: Path) -> None:
    assert compared(str(ledger), FERRY[1]) == ["b.txt", "a.txt"]


def test_a_matter_that_a_ledger_does_not_have_is_told(ledger: Path) -> None:
    run = CliRunner().invoke(app, ["compare", str(ledger), "--about", "zeppelins"])
    assert run.exit_code == 2
    assert "zeppelins" in run.stderr


def test_a_text_is_checked_against_a_ledger(ledger: Path, tmp_path: Path) -> None:
    text = tmp_path / "draft.txt"
    text.write_text("“We will not let a boat land at a stage,” said Oswin Tarrel.\n", encoding="utf-8")
    run = CliRunner().invoke(app, ["check", str(text), "--against", str(ledger), "--to", "json"])
    (finding,) = json.loads(run.stdout)
    assert (run.exit_code, finding["status"], Path(finding["source"]).name) == (0, "verbatim", "a.txt")
    text.write_text("“We will let any boat land at a stage,” said Oswin Tarrel.\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["check", str(text), "--against", str(ledger)]).exit_code == 1


def test_a_forgotten_report_leaves_the_index_too(ledger: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with open_ledger(copy, mode="create") as book, open_ledger(ledger) as whole:
        book.add([whole.reading(entry.report) for entry in whole.reports()])
    assert compared(str(copy)) == BORDER
    assert CliRunner().invoke(app, ["forget", str(copy), "04-palace-denial.html", "--yes"]).exit_code == 0
    kept = tmp_path / "copy.db.statements"
    assert not any(b"signed every sheet" in file.read_bytes() for file in kept.rglob("texts.bin"))


def test_a_page_that_was_read_again_is_indexed_anew(ledger: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with open_ledger(copy, mode="create") as book, open_ledger(ledger) as whole:
        book.add([whole.reading(entry.report) for entry in whole.reports()])
    assert compared(str(copy)) == BORDER
    with open_ledger(copy, mode="change", clock=lambda: datetime(2099, 1, 1, tzinfo=UTC)) as book:
        other = replace(book.reading(BORDER[3]), attributions=(), certainties=(), disputes=(), headline=None)
        assert book.add([other])[0].change == "read again"
    assert compared(str(copy)) == BORDER[:3]

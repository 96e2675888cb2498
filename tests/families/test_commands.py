from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from onrecord.cli import app
from tests.families.family import CASES

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

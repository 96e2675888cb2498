"""`onrecord read`: what comes in, what comes out, and what is said about the rest."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from onrecord.exports import jsonl
from onrecord.ledger import Search, open_ledger
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("simple")


def test_a_folder_with_broken_things_in_it(run: Run, papers: Path, tmp_path: Path) -> None:
    done = run("read", papers, "--into", tmp_path / "l.db")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "3 reports in" in done.stderr
    assert "3 attributions, 3 voices" in done.stderr
    assert "Ledger: 3 new, 0 new version, 0 read again, 0 unchanged." in done.stderr
    assert "Skipped 2:" in done.stderr
    assert "Traceback" not in done.stderr
    with open_ledger(tmp_path / "l.db") as ledger:
        assert ledger.search(Search("bridge")).hits[0].voice == "Ilse Brandt"
        assert len(ledger.failures()) == 2
    listed = run("failures", tmp_path / "l.db")
    assert listed.exit_code == 0
    assert "c.jsonl" in listed.stdout


def test_all_read_is_exit_code_0(run: Run, papers: Path, tmp_path: Path) -> None:
    assert run("read", papers / "a.txt", papers / "b.txt", "--into", tmp_path / "l.db").exit_code == 0
    assert run("failures", tmp_path / "l.db").stdout == "Nothing failed.\n"


def test_reading_again_adds_nothing(run: Run, papers: Path, tmp_path: Path) -> None:
    book = tmp_path / "l.db"
    run("read", papers, "--into", book)
    again = run("read", papers, "--into", book)
    assert "Ledger: 0 new, 0 new version, 0 read again, 3 unchanged." in again.stderr
    forced = run("read", papers, "--into", book, "--again")
    assert "3 unchanged" in forced.stderr
    assert "3 attributions" in forced.stderr, "--again reads the pages, and finds the same"


def test_a_changed_page_is_a_new_version(run: Run, papers: Path, tmp_path: Path) -> None:
    book = tmp_path / "l.db"
    run("read", papers / "a.txt", "--into", book)
    (papers / "a.txt").write_text("Bridge to open\n\nIlse Brandt said the bridge will open in June.\n")
    done = run("read", papers / "a.txt", "--into", book)
    assert "0 new, 1 new version" in done.stderr
    assert "version 2 of 2" in run("show", book, "a.txt").stdout
    assert "in May" in run("show", book, "a.txt", "--version", 1).stdout


def test_json_lines_are_readings(run: Run, papers: Path) -> None:
    done = run("read", papers / "a.txt", "--to", "jsonl", "--published", "2024-05-06")
    readings = [jsonl.from_json(json.loads(line)) for line in done.stdout.splitlines()]
    assert [reading.report.published for reading in readings] == ["2024-05-06"]
    assert readings[0].report.text == (papers / "a.txt").read_text()
    assert readings[0].attributions


def test_without_options_a_table_is_printed_into_a_pipe_too(run: Run, papers: Path) -> None:
    done = run("read", papers / "a.txt")
    assert re.search(r"a1\s+Ilse Brandt\s+said\s+the bridge will open in May\s+\.70", done.stdout)


def test_nothing_is_printed_when_not_wanted(run: Run, papers: Path) -> None:
    done = run("read", papers / "a.txt", "--to", "none", "-q")
    assert (done.stdout, done.stderr, done.exit_code) == ("", "", 0)


def test_printing_and_storing_at_once(run: Run, papers: Path, tmp_path: Path) -> None:
    for _ in range(2):
        done = run("read", papers / "a.txt", "--into", tmp_path / "l.db", "--to", "jsonl")
        assert len(done.stdout.splitlines()) == 1
    assert "1 unchanged" in done.stderr


def test_standard_input(run: Run) -> None:
    done = run("read", "-", "--to", "jsonl", input="News\n\nMo Brenner said it rains.\n")
    assert json.loads(done.stdout)["report"]["text"].startswith("News")


def test_attributions_that_are_not_sure_enough_are_left_out(run: Run, papers: Path) -> None:
    done = run("read", papers / "a.txt", "--to", "jsonl", "--min-confidence", "0.9")
    assert json.loads(done.stdout)["attributions"] == []
    assert "0 attributions" in done.stderr


def test_a_bug_in_one_report_is_that_reports(run: Run, papers: Path, tmp_path: Path) -> None:
    for n in range(40):
        (papers / f"more-{n}.txt").write_text(f"Number {n}\n\nAnn Ode said {n} is {n}.\n")
    (papers / "more-7.txt").write_text("Number 7\n\nPOISON\n")
    done = run("read", papers, "--into", tmp_path / "l.db")
    assert done.exit_code == 1
    assert "42 new" in done.stderr
    assert "more-7.txt: a bug in onrecord (ZeroDivisionError: poisoned)" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["read"], "Missing argument"),
        (["read", "x", "--intoo", "y"], "--into"),
        (["read", "x", "--to", "xml"], "xml"),
        (["read", "x", "--published", "yesterday"], "Write YYYY-MM-DD"),
        (["read", "x", "--min-confidence", "7"], "--min-confidence"),
        (["raed", "x"], "read"),
    ],
)
def test_wrong_usage_is_exit_code_2(run: Run, arguments: list[str], told: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_path_that_is_not_there_is_skipped_with_a_reason(run: Run) -> None:
    done = run("read", "no-such-file.txt")
    assert done.exit_code == 1
    assert "no-such-file.txt" in done.stderr
    assert "does not exist" in done.stderr


def test_into_something_that_is_no_ledger(run: Run, papers: Path) -> None:
    letter = papers / "letter.txt"
    letter.write_text("Dear reader, " * 200)
    done = run("read", papers / "a.txt", "--into", letter)
    assert done.exit_code == 2
    assert "not an SQLite file" in done.stderr
    assert letter.read_text().startswith("Dear reader")

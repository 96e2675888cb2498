"""`onrecord read`: what comes in, what comes out, and what is said about the rest."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from benchmarks.articles import articles, write_warc
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


def test_archives_and_tables_are_read_too(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("fastwarc", reason="the extra onrecord[batch] is not installed")
    pa = pytest.importorskip("pyarrow", reason="the extra onrecord[batch] is not installed")
    pq = pytest.importorskip("pyarrow.parquet", reason="the extra onrecord[batch] is not installed")
    write_warc(tmp_path / "a.warc.gz", articles(3))
    pq.write_table(
        pa.table({"text": ["Rain\n\nMo Lund said it rains.\n"], "source": ["t1"]}), tmp_path / "b.parquet"
    )
    done = run("read", tmp_path, "--to", "jsonl")
    readings = [jsonl.from_json(json.loads(line)) for line in done.stdout.splitlines()]
    assert [reading.report.source for reading in readings] == [a["url"] for a in articles(3)] + ["t1"]
    assert [reading.report.published for reading in readings[:3]] == [a["published"] for a in articles(3)]


def test_into_shards_and_from_there_into_a_ledger(run: Run, papers: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra onrecord[batch] is not installed")
    out, book = tmp_path / "out", tmp_path / "l.db"
    done = run("read", papers, "--to", "parquet", "--output", out)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "3 reports in" in done.stderr and "3 attributions" in done.stderr and "Skipped 2" in done.stderr
    taken = run("read", out, "--into", book)
    assert taken.exit_code == 1, "what could not be read is in the ledger's list"
    assert "Ledger: 3 new" in taken.stderr
    straight = tmp_path / "straight.db"
    run("read", papers, "--into", straight)
    for command in ("search", "failures", "voices"):
        assert run(command, book).stdout == run(command, straight).stdout
    assert "3 unchanged" in run("read", out, "--into", book).stderr
    again = run("read", papers, "--into", book)
    assert "3 unchanged" in again.stderr, "what came by way of shards is known when the pages come"
    assert "Set aside before: 2" in again.stderr


def test_what_was_set_aside_is_tried_again_when_asked(run: Run, papers: Path, tmp_path: Path) -> None:
    book = tmp_path / "l.db"
    run("read", papers, "--into", book)
    again = run("read", papers, "--into", book)
    assert (again.exit_code, "Set aside before: 2" in again.stderr) == (1, True)
    with open_ledger(book) as ledger:
        assert [entry.times_seen for entry in ledger.failures()] == [1, 1]
    forced = run("read", papers, "--into", book, "--again")
    assert "Skipped 2:" in forced.stderr
    with open_ledger(book) as ledger:
        assert [entry.times_seen for entry in ledger.failures()] == [2, 2]


def test_a_report_that_was_forgotten_can_be_read_again(run: Run, papers: Path, tmp_path: Path) -> None:
    book = tmp_path / "l.db"
    run("read", papers, "--into", book)
    run("forget", book, "a.txt", "--yes")
    assert "1 new" in run("read", papers, "--into", book).stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--engine", "plain", "--workers", "2"], "--engine daft"),
        (["--to", "parquet"], "--output FOLDER"),
        (["--output", "x", "--to", "jsonl"], "--to parquet"),
        (["--address", "auto", "--engine", "daft"], "--engine ray"),
        (["--engine", "daft", "--into", "postgresql+psycopg://nobody@127.0.0.1:1/x"], "postgres"),
    ],
)
def test_options_that_do_not_go_together(run: Run, papers: Path, arguments: list[str], told: str) -> None:
    done = run("read", papers, *arguments)
    assert done.exit_code == 2
    assert told in done.stderr


@pytest.mark.parametrize(
    "missing",
    [
        ("fastwarc.warc", "a.warc.gz"),
        ("pyarrow.parquet", "a.parquet"),
        ("pyarrow.parquet", "a.txt", "--to", "parquet", "--output", "out"),
        ("daft", "a.txt", "--engine", "daft"),
        ("ray", "a.txt", "--engine", "ray"),
    ],
)
def test_a_missing_extra_is_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...]
) -> None:
    package, *arguments = missing
    monkeypatch.chdir(tmp_path)
    Path(arguments[0]).write_text("Rain\n\nMo Lund said it rains.\n")
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setattr(
        "onrecord.batch.daft_engine.find_spec", lambda name: None if name == package else True
    )
    done = run("read", *arguments)
    assert done.exit_code == 2
    wanted = "ray" if package == "ray" else "batch"
    assert done.stderr.count("\n") == 1 and f"pip install 'onrecord[{wanted}]'" in done.stderr


def test_failures_as_lines(run: Run, papers: Path, tmp_path: Path) -> None:
    run("read", papers, "--into", tmp_path / "l.db")
    listed = [
        json.loads(line) for line in run("failures", tmp_path / "l.db", "--to", "jsonl").stdout.splitlines()
    ]
    assert [row["kind"] for row in listed] == ["UnreadableInput", "UnreadableInput"]
    assert all(row["reason"] and row["times_seen"] == 1 for row in listed)

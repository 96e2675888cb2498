"""Ledgers that keep positions alone: what they hold, and what is said instead of the words."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

import onrecord
from onrecord.errors import UsageError
from onrecord.ledger import Search, open_ledger
from onrecord.ledger.positions import NOTE
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("simple")
WORDS = ("the bridge will open", "Brandt said", "does not sail")


@pytest.fixture
def kept(papers: Path, tmp_path: Path, run: Run) -> Path:
    book = tmp_path / "positions.db"
    result = run("read", papers, "--into", book, "--no-text", "--quiet")
    assert result.exit_code == 1, result.output  # one of the pages is broken
    return book


def test_no_word_of_the_text_is_in_the_file(kept: Path) -> None:
    from onrecord.ledger.rows import unpack

    with open_ledger(kept) as book:
        assert {book.reading(r.report).report.text for r in book.reports()} == {""}
        assert all(NOTE in r.notes for r in book.reports())
    with sqlite3.connect(kept) as connection:
        for (packed,) in connection.execute("SELECT reading FROM versions"):
            assert unpack(packed).report.text == ""
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert not [words for words in WORDS if words in dump]


def test_offsets_still_count_in_the_page(kept: Path, papers: Path) -> None:
    text = (papers / "a.txt").read_text()
    with open_ledger(kept) as book:
        (statement,) = book.reading("a.txt").attributions or ()
        assert text[slice(*statement.content[0])] == "the bridge will open in May"
        assert [hit.voice for hit in book.search(Search(voice="Brandt")).hits] == ["Ilse Brandt"]


def test_a_second_run_reads_nothing_again(kept: Path, papers: Path, run: Run) -> None:
    assert (
        "0 new, 0 new version, 0 read again, 3 unchanged"
        in run("read", papers, "--into", kept, "--no-text").stderr
    )


def test_what_is_shown_says_where_the_words_stood(kept: Path, run: Run) -> None:
    shown = run("show", kept, "a.txt").stdout
    assert "Positions only" in shown and "[text not kept: characters" in shown
    assert "the bridge will open" not in shown
    found = run("search", kept, "bridge").stdout
    assert "0 of 0" in found and "Their words cannot be found" in found
    assert "[text not kept: between characters" in run("search", kept, "--voice", "Brandt").stdout


def test_a_decision_stays_with_its_place(kept: Path, papers: Path, run: Run) -> None:
    with open_ledger(kept, mode="change") as book:
        key = book.report("a.txt").report
        book.review(f"{key}.a1", "rejected", by="ada")
    assert (
        run("read", papers, "--into", kept, "--no-text", "--again", "--min-confidence", "0.1").exit_code == 1
    )
    with open_ledger(kept) as book:
        assert book.review_states(key) == {"a1": "rejected"}


def test_families_need_the_words(kept: Path, run: Run) -> None:
    assert run("compare", kept).exit_code == 2
    with open_ledger(kept) as book, pytest.raises(UsageError, match="keeps no text"):
        onrecord.compare([book.reading(report.report) for report in book.reports()])


def test_positions_are_kept_in_a_ledger_only(papers: Path, run: Run) -> None:
    result = run("read", papers, "--no-text")
    assert result.exit_code == 2 and "--into" in result.stderr

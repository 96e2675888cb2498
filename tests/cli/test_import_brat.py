"""Corrected brat folders come back as reviews."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.ledger import Search, open_ledger
from tests.cli.conftest import Run
from tests.exports.entry import READING

MADE_WITH = "onrecord 0.0.1, yardsticks own"


@pytest.fixture
def exported(tmp_path: Path, run: Run) -> tuple[Path, Path]:
    """A ledger with one report, and its folder for annotators."""
    book, folder = tmp_path / "dam.db", tmp_path / "sample"
    with open_ledger(book, mode="create") as ledger:
        ledger.add([READING], made_with=MADE_WITH)
    result = run("export", book, "--to", "brat", "--output", folder)
    assert result.exit_code == 0, result.output
    return book, folder


def states(book: Path) -> dict[str, str]:
    with open_ledger(book) as ledger:
        return dict(ledger.review_states(READING.report.id))


def test_what_was_kept_is_accepted_and_what_went_is_rejected(exported: tuple[Path, Path], run: Run) -> None:
    book, folder = exported
    file = folder / "r0123.ann"
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("E3")]
    lines += ["T90\tContent 0 3\tDam", "T91\tAttribution 0 3\tDam", "E9\tAttribution:T91 Content:T90"]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    result = run("import-brat", book, folder, "--by", "ada", "--note", "sample 1")
    assert result.exit_code == 0, result.output
    assert "3 accepted, 1 rejected, 1 added; 0 were reviewed so before" in result.output
    assert states(book) == {
        "a1": "accepted",
        "a2": "accepted",
        "a3": "rejected",
        "a4": "accepted",
        "a5": "accepted",
    }
    with open_ledger(book) as ledger:
        added = ledger.reading(READING.report.id).attribution("a5")
        assert (added.made_by, added.content, added.confidence) == ("annotator ada", ((0, 3),), 1.0)
        assert [hit.made_by for hit in ledger.search(Search()).hits].count("annotator ada") == 1
        assert {(change.by, change.note) for change in ledger.review_changes()} == {("ada", "sample 1")}
        assert ledger.held([READING.report], made_with=MADE_WITH) == [True], (
            "who annotates does not read the page again"
        )


def test_a_statement_added_before_is_not_added_again(exported: tuple[Path, Path], run: Run) -> None:
    book, folder = exported
    with (folder / "r0123.ann").open("a", encoding="utf-8") as file:
        file.write("T90\tContent 0 3\tDam\nT91\tAttribution 0 3\tDam\nE9\tAttribution:T91 Content:T90\n")
    assert "1 added" in run("import-brat", book, folder).output
    assert "0 added; 5 were reviewed so before" in run("import-brat", book, folder).output


def test_what_was_added_stays_when_the_page_is_read_again(exported: tuple[Path, Path], run: Run) -> None:
    book, folder = exported
    with (folder / "r0123.ann").open("a", encoding="utf-8") as file:
        file.write("T90\tContent 0 3\tDam\nT91\tAttribution 0 3\tDam\nE9\tAttribution:T91 Content:T90\n")
    run("import-brat", book, folder, "--by", "ada")
    fewer = replace(READING, attributions=(READING.attributions or ())[:3], disputes=())
    with open_ledger(book, mode="change") as ledger:
        assert ledger.add([fewer])[0].change == "read again"
        rows = ledger.reading(READING.report.id).attributions or ()
        assert [(row.id, row.made_by) for row in rows[3:]] == [("a4", "annotator ada")]
        assert ledger.review_states(READING.report.id)["a4"] == "accepted"
        assert ledger.add([fewer])[0].change == "unchanged"


def test_taking_a_folder_in_twice_changes_nothing_more(exported: tuple[Path, Path], run: Run) -> None:
    book, folder = exported
    run("import-brat", book, folder)
    result = run("import-brat", book, folder)
    assert "0 accepted, 0 rejected, 0 added; 4 were reviewed so before" in result.output
    with open_ledger(book) as ledger:
        assert len(ledger.review_changes()) == 4


def test_files_that_do_not_fit_are_skipped_and_change_nothing(exported: tuple[Path, Path], run: Run) -> None:
    book, folder = exported
    (folder / "stranger.ann").write_text("", "utf-8")
    (folder / "r0123.txt").write_text("another text", "utf-8")
    result = run("import-brat", book, folder)
    assert result.exit_code == 1
    assert "stranger.ann" in result.output and "not the text that the ledger has" in result.output
    assert states(book) == {}


def test_a_damaged_file_changes_nothing(exported: tuple[Path, Path], run: Run) -> None:
    book, folder = exported
    with (folder / "r0123.ann").open("a", encoding="utf-8") as file:
        file.write("T99\tCue here\n")
    result = run("import-brat", book, folder)
    assert result.exit_code == 1 and "is not brat standoff" in result.output
    assert states(book) == {}


def test_a_folder_without_annotations_is_an_error(
    exported: tuple[Path, Path], tmp_path: Path, run: Run
) -> None:
    result = run("import-brat", exported[0], tmp_path)
    assert result.exit_code == 2 and "no .ann files" in result.output

"""The lines that a Python user starts with."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import onrecord
from onrecord.errors import UnreadableInput, UsageError
from onrecord.model import Reading
from tests.exports.entry import BARE, READING, TEXT

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


def test_html_is_read_as_a_page_and_a_given_day_is_used(tmp_path: Path) -> None:
    page = (
        '<!DOCTYPE html><html lang="en"><head><title>Bridge to open</title>'
        '<meta property="article:published_time" content="2024-02-01"></head><body><article><h1>Bridge to open</h1>'
        "<p>Ilse Brandt, the mayor, said on Monday that the bridge would open in May.</p></article></body></html>"
    )
    reading = onrecord.read(page)
    assert reading.report.published == "2024-02-01" and "<p>" not in reading.report.text
    assert onrecord.read(page, published="2024-03-04").report.published == "2024-03-04"
    (tmp_path / "page.html").write_text(page, "utf-8")
    assert onrecord.read(tmp_path / "page.html", published="2024-03-04").report.published == "2024-03-04"
    assert onrecord.read(reading.report, published="2024-03-04").report.published == "2024-03-04"


def test_what_is_not_one_report(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(STORY, "utf-8")
    with pytest.raises(UsageError, match="exactly one report"):
        onrecord.read(tmp_path)
    with pytest.raises(UnreadableInput, match="does not exist"):
        onrecord.read(tmp_path / "none.txt")


def test_many_reports_of_any_kind_are_read_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.txt").write_text(STORY, "utf-8")
    (folder / "b.jsonl").write_text(
        '{"source": "w1", "text": "Wire\\n\\nNora Quist said it snows."}\n{broken\n'
    )
    skipped: list[str] = []
    made = replace(READING.report, source="made")
    found = list(
        onrecord.read_many([folder, STORY, made], batch=2, on_skip=lambda row: skipped.append(row.source))
    )
    sources = [Path(reading.report.source).name for reading in found]
    assert sources[0] == "a.txt" and sources[2:] == ["-", "made"] and len(sources) == 4
    assert len(skipped) == 1 and "b.jsonl" in skipped[0]
    assert found[0].attributions == found[2].attributions


def test_an_engine_reads_the_same_from_paths_alone(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra onrecord[batch] is not installed")
    from onrecord.batch.engines import Engine

    (tmp_path / "a.txt").write_text(STORY, "utf-8")
    (tmp_path / "b.jsonl").write_text(
        '{"source": "w1", "text": "Wire\\n\\nNora Quist said it snows."}\n{broken\n'
    )
    skipped: list[str] = []
    engine = Engine("plain", guarded=False)
    found = list(
        onrecord.read_many([tmp_path], engine=engine, on_skip=lambda row: skipped.append(row.source))
    )
    here = list(onrecord.read_many([tmp_path], on_skip=lambda row: None))
    assert [reading.attributions for reading in found] == [reading.attributions for reading in here]
    assert len(found) == 2 and len(skipped) == 1
    with pytest.raises(UsageError, match="give paths"):
        list(onrecord.read_many([STORY], engine=engine))


def test_reading_many_takes_no_more_than_it_is_asked_for() -> None:
    taken = 0

    def stories() -> Iterator[str]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield STORY

    next(onrecord.read_many(stories(), batch=3))
    assert taken == 3


def test_what_is_skipped_is_logged_if_nobody_asks(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "onrecord"):
        assert list(onrecord.read_many([tmp_path / "none.txt"])) == []
    assert "none.txt" in caplog.text and "does not exist" in caplog.text


def test_readings_are_compared() -> None:
    later = STORY.replace("Bridge to open", "May opening for bridge")
    readings = onrecord.read_many([onrecord.read(STORY, published="2024-03-04").report, later])
    comparison = onrecord.compare(readings)
    assert [report.published for report in comparison.reports] == ["2024-03-04", None]
    assert any(len({r.report for r in utterance.renderings}) == 2 for utterance in comparison.utterances)


def test_a_reading_prints_as_one_line() -> None:
    assert str(READING).endswith("(2026-05-01): 4 attributions, 3 voices, 1 times, 1 certainties, 2 disputes")
    assert str(BARE.reading).startswith("bare.txt (undated)")


class _Fragment(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_notebook_shows_the_text_as_text_with_its_marks() -> None:
    page = _Fragment()
    page.feed(READING._repr_html_())
    assert page.tags == {
        "div",
        "p",
        "strong",
        "br",
        "span",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "small",
    }
    for line in TEXT.split("\n")[:3]:
        assert line in page.text
    assert "READ MORE" not in page.text
    assert "Water Board ▸ divers" in page.text
    assert 'title="content of a1; source of a2"' in READING._repr_html_()
    assert isinstance(BARE.reading._repr_html_(), str)


@pytest.mark.parametrize("package", ["pyarrow", "pandas", "polars"])
def test_tables_of_other_packages_take_a_reading(package: str) -> None:
    module = pytest.importorskip(
        package, "3" if package == "pandas" else None, f"{package} is missing or too old"
    )
    table = {
        "pyarrow": lambda: module.table(READING).to_pydict(),
        "pandas": lambda: module.DataFrame.from_arrow(READING).to_dict("list"),
        "polars": lambda: module.DataFrame(READING).to_dict(as_series=False),
    }[package]()
    assert table["statement"] == ["a1", "a2", "a3", "a4"]
    assert table["chain"][1] == "Water Board > divers"


def test_a_reading_without_statements_is_an_empty_table() -> None:
    pa = pytest.importorskip("pyarrow", reason="the extra onrecord[arrow] is not installed")
    assert pa.table(Reading(BARE.reading.report)).num_rows == 0

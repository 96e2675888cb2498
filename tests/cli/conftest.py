"""A ledger to look at, papers to read, and a quick stand-in for the reader."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from onrecord.cli import app
from onrecord.ledger import open_ledger
from onrecord.model import Attribution, Reading, Report, Span, Voice
from onrecord.pipeline import Pipeline
from tests.ledger.made import harbour

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command as it would run into a pipe."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("USER", "ada")
    runner = CliRunner()
    return lambda *arguments, **more: runner.invoke(app, [str(a) for a in arguments], **more)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A ledger with one report."""
    path = tmp_path / "ledger.db"
    with open_ledger(path, mode="create", clock=lambda: datetime(2024, 5, 1, tzinfo=UTC)) as ledger:
        ledger.add([harbour()])
    return path


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder of pages in several kinds, one of them broken."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.txt").write_text("Bridge to open\n\nIlse Brandt said the bridge will open in May.\n")
    (folder / "b.txt").write_text("Ferry stopped\n\nThe ferry does not sail. Tom Reyes said he is sorry.\n")
    records = [
        {"source": "wire-1", "text": "Wire\n\nNora Quist said it snows.", "published": "2024-01-02"},
        {"source": "wire-2"},
    ]
    (folder / "c.jsonl").write_text("\n".join(map(json.dumps, records)) + "\n{broken\n")
    return folder


def simple_reading(report: Report) -> Reading:
    """Takes `Name Name said something.` for an attribution; `POISON` in a text breaks it."""
    if "POISON" in report.text:
        raise ZeroDivisionError("poisoned")
    at = report.text.find(" said ")
    if at < 0:
        return Reading(report, (), (), (), (), ())
    start = max(report.text.rfind(ch, 0, at) for ch in "\n.") + 1
    stop = report.text.find(".", at)
    source, cue, content = Span(start, at), Span(at + 1, at + 5), Span(at + 6, stop)
    name = report.at(source).strip()
    a = Attribution("a1", (source,), (cue,), (content,), "indirect", "say", 0.7, "simple_v1", voice="v1")
    return Reading(report, (a,), (Voice("v1", name, "person", why="named"),), (), (), ())


class SimplePipeline:
    """Reads with `simple_reading`, as the real one does in batches."""

    def read(self, reports: Sequence[Report]) -> list[Reading]:
        """One reading for each report."""
        return [simple_reading(report) for report in reports]


@pytest.fixture
def simple(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in takes the reader's place."""
    monkeypatch.setattr(Pipeline, "load", classmethod(lambda cls, **_: SimplePipeline()))

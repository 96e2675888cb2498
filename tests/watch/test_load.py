"""A small version of benchmarks/watch.py: a few hours of feeds, and readers beside the watcher."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import watch


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "FEEDS", 20)
    monkeypatch.setattr(watch, "HOSTS", 10)
    monkeypatch.setattr(watch, "HOURS", 6)


def test_hours_of_feeds_leave_nothing_behind(tmp_path: Path) -> None:
    found = watch.a_day(400, tmp_path / "l.db")
    assert (found["pages read"], found["failed"]) == (400, 0)
    assert found["statements in the ledger"] == 800
    assert found["corrected"] >= 4
    assert found["file handles at the end"] <= found["file handles after 4 hours"]
    assert found["most hosts in memory"] <= 10
    assert found["MB at the end"] < found["MB after 4 hours"] + 20


def test_readers_beside_the_watcher_see_no_error(tmp_path: Path) -> None:
    found = watch.beside_readers(100, 4, tmp_path / "l.db")
    assert (found["pages read"], found["pages in the ledger"]) == (100, 100)
    assert (found["statements missing or doubled"], found["errors of readers"]) == (0, 0)
    assert found["searches"] > 0

"""A process that reads for another: no report can stop it for good, and it never outlives who it reads for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.batch.guard import Guard, on_demand
from onrecord.batch.readers import Settings
from onrecord.batch.reading import SetAside, Skipped, batches, skipped
from onrecord.errors import StopRun, TooLarge
from onrecord.model import Page, Reading
from tests.batch import cheap

SETTINGS = Settings(load=cheap.load, seconds=2, memory=2**30)
ROOT = Path(__file__).parents[2]


def page(text: str) -> Page:
    return Page(f"{text[:9]}.txt", text.encode(), "0", "text")


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    with Guard(SETTINGS) as guard:
        yield guard


def test_it_reads_as_this_process_does(guard: Guard) -> None:
    pages = [page(f"Number {n}\n\nAnn Ode said {n} is {n}.\n") for n in range(40)]
    (here,) = (list(batches(pages, cheap.parse, cheap.read)),)
    assert list(batches(pages, guard.reader.parse, guard.reader.read)) == here
    assert sum(isinstance(row, Reading) for rows in here for row in rows) == 40


def test_reports_over_a_bound_are_set_aside_and_the_others_read(guard: Guard) -> None:
    texts = ["Ann Ode said yes.", "POISON", "SLEEP", "HUNGRY", "Bo Lund said no."]
    ((one, poison, slow, hungry, two),) = batches(map(page, texts), guard.reader.parse, guard.reader.read)
    assert isinstance(one, Reading) and isinstance(two, Reading)
    told = {row.kind: row.reason for row in (poison, slow) if isinstance(row, Skipped)}
    assert "bug in onrecord (ZeroDivisionError: poisoned)" in told["bug"]
    assert told["TooLarge"].startswith("It takes longer than 2 s; raise --most-seconds")
    assert isinstance(hungry, Skipped) and (hungry.kind, hungry.reason[:20]) == (
        "TooLarge",
        "It needs more memory",
    )


def test_a_process_that_dies_costs_the_report_it_was_reading(guard: Guard) -> None:
    guard.reader.parse(page("Ann Ode said yes."))
    guard._process.kill()
    with pytest.raises(TooLarge, match="SIGKILL"):
        guard.reader.parse(page("x"))
    assert guard.reader.parse(page("Ann Ode said yes.")).text == "Ann Ode said yes."


def test_what_cannot_load_stops_the_run() -> None:
    with Guard(Settings(load=cheap.load_nothing)) as guard, pytest.raises(StopRun, match="no weights"):
        guard.reader.parse(page("x"))
    with Guard(Settings(load=cheap.die)) as guard, pytest.raises(StopRun, match="while it was loading"):
        guard.reader.parse(page("x"))


def test_nothing_is_loaded_before_it_is_needed() -> None:
    with on_demand(Settings(load=cheap.load_nothing), guarded=False) as reader, pytest.raises(StopRun):
        reader.read([])
    with on_demand(Settings(load=cheap.load_nothing), guarded=True):
        pass


def test_the_models_are_loaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEAP_LOADED", str(tmp_path / "loaded"))
    with Guard(SETTINGS) as guard:
        for n in range(5):
            guard.reader.read([guard.reader.parse(page(f"Ann Ode said {n}."))])
    assert (tmp_path / "loaded").read_text() == "loaded\n"


def test_an_error_keeps_its_kind_over_the_line() -> None:
    assert skipped("a", SetAside("UnreadableInput", "no text")).kind == "UnreadableInput"


def test_it_ends_with_the_process_it_reads_for() -> None:
    script = (
        "import time; from tests.batch.test_guard import *\n"
        "guard = Guard(SETTINGS); guard.reader.parse(page('x')); print(guard._process.pid, flush=True); time.sleep(99)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        reader = int(process.stdout.readline())
        process.kill()
    until = time.monotonic() + 20
    while _lives(reader) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _lives(reader)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"

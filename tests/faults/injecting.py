"""Injecting one fault: prepare a place, do a job until the fault, look at what is there, do the job again to its end.

What must hold is the same for all: what was acknowledged is there, nothing is there twice or in part, the ledger is
whole by its own check, and doing the job again completes it.
"""

from __future__ import annotations

import gzip
import multiprocessing
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.ledger import open_ledger
from onrecord.ledger.integrity import check
from tests.faults.work import BATCHES, SIZE, Fault, batch, run
from tests.ledger.made import harbour

OLD = Path(__file__).parents[1] / "ledger" / "cases" / "version_1.db.gz"
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.faults.work"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a process ended: its exit code, what it told as done, its last word."""

    code: int | None
    done: tuple[Any, ...]
    last: dict[str, Any]


def do(job: str, place: Path, fault: Fault = Fault("none")) -> Outcome:  # noqa: B008  (frozen)
    """Do a job in a process of its own, under a fault."""
    told, tell = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=run, args=(job, str(place), tell, fault))
    process.start()
    tell.close()
    heard: list[Any] = []
    while True:
        try:
            heard.append(told.recv())
        except (EOFError, OSError):
            break
    process.join(60)
    last = heard.pop() if heard and isinstance(heard[-1], dict) else {}
    return Outcome(process.exitcode, tuple(heard), last)


def prepared(job: str, folder: Path) -> Path:
    """A new place for a job, with what it works on."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    place = folder / "ledger.db"
    if job == "migration":
        place.write_bytes(gzip.decompress(OLD.read_bytes()))
    elif job != "ingest":
        with open_ledger(place, mode="create") as ledger:
            ledger.add(
                [reading for number in range(BATCHES) for reading in batch(number)], made_with="faults"
            )
    return place


def hold(job: str, place: Path, done: tuple[Any, ...], *, finished: bool) -> None:
    """Assert what must hold of a place after a fault (or, `finished`, after the job was done again)."""
    if job == "ingest" and not place.exists():
        assert not done
        return
    empty = job == "ingest" and _is_empty(place)
    assert not (empty and done), "what was acknowledged is there"
    if empty:
        return
    assert check(place) == () if job != "migration" or finished else True
    LOOKS[job](place, done, finished)


def _is_empty(place: Path) -> bool:
    import sqlite3

    with sqlite3.connect(place) as connection:
        found = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
    connection.close()
    return not found


def _ingested(place: Path, done: tuple[Any, ...], finished: bool) -> None:
    with open_ledger(place) as ledger:
        sources = [entry.source for entry in ledger.reports()]
        assert all(entry.version == 1 and entry.statements == 4 for entry in ledger.reports())
    assert len(sources) == len(set(sources)), "nothing is there twice"
    whole = {number for number in range(BATCHES) if f"{number}-0.txt" in sources}
    assert set(sources) == {f"{number}-{n}.txt" for number in whole for n in range(SIZE)}, "batches are whole"
    assert whole >= set(done), "what was acknowledged is there"
    assert finished or whole <= {*done, len(done)}, "no more than what was begun"
    assert not finished or len(whole) == BATCHES


def _reviewed(place: Path, done: tuple[Any, ...], finished: bool) -> None:
    with open_ledger(place) as ledger:
        logged = [change.row for change in ledger.review_changes()]
        states = [
            f"{entry.report}.{row}"
            for entry in ledger.reports()
            for row in ledger.review_states(entry.report)
        ]
        assert len(ledger.reports()) == BATCHES * SIZE
    assert set(logged) == set(states), "each review is in the audit trail"
    assert set(states) >= set(done)
    assert not finished or len(states) == BATCHES * SIZE


def _forgotten(place: Path, done: tuple[Any, ...], finished: bool) -> None:
    with open_ledger(place) as ledger:
        left = {entry.report for entry in ledger.reports()}
    assert not left & set(done), "what was forgotten stays so"
    assert len(left) in (BATCHES * SIZE - len(done), BATCHES * SIZE - len(done) - 1) or finished
    assert not finished or not left


def _migrated(place: Path, done: tuple[Any, ...], finished: bool) -> None:
    if finished:
        with open_ledger(place) as ledger:
            assert ledger.reading("harbour.txt") == harbour()
            assert ledger.review_states("harbour.txt") == {"d1": "accepted"}
            assert len(ledger.reports()) == 1


def _exported(place: Path, done: tuple[Any, ...], finished: bool) -> None:
    output = place.with_suffix(".jsonl")
    if output.exists():
        assert len(output.read_bytes().splitlines()) == BATCHES * SIZE, (
            "half a file never has the name of a whole one"
        )
    assert output.exists() or not (done or finished)


LOOKS: dict[str, Callable[[Path, tuple[Any, ...], bool], None]] = {
    "ingest": _ingested,
    "review": _reviewed,
    "forget": _forgotten,
    "migration": _migrated,
    "export": _exported,
}


def faults(job: str, number: int, folder: Path, chance: random.Random) -> Iterator[Fault]:
    """Faults spread over a job: at steps of the database, at moments, and with no room left."""
    place = prepared(job, folder)
    steps = int(do(job, place).last["steps"])
    size = sum(file.stat().st_size for file in folder.iterdir())
    for n in range(number):
        kind = ("step", "step", "moment", "file size", "pages")[n % 5]
        if kind == "step":
            yield Fault("step", chance.randint(1, max(steps, 1)))
        elif kind == "moment":
            yield Fault("moment", chance.randint(1, 120))
        elif kind == "file size":
            yield Fault("file size", chance.randint(1, max(size, 2)))
        else:
            yield Fault("pages", chance.randint(1, max(size // 4096, 2)))


def suffer(job: str, fault: Fault, folder: Path) -> str:
    """One fault from beginning to end; gives how the process ended. Raises AssertionError if a promise is broken."""
    place = prepared(job, folder)
    outcome = do(job, place, fault)
    told = outcome.last.get("error", "")
    assert outcome.code in (0, 3, -9, -14), f"{outcome} is no way to end"
    assert outcome.code != 3 or len(told) > 20, "an error says what to do"
    hold(job, place, outcome.done, finished=False)
    again = do(job, place)
    assert again.code == 0, f"done again: {again}"
    hold(job, place, outcome.done, finished=True)
    return {0: "done before it", 3: "told in words"}.get(outcome.code or 0, "killed")

"""Several programs at one ledger at once, from the making of the file on; some of them are killed.

What is acknowledged to any of them is there, nothing is there twice or in part, who looks sees whole batches alone, and
whoever is not killed gets to the end: nobody is told that the ledger is locked for less than the time to wait.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.faults.injecting import do, hold, prepared
from tests.faults.work import SIZE, Fault


@dataclass(frozen=True, slots=True)
class Part:
    """What one of the programs does, and what happens to it."""

    job: str
    fault: Fault = Fault("none")  # noqa: RUF009  (frozen)


def parts(chance: random.Random) -> list[Part]:
    """Three to six programs: at least two that write and are left alone, others that are killed or look."""
    made = [Part(chance.choice(("ingest", "ingest by and by"))) for _ in range(2)]
    for _ in range(chance.randint(1, 4)):
        kind = chance.choice(("write", "killed", "killed", "look"))
        job = "look" if kind == "look" else chance.choice(("ingest", "ingest by and by"))
        fault = Fault("moment", chance.randint(1, 400)) if kind == "killed" else Fault("none")
        made.append(Part(job, fault))
    chance.shuffle(made)
    return made


def go_together(these: list[Part], folder: Path) -> int:
    """Start them all at once; gives how many were killed. Raises AssertionError if a promise is broken."""
    place = prepared("ingest", folder)
    with ThreadPoolExecutor(len(these)) as pool:
        outcomes = list(pool.map(lambda part: do(part.job, place, part.fault), these))
    done: set[int] = set()
    killed = 0
    for part, outcome in zip(these, outcomes, strict=True):
        if part.fault.kind == "none":
            assert outcome.code == 0, f"{part} was left alone: {outcome}"
        else:
            assert outcome.code in (0, -14), f"{part}: {outcome}"
            killed += outcome.code == -14
        if part.job == "look":
            assert all(seen % SIZE == 0 for seen in outcome.done), "batches are seen whole"
            assert list(outcome.done) == sorted(outcome.done), "what was seen stays"
        else:
            done |= set(outcome.done)
    hold("ingest", place, tuple(sorted(done)), finished=True)
    return killed

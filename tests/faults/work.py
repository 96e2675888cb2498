"""What a program was doing when a fault came: writing batches, migrating, reviewing, forgetting, exporting.

Each is a function of a place and a pipe on which it tells what is done for good (`acknowledged`). It runs in a process
of its own, which a fault ends: killed after so many steps of the database, killed at some moment, or without room.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sqlite3
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from onrecord.cli.export import export
from onrecord.errors import LedgerError
from onrecord.ledger import open_ledger, sqlite
from onrecord.ledger.dialects import Mode
from onrecord.model import Reading
from tests.ledger.made import STORY, harbour

BATCHES, SIZE = 8, 3
LOOKS = 20
_THIS_PROCESS = struct.pack("Ii", 0x20080522, 0)
_NO_CAPABILITIES = bytes(24)
"""What Linux's capset(2) takes: the layout's version with the process, and three sets of capabilities."""
STEP = 200
"""Instructions of the database's machine between two counts."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the process: `at` are counts of steps, milliseconds, bytes or pages."""

    kind: Literal["none", "step", "moment", "file size", "pages", "rights"]
    """`rights`: none but those of the files' owner, where the tests run as root, who may write anywhere."""
    at: int = 0


def reading(batch: int, number: int) -> Reading:
    """A reading that no other is like."""
    return harbour(f"{STORY}{'It rained. ' * 40}{batch} {number}\n", source=f"{batch}-{number}.txt")


def batch(number: int) -> list[Reading]:
    """The readings of one batch."""
    return [reading(number, n) for n in range(SIZE)]


def ingest(place: str, done: Connection) -> None:
    """Write all batches."""
    with open_ledger(place, mode="create") as ledger:
        for number in range(BATCHES):
            ledger.add(batch(number), made_with="faults")
            done.send(number)


def ingest_by_and_by(place: str, done: Connection) -> None:
    """Write all batches, opening and closing the ledger for each: its log is begun and taken in all the time."""
    for number in range(BATCHES):
        with open_ledger(place, mode="create") as ledger:
            ledger.add(batch(number), made_with="faults")
        done.send(number)


def look(place: str, done: Connection) -> None:
    """Look at the ledger again and again, from before it is there."""
    for _ in range(LOOKS):
        try:
            with open_ledger(place) as ledger:
                seen = len(ledger.reports())
        except LedgerError as error:
            if not ("There is no ledger" in str(error) or "is empty" in str(error)):
                raise
            seen = 0
        done.send(seen)
        time.sleep(0.01)


def review(place: str, done: Connection) -> None:
    """Review a row of every report, merge and split a voice."""
    with open_ledger(place, mode="change") as ledger:
        for entry in ledger.reports():
            ledger.review(f"{entry.report}.d1", "accepted", by="Ada")
            done.send(f"{entry.report}.d1")


def forget(place: str, done: Connection) -> None:
    """Forget the reports one by one."""
    with open_ledger(place, mode="change") as ledger:
        for entry in ledger.reports():
            ledger.forget(entry.report, by="Ada")
            done.send(entry.report)


def migrate(place: str, done: Connection) -> None:
    """Bring an old ledger up to date."""
    open_ledger(place, mode="change").close()
    done.send("migrated")


def write_export(place: str, done: Connection) -> None:
    """Export the ledger to a file beside it."""
    output = Path(place).with_suffix(".jsonl")
    output.unlink(missing_ok=True)
    export(Path(place), to="jsonl", output=output)  # type: ignore[arg-type]
    done.send("written")


Job = Callable[[str, Connection], None]
JOBS: dict[str, Job] = {
    "ingest": ingest,
    "review": review,
    "forget": forget,
    "migration": migrate,
    "export": write_export,
}
"""What is done alone, under a fault."""
TOGETHER: dict[str, Job] = {"ingest": ingest, "ingest by and by": ingest_by_and_by, "look": look}
"""What several do at once at the same place."""


def run(job: str, place: str, done: Connection, fault: Fault) -> None:
    """Do a job under a fault; the last thing told is how many steps it took, or the error in words."""
    steps = _suffer(fault)
    try:
        (JOBS | TOGETHER)[job](place, done)
    except (LedgerError, OSError) as error:
        done.send({"error": str(error)})
        os._exit(3)
    done.send({"steps": steps[0]})
    os._exit(0)  # nothing of the parent's is to be tidied up


def _suffer(fault: Fault) -> list[int]:
    """Arrange for the fault; gives a list of one number that counts steps."""
    steps = [0]
    plain = sqlite.connect

    def count() -> int:
        steps[0] += 1
        if fault.kind == "step" and steps[0] >= fault.at:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def connect(path: Path, mode: Mode) -> sqlite3.Connection:
        connection = plain(path, mode)
        connection.set_progress_handler(count, STEP)
        if fault.kind == "pages" and mode != "read":
            connection.execute(f"PRAGMA max_page_count = {fault.at}")
        return connection

    sqlite.connect = connect
    if fault.kind == "moment":
        # The default action ends the process wherever it is, in the middle of a call to the system too.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, fault.at / 1000)
    if fault.kind == "rights" and os.geteuid() == 0:
        assert ctypes.CDLL(None).capset(_THIS_PROCESS, _NO_CAPABILITIES) == 0
    if fault.kind == "file size":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault.at, resource.RLIM_INFINITY))
    return steps

"""Runs that are killed at random moments: `python -m tests.batch.killing FOLDER KIND KILLS SEED`.

FOLDER has `corpus.warc.gz`. A run is forked, killed after a while nobody chose, and begun again over the same ledger
until one comes to its end; then a new ledger is begun, until there were so many kills. Prints as JSON the names of
the ledgers that came to their end, and how often a run was killed. KIND is `straight`, or `shards` for by way of them.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from onrecord.batch.engines import Engine
from onrecord.batch.readers import Settings
from onrecord.batch.running import Job, steps
from onrecord.cli.run import Run
from onrecord.ledger import open_ledger
from tests.batch import cheap

THEN = datetime(2026, 3, 4, tzinfo=UTC)
LONGEST = 0.3


def read_into(ledger: Path, corpus: Path, kind: str) -> None:
    """What `onrecord read CORPUS --into LEDGER` does, with a cheap reader and a clock that stands still."""
    engine = Engine(guarded=False)
    out = ledger.with_suffix(".shards") if kind == "shards" else None
    with open_ledger(ledger, mode="create", clock=lambda: THEN) as book:
        run = Run(book, "none", "cheap", time.monotonic)
        for step in steps(Job([str(corpus)], Settings(load=cheap.load), engine, out), book.progress):
            run.take(step)


def killed(ledger: Path, corpus: Path, kind: str, seconds: float) -> bool:
    """Run in a process of its own; whether it was killed before its end."""
    child = os.fork()
    if child == 0:
        try:
            read_into(ledger, corpus, kind)
            os._exit(0)
        finally:
            os._exit(1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise SystemExit("a run failed")
    return False


def main(folder: Path, kind: str, kills: int, seed: int) -> None:
    """Kill so often, then let the last run end."""
    chance, corpus = random.Random(seed), folder / "corpus.warc.gz"
    done, number = 0, 0
    ledgers = [folder / "0.db"]
    while done < kills:
        if killed(ledgers[-1], corpus, kind, chance.uniform(0, LONGEST)):
            done += 1
        else:
            number += 1
            ledgers.append(folder / f"{number}.db")
    read_into(ledgers[-1], corpus, kind)
    print(json.dumps({"ledgers": list(map(str, ledgers)), "kills": done}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

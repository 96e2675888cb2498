"""Inject faults and count: `python -m tests.faults [--faults N] [--together N] [--seed N]`. Exit code 1: a promise was
broken. After the jobs that are done alone, several programs work at one ledger at once, so many times.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

from tests.faults.injecting import faults, suffer
from tests.faults.together import go_together, parts
from tests.faults.work import JOBS


def main() -> int:
    """Inject the faults, job by job."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Inject faults and count.")
    parser.add_argument("--faults", type=int, default=250, help="how many in all (default 250)")
    parser.add_argument("--together", type=int, default=100, help="rounds of several at once (default 100)")
    parser.add_argument("--seed", type=int, default=11)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    broken = total = 0
    with tempfile.TemporaryDirectory() as folder:
        for job in JOBS:
            ends: Counter[str] = Counter()
            place = Path(folder) / job
            for fault in faults(job, given.faults // len(JOBS), place, chance):
                try:
                    ends[suffer(job, fault, place)] += 1
                except AssertionError:
                    ends["BROKEN"] += 1
                    print(f"{job} under {fault}:")
                    traceback.print_exc()
            total += ends.total()
            broken += ends["BROKEN"]
            print(f"{job:10} {ends.total():4} faults: {dict(ends)}", flush=True)
        programs, killed, spoilt = _together(given.together, Path(folder) / "together", chance)
    print(
        f"together   {given.together:4} rounds of {programs} programs, {killed} killed, {spoilt} rounds broken"
    )
    print(f"{total} faults, {broken} with something lost, doubled or in part")
    return int(broken + spoilt > 0)


def _together(rounds: int, place: Path, chance: random.Random) -> tuple[int, int, int]:
    """Rounds of several programs at once; gives how many programs there were, were killed, and rounds broken."""
    programs = killed = broken = 0
    for _ in range(rounds):
        these = parts(chance)
        programs += len(these)
        try:
            killed += go_together(these, place)
        except AssertionError:
            broken += 1
            traceback.print_exc()
    return programs, killed, broken


if __name__ == "__main__":
    sys.exit(main())

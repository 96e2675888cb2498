"""Inject faults and count: `python -m tests.faults [--faults N] [--seed N]`. Exit code 1: a promise was broken."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

from tests.faults.injecting import faults, suffer
from tests.faults.work import JOBS


def main() -> int:
    """Inject the faults, job by job."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Inject faults and count.")
    parser.add_argument("--faults", type=int, default=250, help="how many in all (default 250)")
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
    print(f"{total} faults, {broken} with something lost, doubled or in part")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())

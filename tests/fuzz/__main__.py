"""Fuzz every way in: `python -m tests.fuzz [--seconds N] [--jobs N] [TARGET ...]`.

Each target runs for `--seconds` in a process of its own, from the cases that are kept and from those that earlier
runs found (`.fuzz/`). What breaks a promise is written to `tests/fuzz/cases/TARGET/`, where the tests replay it; mend
it, and commit the two together. Exit code 1 says that something was found.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.targets import TARGETS

CASES = Path(__file__).parent / "cases"
FOUND = Path(".fuzz")
LIMITS = (
    "-timeout=20",
    "-report_slow_units=60",
    "-rss_limit_mb=3000",
    "-max_len=6000",
    "-print_final_stats=1",
    "-verbosity=0",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one target fared."""

    target: str
    runs: int
    seconds: float
    broken: bool
    said: str


def fuzz(target: str, seconds: int, seed: int) -> Outcome:
    """Run one target for so many seconds; the seed 0 stands for one made up."""
    cases, found = CASES / target, FOUND / target
    cases.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.fuzz.one", target, str(found), str(cases), *LIMITS]
    command += [f"-max_total_time={seconds}", f"-seed={seed}", f"-artifact_prefix={cases}/"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    counted = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    runs = int(counted[1]) if counted else 0
    return Outcome(target, runs, time.monotonic() - began, done.returncode != 0, done.stderr[-4000:])


def main() -> int:
    """Run the targets and say how each fared."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz every way in.")
    parser.add_argument("targets", nargs="*", default=list(TARGETS), metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=600, help="for each target (default 600)")
    parser.add_argument("--seed", type=int, default=0, help="for the same run again (default: made up)")
    parser.add_argument("--jobs", type=int, default=2, help="targets at once (default 2)")
    given = parser.parse_args()
    unknown = sorted(set(given.targets) - set(TARGETS))
    if unknown:
        parser.error(f"no target {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    try:
        import atheris  # noqa: F401
    except ImportError:
        print("atheris is not installed (it is made for Linux on x86-64): nothing was fuzzed")
        return 0
    with ThreadPoolExecutor(given.jobs) as pool:
        outcomes = list(pool.map(lambda target: fuzz(target, given.seconds, given.seed), given.targets))
    for row in outcomes:
        print(
            f"{row.target:12} {row.runs:>9,} runs in {row.seconds:5.0f} s  {'BROKEN' if row.broken else 'ok'}"
        )
        if row.broken:
            print(row.said)
    return int(any(row.broken for row in outcomes))


if __name__ == "__main__":
    sys.exit(main())

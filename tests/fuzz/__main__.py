"""Fuzz every way in: `python -m tests.fuzz [--seconds N] [--jobs N] [--record] [TARGET ...]`.

Each target runs for `--seconds` of processor time in a process of its own, from the cases that are kept and from
those that earlier runs found (`.fuzz/`). What breaks a promise is written to `tests/fuzz/cases/TARGET/`, where the
tests replay it; mend it, and commit the two together. Exit code 1 says that something was found. `--record` writes
the figures to `evaluation/results.json`.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from evaluation.results import record
from tests.fuzz.targets import TARGETS

CASES = Path(__file__).parent / "cases"
FOUND = Path(".fuzz")
LIMITS = (
    "-timeout=300",
    "-report_slow_units=300",
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
    """Of processor time, loading included."""
    broken: bool
    said: str


def fuzz(target: str, seconds: int, seed: int) -> Outcome:
    """Run one target for so many seconds of processor time; the seed 0 stands for one made up."""
    cases, found = CASES / target, FOUND / target
    cases.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.fuzz.one", target, str(seconds), str(found), str(cases), *LIMITS]
    command += [f"-seed={seed}", f"-artifact_prefix={cases}/"]
    with tempfile.TemporaryFile() as file:
        process = subprocess.Popen(command, stdout=file, stderr=file)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        file.seek(0)
        said = re.sub(r"(?m)^INFO: .*\n", "", file.read().decode("utf-8", "replace"))
    counted = re.search(r"stat::number_of_executed_units:\s*(\d+)", said)
    runs = int(counted[1]) if counted else 0
    broken = process.returncode != 0 or not runs
    return Outcome(target, runs, usage.ru_utime + usage.ru_stime, broken, said[-4000:])


def main() -> int:
    """Run the targets and say how each fared."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz every way in.")
    parser.add_argument("targets", nargs="*", default=list(TARGETS), metavar="TARGET")
    parser.add_argument(
        "--seconds", type=int, default=600, help="of processor time for each target (default 600)"
    )
    parser.add_argument("--seed", type=int, default=0, help="for the same run again (default: made up)")
    parser.add_argument("--jobs", type=int, default=2, help="targets at once (default 2)")
    parser.add_argument("--record", action="store_true", help="write the figures to evaluation/results.json")
    given = parser.parse_args()
    unknown = sorted(set(given.targets) - set(TARGETS))
    if unknown:
        parser.error(f"no target {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    try:
        import atheris  # noqa: F401
    except ImportError:
        print("atheris is not installed (it is made for Linux on x86-64): nothing was fuzzed")
        return 0
    any_broken = False
    with ThreadPoolExecutor(given.jobs) as pool:
        for row in pool.map(lambda target: fuzz(target, given.seconds, given.seed), given.targets):
            fate = "BROKEN" if row.broken else "ok"
            print(f"{row.target:12} {row.runs:>9,} runs in {row.seconds:5.0f} s  {fate}", flush=True)
            if row.broken:
                print(row.said)
            any_broken = any_broken or row.broken
            if given.record:
                scores = {"runs": row.runs, "CPU seconds": round(row.seconds), "broken": int(row.broken)}
                record(f"fuzzing, {row.target}", scores, command=_command(row, given.seconds), data_sha256="")
    return int(any_broken)


def _command(row: Outcome, seconds: int) -> str:
    return f"python -m tests.fuzz --seconds {seconds} --record {row.target}"


if __name__ == "__main__":
    sys.exit(main())

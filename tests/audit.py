"""Known vulnerabilities of what is locked: `python -m tests.audit LOCK ...`. Exit code 0 means: all were asked about.

pip-audit asks the advisories of the package index. By itself it passes where the index answers, as mirrors do, that it
knows no advisories for anything; so here a dependency that was not looked up counts as a failure, with its own words
and exit code (2), apart from a vulnerability that was found (1).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

COMMAND = (sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off")
LOCKED = ("--require-hashes", "--disable-pip", "--requirement")


def verdict(lock: str, output: str, errors: str) -> tuple[int, str]:
    """The exit code and what to say of a lock file, after what pip-audit printed."""
    try:
        rows = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (errors.strip().splitlines() or ["it printed nothing"])[-1]
        return 2, f"{lock}: NOT AUDITED, pip-audit did not get through; is there a network?\n  {last[:300]}"
    found = [
        f"  {row['name']} {row['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'none'}"
        for row in rows
        for flaw in row.get("vulns", ())
    ]
    missed = [row["name"] for row in rows if "vulns" not in row]
    told = []
    if found:
        told += [f"{lock}: {len(found)} known vulnerabilities", *found]
    if missed or not rows:
        told.append(
            f"{lock}: NOT AUDITED, {len(missed)} of {len(rows)} dependencies were not looked up "
            f"({', '.join(missed[:3])} ...): the index that was asked has no advisories, as mirrors have none, "
            "or the network does not reach it. Run it where pypi.org can be reached."
        )
    if not told:
        told.append(f"{lock}: {len(rows)} dependencies, no known vulnerability")
    return (1 if found else 2 if missed or not rows else 0), "\n".join(told)


def audit(lock: str) -> tuple[int, str]:
    """Ask about all of a lock file."""
    done = subprocess.run([*COMMAND, *LOCKED, lock], capture_output=True, text=True, check=False)
    return verdict(lock, done.stdout, done.stderr)


def main(locks: Sequence[str]) -> int:
    """Audit the files; the exit code of the worst: a vulnerability before one that was not looked for."""
    codes = set()
    for lock in locks:
        code, told = audit(lock)
        codes.add(code)
        print(told, flush=True)
    return 1 if 1 in codes else max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

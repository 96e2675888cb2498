"""The committed record of scores: what was measured, on which data, when, how, on what machine."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")


def record(name: str, scores: dict[str, Any], *, command: str, data_sha256: str) -> None:
    """Write one measurement into `results.json`, in place of an earlier one of the same name."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results[name] = {
        "date": date.today().isoformat(),
        "command": command,
        "commit": _commit(),
        "machine": machine(),
        "data_sha256": data_sha256,
        "scores": scores,
    }
    text = json.dumps(dict(sorted(results.items())), indent=1, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")


def machine() -> str:
    """Processor, cores and Python of this machine, in words.

    Family and model stand there too: hosts often hide the rest of a processor's name, and speed hangs on them.
    """
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    told = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    cpu = told.get("model name") or platform.processor() or platform.machine()
    if "cpu family" in told:
        cpu += f" (family {told['cpu family']}, model {told.get('model')})"
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _commit() -> str:
    """The commit measured, with a plus sign if the tree had changes on top."""
    git = ["git", "-C", str(RESULTS.parent)]
    head = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    dirty = subprocess.run(
        [*git, "status", "--porcelain", "-uno"], capture_output=True, text=True, check=False
    )
    return head.stdout.strip() + ("+" if dirty.stdout.strip() else "")

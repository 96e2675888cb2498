"""Measures everything and holds it against the floors: `python -m evaluation [--only NAME]`.

Each measurement is a module of this folder, run with --record, so that `results.json` has what was measured. The run
fails if a score is below its floor in `floors.json`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import Any

from evaluation.corpora import NoData, data_folder
from evaluation.results import RESULTS

FLOORS = RESULTS.with_name("floors.json")
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("pages",),
    ("pages", "--flattened"),
    ("attributions", "--method", "rules_v1", "--split", "dev"),
    ("attributions", "--method", "reader_v1", "--split", "dev"),
    ("end_to_end",),
    ("times",),
    ("certainty",),
    ("voices",),
    ("disputes",),
    ("headline",),
    ("families",),
    ("families", "--matters"),
    ("checking",),
)


def main() -> int:
    """Measure, then check; gives the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=sorted({command[0] for command in COMMANDS}))
    chosen = parser.parse_args().only
    try:
        data_folder()
    except NoData as missing:
        print(f"Nothing was measured: {missing}", file=sys.stderr)
        return 2
    for name, *options in COMMANDS:
        if chosen in (None, name):
            print(f"== {name} {' '.join(options)}", flush=True)
            subprocess.run([sys.executable, "-m", f"evaluation.{name}", *options, "--record"], check=True)
    broken = below_floor(json.loads(RESULTS.read_text(encoding="utf-8")), floors())
    for line in broken:
        print(f"BELOW FLOOR {line}", file=sys.stderr)
    return 1 if broken else 0


def floors() -> list[dict[str, Any]]:
    """The floors: a result's name, the keys that lead to the score, and its `least` or `most`."""
    rows: list[dict[str, Any]] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return rows


def below_floor(results: dict[str, Any], floors: list[dict[str, Any]]) -> list[str]:
    """The scores that miss their floor, or that were never recorded, in words."""
    broken = []
    for floor in floors:
        value: Any = results.get(floor["result"], {}).get("scores", {})
        for key in floor["score"]:
            value = value.get(key) if isinstance(value, dict) else None
        name = f"{floor['result']}: {' / '.join(floor['score'])}"
        if not isinstance(value, int | float):
            broken.append(f"{name} is not recorded")
        elif value < floor.get("least", value) or value > floor.get("most", value):
            broken.append(f"{name} is {value}, its floor {floor.get('least', floor.get('most'))}")
    return broken


if __name__ == "__main__":
    sys.exit(main())

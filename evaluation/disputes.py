"""Measure the disputes stage: `python -m evaluation.disputes [--write]`.

On the 24 dev reports with the shared scorer: on gold attributions, voices and chains, and end to end on what the
pipeline reads.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation import results
from evaluation.corpora import data_folder, data_hash, gold_reading, layers, plain_report, scorer
from onrecord import disputes
from onrecord.exports.jsonl import dumps
from onrecord.model import Reading
from onrecord.pipeline import Pipeline


def scores(readings: Sequence[Reading]) -> dict[str, Any]:
    """What the shared scorer says of the disputes and of their denying ends."""
    folder = data_folder()
    with tempfile.TemporaryDirectory() as name:
        found, out = Path(name) / "readings.jsonl", Path(name) / "scores.json"
        found.write_text("\n".join(map(dumps, readings)) + "\n", encoding="utf-8")
        gold, texts = folder / "gold" / "layers_dev.jsonl", folder / "polnear" / "dev" / "text"
        command: list[str | Path] = [
            sys.executable,
            scorer("score_layers.py"),
            gold,
            found,
            texts,
            "--json",
            out,
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        everything = json.loads(out.read_text(encoding="utf-8"))
    return {"disputes": everything["disputes"], "denials": everything["denials"]}


def main() -> None:
    """Measure, print, and with --write record the scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="record the scores in results.json")
    arguments = parser.parse_args()
    records = layers("dev")
    reports = [plain_report(r["doc"], r["text"], r["published"], r["title"]) for r in records]
    measured = {
        "on gold attributions": scores(disputes.load()([gold_reading(r) for r in records])),
        "end to end": scores(Pipeline.load().read(reports)),
    }
    for name, values in measured.items():
        print(f"{name:22s}", values)
    if arguments.write:
        results.record(
            "disputes",
            measured,
            command="python -m evaluation.disputes --write",
            data_sha256=data_hash([data_folder() / "gold" / "layers_dev.jsonl"]),
        )


if __name__ == "__main__":
    main()

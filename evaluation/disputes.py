"""Measures the disputes stage on the 24 dev reports: `python -m evaluation.disputes [--record]`.

On gold attributions, voices and chains, and end to end on what the pipeline reads; both by the shared scorer.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from evaluation import results
from evaluation.corpora import data_folder, data_hash, gold_reading, layers, plain_report
from evaluation.end_to_end import layer_scores
from onrecord import disputes
from onrecord.model import Reading
from onrecord.pipeline import Pipeline


def scores(readings: Sequence[Reading]) -> dict[str, Any]:
    """What the shared scorer says of the disputes and of their denying ends."""
    everything = layer_scores(list(readings))
    return {"disputes": everything["disputes"], "denials": everything["denials"]}


def main() -> None:
    """Print the figures; with --record write them into results.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="write the figures into results.json")
    keep = parser.parse_args().record
    records = layers("dev")
    reports = [plain_report(r["doc"], r["text"], r["published"], r["title"]) for r in records]
    measured = {
        "on gold attributions": scores(disputes.load()([gold_reading(r) for r in records])),
        "end to end": scores(Pipeline.load().read(reports)),
    }
    for name, values in measured.items():
        print(f"{name:22s} {values}")
    if keep:
        command = "python -m evaluation.disputes --record"
        data = data_hash([data_folder() / "gold" / "layers_dev.jsonl"])
        results.record("disputes", measured, command=command, data_sha256=data)


if __name__ == "__main__":
    main()

"""Measures whole readings: every stage of the pipeline on what the stage before it really found.

    python -m evaluation.end_to_end [--record] [--readings FILE]

Reads the PolNeAR dev articles with their titles and dates, as a JSON Lines record would give them, and scores the
outermost attributions on all of them and the layers (voices, chains, disputes, certainties, headline) on those that
have layers.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from pathlib import Path
from typing import Any

from evaluation import attributions
from evaluation.corpora import data_folder, data_hash, layers, plain_report, polnear_text
from evaluation.results import record
from evaluation.scoring import score_layers
from onrecord.exports.jsonl import dumps
from onrecord.model import Reading, Report
from onrecord.pipeline import Pipeline

COMMAND = "python -m evaluation.end_to_end --record"


def main() -> None:
    """Print the figures; with --record write them into results.json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--record", action="store_true", help="write the figures into results.json")
    parser.add_argument("--readings", type=Path, help="keep the readings as JSON Lines in this file")
    args = parser.parse_args()
    started = time.process_time()
    readings = Pipeline.load().read(dev_reports())
    seconds = time.process_time() - started
    if args.readings:
        args.readings.write_text("".join(dumps(reading) + "\n" for reading in readings), encoding="utf-8")
    scores = {"attributions": flat_scores(readings), "layers": layer_scores(readings)}
    words = sum(len(reading.report.text.split()) for reading in readings)
    print(json.dumps(scores["layers"], indent=1))
    print(f"{words / seconds:.0f} words a CPU-second, loading included")
    if args.record:
        folder = data_folder()
        data = data_hash([folder / "polnear" / "dev", folder / "gold" / "layers_dev.jsonl"])
        record("end to end dev", scores, command=COMMAND, data_sha256=data)


def dev_reports() -> list[Report]:
    """The dev articles as reports, with title and date from the corpus' table."""
    with (data_folder() / "polnear" / "metadata.tsv").open(encoding="utf-8", newline="") as table:
        rows = {
            row["filename"]: row
            for row in csv.DictReader(table, delimiter="\t")
            if row["compartment"] == "dev"
        }
    return [
        plain_report(
            doc, polnear_text(doc, "dev"), rows[doc]["publication_date"] or None, rows[doc]["title"] or None
        )
        for doc in attributions.gold("dev")
    ]


def flat_scores(readings: list[Reading]) -> dict[str, Any]:
    """Scores of the outermost attributions."""
    found = {
        Path(reading.report.source).stem: [
            attributions.as_gold(row) for row in reading.attributions or () if row.within is None
        ]
        for reading in readings
    }
    return attributions.score(attributions.gold("dev"), found, "dev", "pipeline")


def layer_scores(readings: list[Reading]) -> dict[str, Any]:
    """Scores of voices, chains, disputes, certainties and headlines on the articles that have them."""
    wanted = {row["doc"] for row in layers("dev")}
    chosen = [reading for reading in readings if Path(reading.report.source).stem in wanted]
    return score_layers(chosen, "dev")


if __name__ == "__main__":
    main()

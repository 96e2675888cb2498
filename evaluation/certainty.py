"""Measures the certainty stage on the layers: `python -m evaluation.certainty --split dev`.

With gold attributions and voices by default, so that the stage is measured alone; `--read` lets the stages
before it read the articles too. `--errors` lists what is missed, found too much, or given the wrong holder or
direction.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from evaluation import results
from evaluation.corpora import Split, data_folder, data_hash, gold_reading, layers, plain_report
from evaluation.scoring import score_layers
from onrecord import certainty
from onrecord.model import Reading

Record = dict[str, Any]


def readings(records: list[Record], *, whole: bool) -> list[Reading]:
    """The readings to be scored: on gold attributions, or read by all stages up to this one."""
    if not whole:
        return certainty.load()([gold_reading(record) for record in records])
    from onrecord.pipeline import STAGES, Pipeline

    stages = STAGES[: [stage.gives for stage in STAGES].index("certainties") + 1]
    reports = [plain_report(r["doc"], r["text"], r["published"], r["title"]) for r in records]
    return Pipeline.load(stages).read(reports)


def score(found: list[Reading], split: Split) -> dict[str, Any]:
    """The certainty scores of the shared scorer."""
    scores = score_layers(found, split)
    return {name: value for name, value in scores.items() if name.startswith("certainty")}


def show_errors(records: list[Record], found: list[Reading]) -> None:
    """Print each row that gold has otherwise."""
    for record, reading in zip(records, found, strict=True):
        text, rows = record["text"], list(reading.certainties or ())
        for gold in record["certainties"]:
            start, end = gold["span"]
            row = next((row for row in rows if row.start_char < end and start < row.end_char), None)
            if row is None:
                print("missed   ", _around(text, start, end), gold["direction"])
                continue
            rows.remove(row)
            if row.direction != gold["direction"]:
                print("direction", _around(text, start, end), gold["direction"], "not", row.direction)
            if row.holder != gold["holder"] and reading.attributions:
                print("holder   ", _around(text, start, end), gold["holder"], "not", row.holder)
        for row in rows:
            print("too much ", _around(text, row.start_char, row.end_char), row.direction)


def _around(text: str, start: int, end: int) -> str:
    shown = f"{text[max(0, start - 50) : start]}[{text[start:end]}]{text[end : end + 40]}"
    return " ".join(shown.split())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="dev", choices=("train", "dev"))
    parser.add_argument("--read", action="store_true", help="let the stages before it read the articles too")
    parser.add_argument("--errors", action="store_true", help="list the errors")
    parser.add_argument("--record", action="store_true", help="keep the scores in results.json")
    arguments = parser.parse_args()
    records = layers(arguments.split)
    found = readings(records, whole=arguments.read)
    if arguments.errors:
        show_errors(records, found)
    scores = score(found, arguments.split)
    for name, value in scores.items():
        print(f"{name:22s} {value}")
    if arguments.record:
        command = " ".join(["python -m evaluation.certainty", *sys.argv[1:]])
        name = f"certainty {'end to end' if arguments.read else 'on gold attributions'} {arguments.split}"
        file = data_folder() / "gold" / f"layers_{arguments.split}.jsonl"
        results.record(name, scores, command=command, data_sha256=data_hash([file]))


if __name__ == "__main__":
    main()

"""Measuring comparisons on families of reports: `python -m evaluation.families [--shipped] [--out FOLDER] [--record]`.

Prints the shared scorer's figures with one family left out of training at a time, which are the honest ones. With
`--shipped` the shipped weights are used, which were fitted on these families.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaluation.corpora import data_folder, data_hash, scorer
from evaluation.results import record
from onrecord.exports.comparison import comparison_to_json
from onrecord.families import compare
from onrecord.families.records import Comparison
from onrecord.model import Reading
from onrecord.pages import gather, parse
from onrecord.pipeline import Pipeline

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Family:
    """A family's gold and the readings of its reports, in the gold's order."""

    name: str
    gold: Json
    readings: tuple[Reading, ...]


def folder() -> Path:
    """Where the families lie. Raises NoData if the data are not there."""
    return data_folder() / "families"


def families(pipeline: Pipeline, *, given: bool) -> list[Family]:
    """Every family with its reports read. With `given`, date and outlet are taken from the gold, as a record of a
    feed would give them; else they are what the text shows."""
    found = []
    for path in sorted(folder().glob("*.gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        reports = []
        for row in gold["reports"]:
            (page,) = gather([str(path.parent / row["file"])])
            if given:
                page = replace(page, published=row["published"], outlet=row["outlet"])
            reports.append(parse(page))  # type: ignore[arg-type]
        found.append(Family(gold["family"], gold, tuple(pipeline.read(reports))))
    return found


def score(comparisons: Sequence[Comparison]) -> Json:
    """The shared scorer's figures for comparisons of whole families."""
    with tempfile.TemporaryDirectory() as name:
        files = []
        for k, comparison in enumerate(comparisons):
            file = Path(name) / f"{k}.json"
            file.write_text(json.dumps(comparison_to_json(comparison)), encoding="utf-8")
            files.append(str(file))
        out = Path(name) / "scores.json"
        command = [
            sys.executable,
            str(scorer("score_families.py")),
            str(folder()),
            *files,
            "--json",
            str(out),
        ]
        subprocess.run(command, check=True, capture_output=True)
        scores: Json = json.loads(out.read_text(encoding="utf-8"))
    return scores


def main() -> None:
    """Compare every family and print the scores; keep the comparisons and record the scores if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shipped", action="store_true", help="use the shipped weights")
    parser.add_argument("--out", type=Path, help="folder for the comparisons as JSON")
    parser.add_argument("--given", action="store_true", help="take dates and outlets from the gold")
    parser.add_argument("--record", action="store_true", help="write the figures into results.json")
    arguments = parser.parse_args()
    found = families(Pipeline.load(), given=arguments.given)
    made = [compare(f.readings) for f in found] if arguments.shipped else _left_out(found)
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        for family, comparison in zip(found, made, strict=True):
            text = json.dumps(comparison_to_json(comparison), ensure_ascii=False, indent=1)
            (arguments.out / f"{family.name}.json").write_text(text, encoding="utf-8")
    scores = score(made)
    for measure, value in scores.items():
        print(f"{measure:14s} {value}")
    if arguments.record:
        name = "families" + " shipped" * arguments.shipped + " given" * arguments.given
        record(
            name,
            scores,
            command=f"python -m evaluation.{name.replace(' ', ' --')}",
            data_sha256=data_hash([folder()]),
        )


def _left_out(found: Sequence[Family]) -> list[Comparison]:
    from training.families.train import left_out, sample  # which needs this module's families

    return left_out([sample(family) for family in found])


if __name__ == "__main__":
    main()

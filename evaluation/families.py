"""Measuring comparisons on families of reports: `python -m evaluation.families [--shipped | --matters] [--record]`.

Prints the shared scorer's figures with one family left out of training at a time, which are the honest ones. With
`--shipped` the shipped weights are used, which were fitted on these families. With `--matters` it is measured whether
the reports of each family are found together among the newspaper articles of the corpus, as in a ledger that has all.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby
from math import comb
from pathlib import Path
from typing import Any

from evaluation.corpora import data_folder, data_hash, plain_report, polnear_text
from evaluation.results import record
from evaluation.scoring import scored
from onrecord.exports.comparison import comparison_to_json
from onrecord.families import compare
from onrecord.families.finding import StatementIndex
from onrecord.families.records import Comparison
from onrecord.model import Page, Reading
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
            if not isinstance(page, Page):
                raise page.reason
            if given:
                page = replace(page, published=row["published"], outlet=row["outlet"])
            reports.append(parse(page))
        found.append(Family(gold["family"], gold, tuple(pipeline.read(reports))))
    return found


def score(comparisons: Sequence[Comparison]) -> Json:
    """The shared scorer's figures for comparisons of whole families."""
    with tempfile.TemporaryDirectory() as name:
        files = []
        for k, comparison in enumerate(comparisons):
            file = Path(name) / f"{k}.json"
            file.write_text(json.dumps(comparison_to_json(comparison)), encoding="utf-8")
            files.append(file)
        return scored("score_families", folder(), *files)


def matters(pipeline: Pipeline) -> Json:
    """Whether the reports on one matter are grouped: all families and the dev articles in one index.

    Pairs of reports of one family should be in one group, a family's report and any other report never.
    """
    held = {f"{f.name}/{k}": r for f in families(pipeline, given=False) for k, r in enumerate(f.readings)}
    names = sorted(path.stem for path in (data_folder() / "polnear" / "dev" / "text").glob("*.txt"))
    articles = pipeline.read([plain_report(name, polnear_text(name, "dev"), None) for name in names])
    held |= {f"article/{k}": r for k, r in enumerate(articles)}
    with tempfile.TemporaryDirectory() as name:
        index = StatementIndex(Path(name))
        index.update(dict.fromkeys(held, 1), held.__getitem__)
        pairs = [pair for group in index.matters() for pair in combinations(group, 2)]
    family = [(a.partition("/")[0], b.partition("/")[0]) for a, b in pairs]
    right = sum(a == b != "article" for a, b in family)
    wrong = sum(a != b for a, b in family)
    wanted = sum(
        comb(len(list(rows)), 2)
        for key, rows in groupby(held, lambda k: k.partition("/")[0])
        if key != "article"
    )
    return {"pairs": wanted, "found": round(right / wanted, 3), "false": wrong, "articles": len(articles)}


def main() -> None:
    """Compare every family and print the scores; keep the comparisons and record the scores if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shipped", action="store_true", help="use the shipped weights")
    parser.add_argument("--out", type=Path, help="folder for the comparisons as JSON")
    parser.add_argument("--given", action="store_true", help="take dates and outlets from the gold")
    parser.add_argument("--record", action="store_true", help="write the figures into results.json")
    parser.add_argument("--matters", action="store_true", help="measure the grouping of reports by matter")
    arguments = parser.parse_args()
    if arguments.matters:
        scores = matters(Pipeline.load())
        print(scores)
        if arguments.record:
            data = [folder(), data_folder() / "polnear" / "dev" / "text"]
            record(
                "matters",
                scores,
                command="python -m evaluation.families --matters",
                data_sha256=data_hash(data),
            )
        return
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

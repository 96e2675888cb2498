"""Measures a method of the attributions stage on PolNeAR: `python -m evaluation.attributions --method rules_v1`.

The articles are read as one block of body text, so that nothing depends on the reading of pages. PolNeAR marks the
outermost attributions only, so only those without `within` are compared. `--calibrate` counts anew, on the training
part, how often each rule was right, and writes it to the data file of `rules_v1`; `--record` keeps the scores.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from evaluation import results
from evaluation.corpora import ROOT, Split, data_folder, data_hash, polnear_text
from evaluation.scoring import scored, scorer_module
from onrecord.model import Attribution, Block, Reading, Report

Gold = dict[str, list[dict[str, list[list[int]]]]]
_ROLES = ("source", "cue", "content")
_ROLE_NAME = re.compile(r"(Source|Cue|Content)\d*:(T\d+)")
FEWEST_CASES = 5
"""Forms seen less often with a rule leave no row in its track record."""


def gold(split: Split) -> Gold:
    """The gold attributions of each article: of its first annotator, in sorted order."""
    folder = data_folder() / "polnear" / split
    found: Gold = {}
    for text in sorted((folder / "text").glob("*.txt")):
        annotators = sorted(
            path for path in (folder / "attributions").iterdir() if path.name.rpartition("_")[0] == text.stem
        )
        if annotators:
            found[text.stem] = _standoff(annotators[0])
    return found


def _standoff(path: Path) -> list[dict[str, list[list[int]]]]:
    """One brat file: T lines are spans, E lines bind them to attributions."""
    spans: dict[str, list[list[int]]] = {}
    rows = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        key, _, rest = line.partition("\t")
        if re.fullmatch(r"T\d+", key):
            parts = rest.split("\t")[0].partition(" ")[2].split(";")
            spans[key] = [[int(offset) for offset in part.split()] for part in parts]
        elif re.fullmatch(r"E\d+", key):
            row: dict[str, list[list[int]]] = {role: [] for role in _ROLES}
            for role, target in _ROLE_NAME.findall(rest):
                row[role.lower()] += spans.get(target, [])
            rows.append({role: sorted(row[role]) for role in _ROLES})
    return rows


def plain_reading(doc: str, text: str) -> Reading:
    """A reading of one block of body text, before any stage has run."""
    blocks = (Block(0, len(text), "body"),) if text else ()
    return Reading(Report(id=doc, source=f"{doc}.txt", text=text, blocks=blocks, sha256="", language="en"))


def as_gold(row: Attribution) -> dict[str, list[list[int]]]:
    """An attribution as the scorer reads it."""
    return {role: [list(span) for span in getattr(row, role)] for role in _ROLES}


def predict(method: str, split: Split, docs: list[str]) -> Gold:
    """The outermost attributions that a method finds in each article."""
    read = importlib.import_module(f"onrecord.attributions.{method}").load()
    readings = read([plain_reading(doc, polnear_text(doc, split)) for doc in docs])
    return {
        reading.report.id: [as_gold(row) for row in reading.attributions if row.within is None]
        for reading in readings
    }


def score(truth: Gold, predicted: Gold, split: Split, name: str) -> dict[str, Any]:
    """Run the shared scorer over both; its table goes to standard output. Returns its results."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "gold.jsonl", Path(folder) / "predicted.jsonl"]
        for file, rows in zip(files, (truth, predicted), strict=True):
            lines = (json.dumps({"doc": doc, "attributions": found}) for doc, found in rows.items())
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        texts = data_folder() / "polnear" / split / "text"
        return scored("score_attributions", *files, texts, "--name", name, shown=True)


def calibrate() -> None:
    """Count on the training part how often each rule, and each form of a cue with it, was right."""
    from onrecord.attributions import rules_v1
    from onrecord.attributions.cues import lexicon
    from onrecord.attributions.nesting import nested
    from onrecord.attributions.quotes import find_quotes

    relation = scorer_module("score_attributions")
    counts: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for doc, truth in gold("train").items():
        text = polnear_text(doc, "train")
        quotes = find_quotes(text)
        hits = rules_v1.candidates(text, plain_reading(doc, text).report.blocks, lexicon(), quotes)
        rows = [rules_v1.as_row(text, hit, quotes, lexicon(), 1.0) for hit in hits]
        rule_of = {
            (row.cue, row.content): (hit.rule, rules_v1.form_of(text, hit))
            for row, hit in zip(rows, hits, strict=True)
        }
        outermost = [row for row in nested(rows) if row.within is None]
        golds = [relation.Att(row, text) for row in truth]
        found = [relation.Att(as_gold(row), text) for row in outermost]
        matched = {j for _, j in relation.match(golds, found, relation.RELS["relation"])}
        for j, row in enumerate(outermost):
            rule, form = rule_of[row.cue, row.content]
            for key in ((rule, "*"), (rule, form)):
                counts[key] += 1
                right[key] += j in matched
    header = (
        "# How often each rule of rules_v1 was right on the training part of PolNeAR (relation), as a whole (*)\n"
        "# and with a form of a cue. Written by: python -m evaluation.attributions --calibrate\n"
        "# rule\tform\tcases\tright\n"
    )
    lines = [
        f"{rule}\t{form}\t{n}\t{right[rule, form]}\n"
        for (rule, form), n in sorted(counts.items())
        if form == "*" or n >= FEWEST_CASES
    ]
    target = ROOT / "src" / "onrecord" / "attributions" / "data" / "rules_v1.tsv"
    target.write_text(header + "".join(lines), encoding="utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--method", default="rules_v1", help="a module of onrecord.attributions")
    parser.add_argument("--split", default="dev", choices=("train", "dev"))
    parser.add_argument(
        "--calibrate", action="store_true", help="count the rules' track record on train anew"
    )
    parser.add_argument("--record", action="store_true", help="keep the scores in results.json")
    arguments = parser.parse_args()
    if arguments.calibrate:
        calibrate()
    truth = gold(arguments.split)
    predicted = predict(arguments.method, arguments.split, list(truth))
    scores = score(truth, predicted, arguments.split, f"{arguments.method} {arguments.split}")
    if arguments.record:
        folder = data_folder() / "polnear" / arguments.split
        command = f"python -m evaluation.attributions --method {arguments.method} --split {arguments.split} --record"
        name = f"attributions {arguments.method} {arguments.split}"
        results.record(name, scores, command=command, data_sha256=data_hash([folder]))


if __name__ == "__main__":
    main()

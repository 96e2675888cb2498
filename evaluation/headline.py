"""Measures the headline check on 54 headlines: `python -m evaluation.headline [--record]`.

Those of the 24 dev reports on gold attributions and voices, with certainties as their stage reads them; these and the
30 family headlines end to end on what the pipeline reads. Prints also what was taken for what.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence

from evaluation import results
from evaluation.corpora import data_folder, data_hash, gold_reading, layers, plain_report
from onrecord import certainty, headline
from onrecord.model import Reading
from onrecord.pipeline import Pipeline

Pairs = list[tuple[str, str]]
"""Gold verdict and verdict found."""
FAIR = ("supported", "opinion")


def dev_on_gold() -> Pairs:
    """Dev headlines on gold attributions and voices."""
    records = layers("dev")
    readings = headline.load()(certainty.load()([gold_reading(r) for r in records]))
    return _pairs([r["headline"]["verdict"] for r in records], readings)


def dev_end_to_end(pipeline: Pipeline) -> Pairs:
    """Dev headlines on the pipeline's own reading."""
    records = layers("dev")
    reports = [plain_report(r["doc"], r["text"], r["published"], r["title"]) for r in records]
    return _pairs([r["headline"]["verdict"] for r in records], pipeline.read(reports))


def families(pipeline: Pipeline) -> Pairs:
    """Family headlines on the pipeline's own reading."""
    reports, verdicts = [], []
    for path in sorted((data_folder() / "families").glob("*.gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        verdict = {h["report"]: h["verdict"] for h in gold["headlines"]}
        for row in gold["reports"]:
            text = (path.parent / row["file"]).read_bytes().decode("utf-8")
            reports.append(plain_report(row["file"].removesuffix(".txt"), text, row["published"]))
            verdicts.append(verdict[row["id"]])
    return _pairs(verdicts, pipeline.read(reports))


def _pairs(gold: Sequence[str], readings: Sequence[Reading]) -> Pairs:
    found = [r.headline.verdict if r.headline else "none" for r in readings]
    return list(zip(gold, found, strict=True))


def scores(pairs: Pairs) -> dict[str, float]:
    """Accuracy, false alarms on fair headlines, and F1 of strengthened."""
    fair = [found for gold, found in pairs if gold == "supported"]
    hits = sum(gold == found == "strengthened" for gold, found in pairs)
    marked = sum(found == "strengthened" for _, found in pairs) + sum(g == "strengthened" for g, _ in pairs)
    return {
        "headlines": len(pairs),
        "accuracy": round(sum(gold == found for gold, found in pairs) / len(pairs), 3),
        "false alarms": round(sum(found not in FAIR for found in fair) / len(fair), 3),
        "strengthened F1": round(2 * hits / marked, 3) if marked else 0.0,
    }


def main() -> None:
    """Print the figures; with --record write them into results.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="write the figures into results.json")
    keep = parser.parse_args().record
    pipeline = Pipeline.load()
    gold, dev, family = dev_on_gold(), dev_end_to_end(pipeline), families(pipeline)
    measured = {
        "dev on gold attributions": gold,
        "dev end to end": dev,
        "families end to end": family,
        "dev on gold with families": [*gold, *family],
        "dev and families end to end": [*dev, *family],
    }
    for name, pairs in measured.items():
        print(f"{name:30s} {scores(pairs)}")
        print(" " * 30, dict(Counter(f"{g} > {f}" for g, f in pairs if g != f)))
    if keep:
        command = "python -m evaluation.headline --record"
        data = data_hash([data_folder() / "gold" / "layers_dev.jsonl", data_folder() / "families"])
        figures = {name: scores(pairs) for name, pairs in measured.items()}
        results.record("headline", figures, command=command, data_sha256=data)


if __name__ == "__main__":
    main()

"""Trains the classifier of furniture and says how good it is on sites that it has not seen.

    python -m training.furniture [--ship]

Cross-validation in five folds by site gives the honest figures: body precision and recall by four-word
shingles, over a row of thresholds, and the pages that leak. `--ship` then fits on everything and writes
src/onrecord/pages/furniture.json.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.corpora import ROOT, data_folder, data_hash, scorer
from onrecord.pages.furniture import Model, plainly_furniture, report_logits
from training.furniture.examples import Example, article_examples, page_examples
from training.furniture.fit import FOLDS, RIDGE, Array, fit_both, fold_of

TARGET = ROOT / "src" / "onrecord" / "pages" / "furniture.json"
HONEST = Path(__file__).with_name("cross_validation.json")
THRESHOLDS = (-2.0, -1.5, -1.0, -0.75, -0.5, -0.25, 0.0, 0.5)
CHOSEN = {"page": -1.0, "text": -0.5}
ARTICLES = 240
"""Clean articles beside the 181 pages: enough that prose alone is left alone."""


def main() -> None:
    """The command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--ship", action="store_true", help="fit on all and write the weights")
    options = arguments.parse_args()
    pages = data_folder() / "pages"
    triples = list(page_examples(pages))
    structured = [structured for structured, _, _ in triples]
    flat = [flat for _, flat, _ in triples]
    cut = [cut for _, _, cut in triples if cut]
    articles = list(article_examples(data_folder() / "polnear" / "train", ARTICLES))
    measure = Measure(pages / "gold.json")
    honest = {
        "page": measure.report("page", structured, cross_validated("page", structured, [])),
        "text": measure.report("text", flat, cross_validated("text", flat, [*cut, *articles])),
    }
    HONEST.write_text(json.dumps(honest, indent=1) + "\n", encoding="utf-8")
    if options.ship:
        models = {"page": fit_both(structured, RIDGE["page"]), "text": fit_both([*flat, *cut, *articles], RIDGE["text"])}
        measure.report("page", structured, [report_logits(e.evidence, models) for e in structured])
        write(models, data_hash([pages]))


def cross_validated(case: str, examples: Sequence[Example], beside: Sequence[Example]) -> list[Array]:
    """The logits of each example after a model that saw no page of its site."""
    out: list[Array] = [np.zeros(0)] * len(examples)
    for fold in range(FOLDS):
        seen = [e for e in [*examples, *beside] if fold_of(e.site) != fold]
        model = {case: fit_both(seen, RIDGE[case])}
        for i, example in enumerate(examples):
            if fold_of(example.site) == fold:
                out[i] = report_logits(example.evidence, model)
    return out


class Measure:
    """The shared scorer's measure on lines."""

    def __init__(self, gold: Path) -> None:
        self.gold: dict[str, Any] = json.loads(gold.read_text(encoding="utf-8"))
        spec = importlib.util.spec_from_file_location("score_pages", scorer("score_pages.py"))
        assert spec is not None and spec.loader is not None
        self.scorer: Any = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.scorer)
        self.shingles = {page: self.scorer.shingles(row["articleBody"]) for page, row in self.gold.items()}

    def report(self, case: str, examples: Sequence[Example], logits: Sequence[Array]) -> dict[str, float]:
        """Print precision, recall, F1 and leaks at each threshold; returns those at the chosen one."""
        chosen: dict[str, float] = {}
        phrase = [np.array([plainly_furniture(line) for line in e.lines], dtype=bool) for e in examples]
        for threshold in THRESHOLDS:
            kept = [(z > threshold) & ~p for z, p in zip(logits, phrase, strict=True)]
            precision, recall, leaks = self._score(examples, kept)
            f1 = 2 * precision * recall / (precision + recall)
            print(f"{case} > {threshold:5.2f}  P {precision:.4f}  R {recall:.4f}  F1 {f1:.4f}  leaks {leaks}", flush=True)
            if threshold == CHOSEN[case]:
                figures = {"precision": precision, "recall": recall, "F1": f1, "pages that leak furniture": leaks}
                chosen = {name: round(value, 4) for name, value in figures.items()}
        return chosen

    def _score(self, examples: Sequence[Example], kept: Sequence[Any]) -> tuple[float, float, int]:
        precision, recall, leaks = [], [], 0
        for example, mask in zip(examples, kept, strict=True):
            text = "\n".join(line for line, keep in zip(example.lines, mask, strict=True) if keep)
            truth, found = self.shingles[example.name], self.scorer.shingles(text)
            both = sum((truth & found).values())
            if found:
                precision.append(both / sum(found.values()))
            recall.append(both / sum(truth.values()))
            body = " ".join(self.gold[example.name]["articleBody"].split())
            leaks += any(
                len(line) < 200 and self.scorer.LEAK.search(line) and " ".join(line.split()) not in body
                for line in text.split("\n")
            )
        return float(np.mean(precision)), float(np.mean(recall)), leaks


def write(models: dict[str, Model], data: str) -> None:
    """Write the weights."""
    stored: dict[str, Any] = {
        "about": "Weights of the classifier of page furniture (furniture_v1). Logistic regressions by name of feature; "
        "above the threshold a line is report text. Trained by `python -m training.furniture --ship`.",
        "data": f"181 saved pages of the article-extraction benchmark (sha256 {data}), "
        f"{ARTICLES} articles of PolNeAR's training part",
    }
    for case, model in models.items():
        stored[case] = {
            "threshold": CHOSEN[case],
            **{
                name: {"bias": weights.bias, "weights": weights.by_name}
                for name, weights in (("first", model.first), ("second", model.second))
            },
        }
    TARGET.write_text(json.dumps(stored, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

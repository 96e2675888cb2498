"""Trains the classifier of furniture and says how good it is on sites that it has not seen.

    python -m training.furniture [--ship]

Cross-validation in five folds by site gives the honest figures: body precision and recall by four-word
shingles, over a row of thresholds, and the pages that leak. `--ship` then fits on everything and writes
src/onrecord/pages/furniture.json.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from evaluation.corpora import ROOT, data_folder, data_hash
from evaluation.pages import WHEN, flat
from evaluation.scoring import scorer_module
from onrecord.pages import furniture, parse
from onrecord.pages.door import make_page
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
    lines = [lines for _, lines, _ in triples]
    cut = [cut for _, _, cut in triples if cut]
    articles = list(article_examples(data_folder() / "polnear" / "train", ARTICLES))
    measure = Measure(pages)
    unseen = []
    for fold in range(FOLDS):
        seen = [
            [e for e in part if fold_of(e.site) != fold] for part in (structured, [*lines, *cut, *articles])
        ]
        unseen.append(
            {case: fit_both(part, RIDGE[case]) for case, part in zip(("page", "text"), seen, strict=True)}
        )
    honest = {}
    for case, examples in (("page", structured), ("text", lines)):
        logits = [report_logits(e.evidence, unseen[fold_of(e.site)]) for e in examples]
        measure.at_thresholds(case, examples, logits)
        honest[case] = measure.end_to_end(case, examples, unseen)
        print(case, "whole way, unseen sites:", honest[case], flush=True)
    HONEST.write_text(json.dumps(honest, indent=1) + "\n", encoding="utf-8")
    if options.ship:
        everything = {"page": structured, "text": [*lines, *cut, *articles]}
        write({case: fit_both(part, RIDGE[case]) for case, part in everything.items()}, data_hash([pages]))


class Measure:
    """The shared scorer's measure."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.gold: dict[str, Any] = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
        self.scorer = scorer_module("score_pages")
        self.shingles = {page: self.scorer.shingles(row["articleBody"]) for page, row in self.gold.items()}

    def at_thresholds(self, case: str, examples: Sequence[Example], logits: Sequence[Array]) -> None:
        """Print the scores of the lines above each threshold."""
        phrase = [np.array([plainly_furniture(line) for line in e.lines], dtype=bool) for e in examples]
        for threshold in THRESHOLDS:
            texts = {}
            for example, z, p in zip(examples, logits, phrase, strict=True):
                kept = (z > threshold) & ~p
                texts[example.name] = "\n".join(
                    line for line, k in zip(example.lines, kept, strict=True) if k
                )
            print(f"{case} > {threshold:5.2f}  {self.scores(texts)}", flush=True)

    def end_to_end(
        self, case: str, examples: Sequence[Example], models: Sequence[dict[str, Model]]
    ) -> dict[str, float]:
        """The scores of whole reports, kinds and all, each read with the weights that did not see its site."""
        texts = {}
        for example in examples:
            content = gzip.decompress((self.folder / "html" / f"{example.name}.html.gz").read_bytes())
            page = make_page(example.name, content, "html", WHEN)
            if case == "text":
                page = make_page(example.name, flat(content).encode("utf-8", "replace"), "text", WHEN)
            chosen = {
                name: replace(model, threshold=CHOSEN[name])
                for name, model in models[fold_of(example.site)].items()
            }
            with patch.object(furniture, "shipped", return_value=chosen):
                report = parse(page)
            left_out = self.scorer.SKIP
            texts[example.name] = "\n".join(report.at(b) for b in report.blocks if b.kind not in left_out)
        return self.scores(texts)

    def scores(self, texts: dict[str, str]) -> dict[str, float]:
        """Precision, recall, F1 and leaking pages of the pages' texts."""
        precision, recall, leaks = [], [], 0
        for name, text in texts.items():
            truth, found = self.shingles[name], self.scorer.shingles(text)
            both = sum((truth & found).values())
            if found:
                precision.append(both / sum(found.values()))
            recall.append(both / sum(truth.values()))
            body = " ".join(self.gold[name]["articleBody"].split())
            leaks += any(
                len(line) < 200 and self.scorer.LEAK.search(line) and " ".join(line.split()) not in body
                for line in text.split("\n")
            )
        p, r = float(np.mean(precision)), float(np.mean(recall))
        values = {"precision": p, "recall": r, "F1": 2 * p * r / (p + r), "pages that leak furniture": leaks}
        return {key: round(value, 4) for key, value in values.items()}


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

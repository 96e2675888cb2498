"""Measures the reading of pages: `python -m evaluation.pages [--flattened] [--record]`.

Saved pages against their body text, by the shared scorer; `--flattened` throws the structure away first (all
visible text of a page, one block a line, read as plain text). `--articles` measures what furniture costs:
the share of gold attribution contents (PolNeAR) that fall into furniture blocks of clean articles.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evaluation import results
from evaluation.attributions import gold
from evaluation.corpora import ROOT, Split, data_folder, data_hash, polnear_text
from evaluation.scoring import scored
from onrecord.errors import SkipReport
from onrecord.exports.jsonl import dumps
from onrecord.model import Page, Reading
from onrecord.pages import parse
from onrecord.pages.candidates import candidates
from onrecord.pages.door import make_page
from onrecord.pages.encodings import decode
from onrecord.pages.tree import parse_tree

WHEN = "2026-01-01T00:00:00+00:00"
"""The stamp of a page in an evaluation, so that results repeat."""


def saved_pages(folder: Path, *, flattened: bool) -> Iterator[Page]:
    """The saved pages, as they are or as lines of text."""
    for path in sorted((folder / "html").glob("*.html.gz")):
        content = gzip.decompress(path.read_bytes())
        if flattened:
            yield make_page(path.name, flat(content).encode("utf-8", "replace"), "text", WHEN)
        else:
            yield make_page(path.name, content, "html", WHEN)


def flat(content: bytes) -> str:
    """All visible text of a page, one block a line."""
    blocks = candidates(parse_tree(decode(content, html=True)))
    return "\n".join(" ".join(block.text.split()) for block in blocks)


def score(folder: Path, *, flattened: bool) -> dict[str, Any]:
    """The scorer's table for all pages, with the pages that gave no report and seconds of processor time a page."""
    skipped, count, spent = 0, 0, 0.0
    with tempfile.TemporaryDirectory() as scratch:
        readings = Path(scratch) / "readings.jsonl"
        with readings.open("w", encoding="utf-8") as file:
            for page in saved_pages(folder, flattened=flattened):
                start = time.process_time()
                try:
                    report = parse(page)
                except SkipReport as error:
                    print(f"{page.source}: {error}", file=sys.stderr)
                    skipped += 1
                    continue
                finally:
                    spent += time.process_time() - start
                    count += 1
                file.write(dumps(Reading(report)) + "\n")
        scores = scored("score_pages", folder / "gold.json", readings, shown=True)
    return scores | {"skipped": skipped, "processor seconds a page": round(spent / max(count, 1), 4)}


def cost_on_articles(split: Split) -> dict[str, Any]:
    """How many gold attribution contents of clean articles overlap furniture, and how many blocks are furniture."""
    contents = lost = blocks = furniture = foreign = 0
    truth = gold(split)
    for doc, rows in truth.items():
        report = parse(make_page(f"{doc}.txt", polnear_text(doc, split).encode("utf-8"), "text", WHEN))
        marked = [block.span for block in report.blocks if block.kind == "furniture"]
        blocks += len(report.blocks)
        furniture += len(marked)
        foreign += report.language not in ("en", None)
        for row in rows:
            contents += 1
            lost += any(s < end and start < e for s, e in row["content"] for start, end in marked)
    return {
        "articles": len(truth),
        "blocks": blocks,
        "furniture blocks": furniture,
        "gold contents": contents,
        "gold contents in furniture": lost,
        "share in furniture": round(lost / max(contents, 1), 5),
        "articles taken for another language": foreign,
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--flattened", action="store_true", help="throw the structure of the pages away first"
    )
    parser.add_argument(
        "--articles", action="store_true", help="measure the cost of furniture on clean articles"
    )
    parser.add_argument("--record", action="store_true", help="keep the scores in results.json")
    options = parser.parse_args()
    if options.articles:
        name, flag, data = "furniture on clean articles", " --articles", data_folder() / "polnear"
        # Some of the training part taught the weights that prose is no furniture; dev did not.
        scores = {"train": cost_on_articles("train"), "dev": cost_on_articles("dev")}
        print(json.dumps(scores, indent=1))
    else:
        name = "pages flattened" if options.flattened else "pages"
        flag, data = " --flattened" if options.flattened else "", data_folder() / "pages"
        scores = score(data, flattened=options.flattened)
        cross = json.loads(
            (ROOT / "training" / "furniture" / "cross_validation.json").read_text(encoding="utf-8")
        )
        scores["cross-validated by site"] = cross["text" if options.flattened else "page"]
    if options.record:
        command = f"python -m evaluation.pages{flag} --record"
        results.record(name, scores, command=command, data_sha256=data_hash([data]))


if __name__ == "__main__":
    main()

"""How much of a reader's scores is luck: the same weights and settings with the text cut into other windows.

    python -m training.steadiness [--weights FOLDER] [--record NAME]

Where a window begins should not matter. Settings, weights and the way to cut were chosen for the best scores on the
development articles, so the mean of the other ways is nearer to what to expect of other texts. Takes three minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean

from evaluation import results
from evaluation.attributions import plain_reading
from evaluation.corpora import data_hash
from onrecord.attributions.networks import WEIGHTS
from onrecord.attributions.reader_v1 import Reader, load_reader
from onrecord.encoder.windows import BODY, OVERLAP
from training.corpus import Article, data_folder, read_brat, with_layers
from training.tune_reader import chain_scores, outer_scores

WAYS = ((BODY, OVERLAP), (174, 24), (190, 32), (206, 32), (206, 48), (222, 40), (238, 40), (254, 32))
"""Tokens of a window, and how many two neighbours share; the way that ships first."""


def scores(reader: Reader, articles: Sequence[Article], layers: Path, texts: Path) -> dict[str, float]:
    """The figures that have bars, of one way to cut."""
    readings = reader.read([plain_reading(a.name, a.text) for a in articles])
    rows = [reading.attributions or () for reading in readings]
    found = outer_scores(articles, rows)
    wanted = ("relation", "strict", "content exact", "direct", "mixed", "indirect")
    return {k: found[k] for k in wanted} | {"chains": chain_scores(articles, rows, layers, texts)["F"]}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument(
        "--record", metavar="NAME", help="write the figures into results.json under this name"
    )
    args = parser.parse_args()
    dev, layers = data_folder() / "polnear/dev", data_folder() / "gold/layers_dev.jsonl"
    articles = with_layers(read_brat(dev), layers)
    shipped = load_reader(args.weights)
    measured: dict[str, dict[str, float]] = {}
    for body, overlap in WAYS:
        settings = replace(shipped.settings, body=body, overlap=overlap)
        own = scores(replace(shipped, settings=settings), articles, layers, dev / "text")
        measured[f"{body} {overlap}"] = own
        print(body, overlap, own, flush=True)
    others = list(measured.values())[1:]
    measured["mean of the others"] = {k: round(mean(row[k] for row in others), 4) for k in others[0]}
    print(measured["mean of the others"])
    if args.record:
        command = f"python -m training.steadiness --record '{args.record}'"
        results.record(args.record, measured, command=command, data_sha256=data_hash([dev, layers]))


if __name__ == "__main__":
    main()

"""Reads attribution corpora: brat standoff, and the layers of inner attributions that may lie beside it."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

Spans = tuple[tuple[int, int], ...]
ROLES = ("source", "cue", "content")
OWN_LAYERS = Path(__file__).with_name("inner_layers.jsonl")
"""Inner attributions that this project marked in 744 articles of PolNeAR train, as offsets (training/README.md)."""


def data_folder() -> Path:
    """Where the corpora lie: the environment variable ONRECORD_DATA, else ../shared/data beside the repository."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("ONRECORD_DATA", default))


@dataclass(frozen=True, slots=True)
class Gold:
    """One marked attribution; `inner` if it stands inside another's content.

    `exhaustive`: what stands inside its own content has been marked too.
    """

    source: Spans
    cue: Spans
    content: Spans
    inner: bool = False
    exhaustive: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """A text with its attributions. `layered`: inner attributions have been looked for in it too."""

    name: str
    text: str
    golds: tuple[Gold, ...]
    layered: bool = False
    publisher: str = field(default="")


def read_brat(folder: Path) -> list[Article]:
    """`text/DOC.txt` and `attributions/DOC_ANNOTATOR.ann`; of several annotators the first in sorted order."""
    first: dict[str, Path] = {}
    for path in sorted((folder / "attributions").glob("*.ann")):
        first.setdefault(path.stem.rsplit("_", 1)[0], path)
    articles = []
    for name, path in first.items():
        with (folder / "text" / f"{name}.txt").open(encoding="utf-8", newline="") as file:
            text = file.read()
        articles.append(Article(name, text, read_annotations(path), publisher=name.split("_")[0]))
    return articles


def read_annotations(path: Path) -> tuple[Gold, ...]:
    """The attributions of one brat file. Lines that are neither T nor E (texts with line breaks) are passed over."""
    spans: dict[str, Spans] = {}
    golds = []
    with path.open(encoding="utf-8", newline="") as file:
        lines = file.read().split("\n")
    for line in lines:
        if re.match(r"T\d+\t", line):
            key, value = line.split("\t")[:2]
            parts = value.split(" ", 1)[1].split(";")
            spans[key] = tuple((int(a), int(b)) for a, b in (p.split() for p in parts))
        elif re.match(r"E\d+\t", line):
            roles: dict[str, list[tuple[int, int]]] = defaultdict(list)
            for item in line.split("\t")[1].split():
                role, key = item.split(":")
                # A role that occurs again carries a number.
                roles[role.rstrip("0123456789").lower()] += spans.get(key, ())
            source, cue, content = (tuple(sorted(roles[r])) for r in ROLES)
            golds.append(Gold(source, cue, content))
    return tuple(golds)


def with_layers(articles: list[Article], *paths: Path) -> list[Article]:
    """The articles, those named in a layers file with their inner attributions added. A file may be missing."""
    lines = [x for p in paths if p.exists() for x in p.read_text(encoding="utf-8").splitlines()]
    inner: dict[str, tuple[Gold, ...]] = {}
    for record in map(json.loads, lines):
        inner[record["doc"]] = tuple(_inner(chain) for chain in record["chains"])
    return [_layered(a, inner[a.name]) if a.name in inner else a for a in articles]


def _inner(chain: dict[str, list[list[int]]]) -> Gold:
    source, cue, content = (tuple((a, b) for a, b in chain[r]) for r in ROLES)
    return Gold(source, cue, content, inner=True, exhaustive=True)


def _layered(article: Article, inner: tuple[Gold, ...]) -> Article:
    outer = tuple(replace(g, exhaustive=True) for g in article.golds)
    return replace(article, golds=outer + inner, layered=True)

"""Examples for the classifier of furniture: lines with the evidence counted of them, and whether the gold has them.

Pages give two sequences each: the blocks with their page around them, and the flattened text; of the flattened
text a second one is cut out, from a few lines before the report to a few lines after it, as people save it.
News articles that come as clean text (PolNeAR) give lines that are report text throughout.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from onrecord.pages.candidates import Candidate, candidates
from onrecord.pages.encodings import decode
from onrecord.pages.furniture import Evidence, evidence_of_lines, evidence_of_page
from onrecord.pages.page_features import SHINGLE, shares_kept
from onrecord.pages.phrases import phrases
from onrecord.pages.tree import main_text, parse_tree

_WORD = re.compile(r"\w+")
AROUND = 4
"""Lines of the page left before and after the report in the text cut out."""


@dataclass(frozen=True, slots=True)
class Example:
    """One sequence of lines. `truth` is 1 for report text; `weight` 0 leaves a line out of training."""

    name: str
    site: str
    lines: tuple[str, ...]
    evidence: Evidence
    truth: NDArray[np.float64]
    weight: NDArray[np.float64]


def truth_of(blocks: list[Candidate], gold: str) -> NDArray[np.float64]:
    """Which blocks the gold body holds: by shingles; blocks shorter than one by the company they keep."""
    share = shares_kept(blocks, gold)
    words = [_WORD.findall(block.text) for block in blocks]
    whole = f" {' '.join(_WORD.findall(gold))} "
    sure = [i for i, found in enumerate(words) if len(found) >= SHINGLE and share[i] > 0.5]
    out = np.zeros(len(blocks))
    out[sure] = 1
    low, high = (sure[0], sure[-1]) if sure else (0, -1)
    known = set(sure)
    for i, found in enumerate(words):
        if 0 < len(found) < SHINGLE and low - 2 <= i <= high + 2 and f" {' '.join(found)} " in whole:
            near = any(j in known for j in range(i - 3, i + 4))
            out[i] = near and (share[i] > 0 or low < i < high)
    return out


def page_examples(folder: Path) -> Iterator[tuple[Example, Example, Example | None]]:
    """Each page with its structure, flattened, and cut out of the flattened text."""
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    for page in sorted(gold):
        content = gzip.decompress((folder / "html" / f"{page}.html.gz").read_bytes())
        root = parse_tree(decode(content, html=True))
        kept = main_text(root)
        blocks = candidates(root)
        truth = truth_of(blocks, gold[page]["articleBody"])
        lines = tuple(block.text for block in blocks)
        weight = np.array([float(bool(_WORD.search(line))) for line in lines])
        site = urlsplit(gold[page]["url"]).netloc
        structured = evidence_of_page(blocks, shares_kept(blocks, kept))
        flat = evidence_of_lines(lines)
        inside = np.flatnonzero(truth)
        cut = None
        if len(inside):
            part = slice(max(0, inside[0] - AROUND), inside[-1] + AROUND + 1)
            cut = Example(page, site, lines[part], evidence_of_lines(lines[part]), truth[part], weight[part])
        yield (
            Example(page, site, lines, structured, truth, weight),
            Example(page, site, lines, flat, truth, weight),
            cut,
        )


def article_examples(folder: Path, most: int) -> Iterator[Example]:
    """Clean articles, evenly taken from the folder; lines with a phrase of furniture and nothing gold are left out."""
    texts = sorted((folder / "text").glob("*.txt"))
    step = max(1, len(texts) // most)
    for path in texts[::step]:
        lines = tuple(line.strip() for line in path.read_text(encoding="utf-8").split("\n") if line.strip())
        weight = np.array([float(not phrases().groups_in(line)) for line in lines])
        yield Example(path.stem, path.stem, lines, evidence_of_lines(lines), np.ones(len(lines)), weight)

"""What is counted of the page around a block of HTML: its tag, its links, the names around it, its company."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from onrecord.pages.candidates import Candidate, Element, class_words
from onrecord.pages.features import Array, _mean_around, _shifted

_WORD = re.compile(r"\w+")
_TAGS = (
    "p",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "td",
    "th",
    "figcaption",
    "blockquote",
    "pre",
    "dd",
    "dt",
    "label",
    "button",
    "section",
    "article",
    "body",
    "aside",
)
_ABOVE = (
    "nav",
    "header",
    "footer",
    "aside",
    "article",
    "main",
    "figure",
    "form",
    "table",
    "ul",
    "ol",
    "blockquote",
    "button",
    "section",
    "li",
)
SHINGLE = 4
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Odd, and no power of another: 2**64 over the golden ratio."""


def shares_kept(blocks: Sequence[Candidate], kept: str) -> Array:
    """How much of each block a text holds: the share of its word shingles found there.

    A shingle of the text is used up by the block that has it, visible blocks first, so that a page's second
    copy of its report finds nothing left.
    """
    there, left = np.unique(_shingles(kept), return_counts=True)
    lines = Counter(" ".join(_WORD.findall(line)) for line in kept.split("\n"))
    out = np.zeros(len(blocks))
    for i in sorted(range(len(blocks)), key=lambda i: (blocks[i].around.hidden, i)):
        words = _WORD.findall(blocks[i].text)
        if len(words) < SHINGLE:
            line = " ".join(words)
            out[i] = bool(words) and lines[line] > 0
            lines[line] -= 1
            continue
        own, counts = np.unique(_shingles(blocks[i].text), return_counts=True)
        place = np.searchsorted(there, own)
        held = place < len(there)
        held[held] = there[place[held]] == own[held]
        place = place[held]
        found = np.minimum(counts[held], left[place])
        out[i] = found.sum() / counts.sum()
        if out[i] > 0.5:
            left[place] -= found
    return out


def _shingles(text: str) -> NDArray[np.uint64]:
    """A number for each run of so many words, the same for the same words; of all words if there are fewer.

    Numbers, because a long page has millions of runs: two that are not alike have one with a chance of 2**-64.
    """
    words = np.fromiter((hash(match.group()) for match in _WORD.finditer(text)), np.int64).view(np.uint64)
    length = min(SHINGLE, len(words))
    runs = np.zeros(max(len(words) - SHINGLE, 0) + 1 if length else 0, np.uint64)
    for k in range(length):
        runs = runs * _FACTOR + words[k : k + len(runs)]
    return runs


def page_table(blocks: Sequence[Candidate], kept: Array) -> tuple[Array, tuple[str, ...]]:
    """Features of each block's place in the page: [blocks, features], names. `kept` as of `shares_kept`."""
    own, names = _own_table(blocks)
    words = np.array([len(block.text.split()) for block in blocks], dtype=float)
    company, company_names = _company(blocks, kept, words)
    return np.concatenate([own, company], axis=1), (*names, *company_names)


def _own_table(blocks: Sequence[Candidate]) -> tuple[Array, tuple[str, ...]]:
    groups = tuple(dict.fromkeys(class_words().values()))
    names = (
        "links none",
        "links <.25",
        "links <.5",
        "links >=.5",
        "links >=.9",
        "links share",
        "inside a link",
        "several links",
        "hidden",
        "bold",
        *(f"tag {tag}" for tag in _TAGS),
        "tag other",
        *(f"within {tag}" for tag in _ABOVE),
        *(f"name {group}" for group in groups),
        *(f"name near {group}" for group in groups),
        *(f"name far {group}" for group in groups),
    )
    rows = []
    for block in blocks:
        around = block.around
        solid = max(sum(map(len, block.text.split())), 1)
        links = 1.0 if around.linked else min(block.link_chars / solid, 1.0)
        rows.append(
            [
                float(links == 0),
                float(0 < links < 0.25),
                float(0.25 <= links < 0.5),
                float(links >= 0.5),
                float(links >= 0.9),
                links,
                float(around.linked),
                float(block.links > 2),
                float(around.hidden),
                min(block.bold_chars / solid, 1.0),
                *(float(around.tag == tag) for tag in _TAGS),
                float(around.tag not in _TAGS),
                *(float(tag in around.tags) for tag in _ABOVE),
                *(float(group in around.names) for group in groups),
                *(float(group in around.names_near) for group in groups),
                *(float(group in around.names_far) for group in groups),
            ]
        )
    return np.array(rows, dtype=float).reshape(len(blocks), len(names)), names


def _company(blocks: Sequence[Candidate], kept: Array, words: Array) -> tuple[Array, tuple[str, ...]]:
    out: dict[str, Array] = {
        "kept": kept,
        "kept all": (kept > 0.8).astype(float),
        "kept none": (kept < 0.2).astype(float),
    }
    for away in (-2, -1, 1, 2):
        out[f"kept at {away:+d}"] = _shifted(kept, away)
    for reach in (3, 8):
        out[f"kept within {reach}"] = _mean_around(kept, reach)
    high = np.flatnonzero(kept > 0.5)
    here = np.arange(len(blocks))
    first, last = (high[0], high[-1]) if len(high) else (len(blocks), -1)
    out["between kept"] = ((here > first) & (here < last)).astype(float)
    out["just before kept"] = ((here < first) & (here >= first - 3)).astype(float)
    out["just after kept"] = ((here > last) & (here <= last + 3)).astype(float)
    out["far after kept"] = (here > last + 8).astype(float)
    out["far before kept"] = (here < first - 8).astype(float)
    out |= family_means(blocks, kept, words, "kept")
    prose = np.array(
        [float(len(b.text) > 80 and b.text.rstrip("\"”’')")[-1:] in {".", "!", "?"}) for b in blocks]
    )
    out |= family_means(blocks, prose, words, "prose")
    out |= _repeats(blocks)
    out |= _distance(blocks, kept * words)
    own = out["kept none"]
    out["kept none, between"] = own * out["between kept"]
    out["kept all, between"] = out["kept all"] * out["between kept"]
    return np.stack(list(out.values()), axis=1).reshape(len(blocks), len(out)), tuple(out)


def family_means(blocks: Sequence[Candidate], score: Array, words: Array, of: str) -> dict[str, Array]:
    """Mean score, by words, of the other blocks under the same element, parent and grandparent, and of its like."""
    above = [b.around.above or b.around for b in blocks]
    keys: dict[str, list[Hashable]] = {
        "element": [b.around.element for b in blocks],
        "parent": [a.element for a in above],
        "grandparent": [(a.above or a).element for a in above],
        "like": [(b.around.tag, b.around.names, a.tag, a.names) for b, a in zip(blocks, above, strict=True)],
        "like in parent": [
            (b.around.tag, b.around.names, a.element) for b, a in zip(blocks, above, strict=True)
        ],
    }
    out: dict[str, Array] = {}
    good = score * words
    for name, labels in keys.items():
        number: dict[Hashable, int] = {}
        index = np.array([number.setdefault(label, len(number)) for label in labels], dtype=int)
        total_good = np.bincount(index, good, len(number))[index] - good
        total = np.bincount(index, words, len(number))[index] - words
        out[f"{of} in {name}"] = total_good / (total + 5)
        out[f"{of} words in {name}"] = np.log1p(np.maximum(total_good, 0)) / 6
    return out


def _repeats(blocks: Sequence[Candidate]) -> dict[str, Array]:
    """How much of a block, by shingles, an earlier or a later block says too."""
    none = np.zeros(0, np.uint64)
    shingles = [np.unique(_shingles(b.text)) if len(b.text) > 25 else none for b in blocks]
    sizes = np.array([len(own) for own in shingles], int)
    every = np.concatenate([none, *shingles])
    owner = np.repeat(np.arange(len(blocks), dtype=np.uint32), sizes)
    _, first, which = np.unique(every, return_index=True, return_inverse=True)
    last = np.zeros(len(first), np.uint32)
    np.maximum.at(last, which, owner)
    said = np.maximum(sizes, 1)
    earlier = np.bincount(owner, owner[first][which] < owner, len(blocks)) / said
    later = np.bincount(owner, last[which] > owner, len(blocks)) / said
    hidden = np.array([float(b.around.hidden) for b in blocks])
    return {
        "said earlier": earlier,
        "said earlier, mostly": (earlier > 0.7).astype(float),
        "said later": later,
        "said later, mostly": (later > 0.7).astype(float),
        "said elsewhere, hidden": ((earlier > 0.7) | (later > 0.7)) * hidden,
    }


def _distance(blocks: Sequence[Candidate], gain: Array) -> dict[str, Array]:
    """Steps from a block up to the nearest element that also holds the main text's element."""
    by_element: dict[Element, float] = defaultdict(float)
    for block, value in zip(blocks, gain, strict=True):
        by_element[(block.around.above or block.around).element] += value
    main = max(by_element, key=lambda element: by_element[element]) if by_element else None
    depth_of: dict[Element, int] = {}
    steps_down = 0
    while main is not None:
        depth_of[main] = steps_down
        steps_down += 1
        main = main.getparent()
    up, down = [], []
    for block in blocks:
        around, steps = block.around, 0
        while around.element not in depth_of and around.above is not None:
            around, steps = around.above, steps + 1
        up.append(steps)
        down.append(depth_of.get(around.element, 99))
    up_, down_ = np.array(up, dtype=float), np.array(down, dtype=float)
    out = {f"up {n}": (up_ == n).astype(float) for n in range(5)}
    out["up more"] = (up_ >= 5).astype(float)
    out |= {f"main up {n}": (down_ == n).astype(float) for n in range(4)}
    out["main up more"] = (down_ >= 4).astype(float)
    out["inside main"] = (down_ == 0).astype(float)
    return out

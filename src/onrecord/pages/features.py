"""What is counted of a line or block to tell report text from page furniture.

Two tables of features: those of the text alone, which every line has, and those of the page around it, which
only a block of an HTML page has. Columns are numpy arrays with one row a line; names go with them, so that
weights can be stored by name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from onrecord.pages.phrases import normal, phrases

Array = NDArray[np.float64]

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE_END = re.compile(r"[.!?…。][\"”’')\]]{0,3}$")
_SENTENCE_INSIDE = re.compile(r"[a-z0-9)”\"][.!?][\"”’')\]]{0,2} [\"“‘'(]?[A-ZÀ-ÞА-Я]")
_SAYS = re.compile(r"\b(?:said|says|told|asked|added|according to|announced|claimed|argued|wrote|tweeted)\b")
_QUOTED = re.compile(r"[“\"](?:[^\s“”\"]+ ){3}[^“”\"]{1,2000}[”\"]")
_NAME_COLON = re.compile(r"^[A-Z][A-Z .'’-]{1,40}:\s")
_YEAR_OR_TIME = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b")
_MONTHS = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)"
_MONTH = re.compile(rf"\b{_MONTHS}[a-z]{{0,6}}\.? \d{{1,2}}\b|\b\d{{1,2}} {_MONTHS}", re.I)
_SEPARATOR = re.compile(r"[|»›•·→▶►/]|\s[-–—]\s|>")
_ADDRESS = re.compile(r"https?://|www\.|\.com\b|@\w|#[A-Za-z]")
LENGTH_STEPS = (2, 4, 7, 11, 16, 26, 41, 81)


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    """The commonest words of all languages of the language table: running text has many of them."""
    rows = resources.files(__package__).joinpath("stop_words.tsv").read_text("utf-8").splitlines()
    return frozenset(
        word for row in rows if row and not row.startswith("#") for word in row.split("\t")[1].split()
    )


LINE_NAMES = (
    *(f"words<{step}" for step in LENGTH_STEPS),
    "log words",
    "sentence end",
    "comma end",
    "colon end",
    "ellipsis end",
    "question end",
    "no end, long",
    "lower start",
    "digit start",
    "quote start",
    "symbol start",
    "all capitals",
    "capitals share",
    "digits share",
    "sentences inside",
    "commas",
    "function words",
    "quotes",
    "says",
    "speaker colon",
    "year or time",
    "month and day",
    "separators",
    "address",
    "several lines",
    "repeated",
)


def line_table(lines: Sequence[str]) -> tuple[Array, tuple[str, ...]]:
    """Features of each line by itself: [lines, features], and their names."""
    groups = phrases().groups
    names = (
        *LINE_NAMES,
        *(f"phrase {group}" for group in groups),
        *(f"phrase {group}, short" for group in groups),
        "any phrase",
    )
    known = {line: _line(line, groups) for line in set(lines)}
    table = np.array([known[line] for line in lines], dtype=np.float64).reshape(len(lines), len(names))
    counts = Counter(normal(line) for line in lines)
    table[:, names.index("repeated")] = [min(counts[normal(line)] - 1, 3) / 3 for line in lines]
    return table, names


def _line(line: str, groups: tuple[str, ...]) -> list[float]:
    head = line if len(line) < 4000 else line[:4000]
    words = _WORD.findall(head)
    count = max(len(words), len(_WIDE.findall(head)) // 2, 0)
    if len(line) > 4000:
        count = count * len(line) // 4000
    n = max(len(words), 1)
    letters = max(sum(map(len, words)), 1)
    last, first = line[-1:], line[:1]
    sentence = _SENTENCE_END.search(line[-8:]) is not None
    held = phrases().groups_in(line)
    short = count < 26
    found = [
        *(float(count < step) for step in LENGTH_STEPS),
        np.log1p(count) / 5,
        float(sentence),
        float(last == ","),
        float(last == ":"),
        float(line.endswith(("...", "…"))),
        float(last == "?"),
        float(not sentence and count >= 16),
        float(first.islower()),
        float(first.isdigit()),
        float(first in "\"“‘'"),
        float(not first.isalnum() and first not in "\"“‘'("),
        float(line.upper() == line and letters > 1),
        sum(word[0].isupper() for word in words) / n,
        min(sum(ch.isdigit() for ch in head) / letters, 1.0),
        min(len(_SENTENCE_INSIDE.findall(head)), 3) / 3,
        min(head.count(",") / n, 0.2) * 5,
        sum(word.lower() in function_words() for word in words) / n,
        float(any(mark in head for mark in '"“”')),
        float(_SAYS.search(head) is not None),
        float(_NAME_COLON.match(head) is not None),
        float(short and _YEAR_OR_TIME.search(head) is not None),
        float(short and _MONTH.search(head) is not None),
        float(short and _SEPARATOR.search(head) is not None),
        float(short and _ADDRESS.search(head) is not None),
        float("\n" in line),
        0.0,
    ]
    found += [float(group in held) for group in groups]
    found += [float(group in held and short) for group in groups]
    found.append(float(bool(held)))
    return found


def reports_speech(line: str) -> bool:
    """Whether a line has a word of saying, or a whole quotation of four words or more."""
    return _SAYS.search(line) is not None or _QUOTED.search(line) is not None


def text_context(table: Array, names: tuple[str, ...]) -> tuple[Array, tuple[str, ...]]:
    """Features of the lines around each line, and of its place in the whole: [lines, features], names."""
    column = {name: table[:, i] for i, name in enumerate(names)}
    prose = column["sentence end"] * (1 - column["words<11"])
    long = 1 - column["words<16"]
    out: dict[str, Array] = {}
    for away in (-2, -1, 1, 2):
        for name in (
            "log words",
            "sentence end",
            "any phrase",
            "capitals share",
            "words<4",
            "function words",
        ):
            out[f"{name} at {away:+d}"] = _shifted(column[name], away)
        out[f"prose at {away:+d}"] = _shifted(prose, away)
    for reach in (3, 8):
        near = _mean_around(prose, reach)
        out[f"prose within {reach}"] = near
        for name in ("words<7", "words<16", "sentence end", "any phrase", "colon end"):
            out[f"{name} x prose within {reach}"] = column[name] * near
        out[f"short within {reach}"] = _mean_around(column["words<7"], reach)
    whole = float(prose.mean()) if len(prose) else 0.0
    out["prose in all"] = np.full(len(table), whole)
    for name in ("words<7", "words<16", "sentence end", "any phrase"):
        out[f"{name} x prose in all"] = column[name] * whole
    before = np.cumsum(long) - long
    after = long.sum() - np.cumsum(long)
    out["no long line before"] = (before == 0).astype(float)
    out["no long line after"] = (after == 0).astype(float)
    out["few long lines after"] = (after <= 2).astype(float)
    out["share of long lines before"] = before / max(long.sum(), 1)
    heads = column["words<26"] * (1 - column["words<4"]) * (1 - column["sentence end"])
    out["title among titles"] = heads * (_shifted(heads, -1) + _shifted(heads, 1)) / 2
    return np.stack(list(out.values()), axis=1).reshape(len(table), len(out)), tuple(out)


def _shifted(values: Array, away: int) -> Array:
    """The value of the line so many lines away; 0 beyond the ends."""
    out = np.zeros_like(values)
    if away > 0:
        out[:-away] = values[away:]
    else:
        out[-away:] = values[:away]
    return out


def _mean_around(values: Array, reach: int) -> Array:
    """Mean over the lines within reach, the line itself left out."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    here = np.arange(len(values))
    low, high = np.maximum(here - reach, 0), np.minimum(here + reach + 1, len(values))
    return np.asarray((total[high] - total[low] - values) / (2 * reach))


def smoothed(scores: Array, weights: Array) -> tuple[Array, tuple[str, ...]]:
    """What a first judgement says of the lines around: [lines, features], names.

    `scores`: how likely each line is report text (0 to 1); `weights`: words in it.
    """
    out: dict[str, Array] = {"own score": scores, "own logit": np.log((scores + 0.01) / (1.01 - scores))}
    for reach in (1, 2, 4, 8):
        near = _mean_around(scores * weights, reach) / (_mean_around(weights, reach) + 1e-9)
        out[f"score within {reach}"] = near
        out[f"score within {reach} x own"] = near * scores
    for away in (-2, -1, 1, 2):
        out[f"score at {away:+d}"] = _shifted(scores, away)
    gain = (scores - 0.5) * np.minimum(weights, 40)
    start, end = best_segment(gain)
    here = np.arange(len(scores))
    inside = ((here >= start) & (here < end)).astype(float)
    out["in best segment"] = inside
    out["in best segment x own"] = inside * scores
    outside = np.maximum(np.maximum(start - here, here - end + 1), 0)
    out["just outside"] = ((outside > 0) & (outside <= 3)).astype(float)
    out["far outside"] = (outside > 8).astype(float)
    return np.stack(list(out.values()), axis=1).reshape(len(scores), len(out)), tuple(out)


def best_segment(gain: Array) -> tuple[int, int]:
    """The run of lines with the greatest sum (Bentley 1984), half-open; (0, 0) if no gain is positive."""
    best, best_span, total, start = 0.0, (0, 0), 0.0, 0
    for i, value in enumerate(gain):
        if total <= 0:
            total, start = 0.0, i
        total += value
        if total > best:
            best, best_span = total, (start, i + 1)
    return best_span

"""Measures the times stage on TimeBank and AQUAINT.

    python -m evaluation.times [--half held|tuning] [--errors] [--record]

The documents are split by a rule that knows nothing of them: where the SHA-256 of the document's name, read as a
number, is even, the document belongs to the tuning half, the only one whose texts and errors were looked at while
the rules were written (`--errors` lists those of no other half); all others are held back and only measured.

Besides the shared scorer's figures it prints, of the gold days that were found, the share with the right value,
and the share with the right calendar day: gold writes "Friday night" now as a day, now as a part of one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from evaluation.corpora import data_folder, data_hash
from evaluation.results import record as record_scores
from evaluation.scoring import scored
from onrecord import times
from onrecord.exports.jsonl import dumps
from onrecord.model import Block, Reading, Report, Time
from onrecord.times.calendar import day_of

Half = Literal["tuning", "held"]
Json = dict[str, Any]
CORPORA = ("timebank.jsonl", "aquaint.jsonl")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def half_of(doc: str) -> Half:
    """Which half a document belongs to, by its name alone."""
    return "held" if int(hashlib.sha256(doc.encode()).hexdigest(), 16) % 2 else "tuning"


def gold(half: Half) -> list[Json]:
    """The gold documents of a half. Raises NoData if the data are not there."""
    rows = []
    for name in CORPORA:
        lines = (data_folder() / "times" / name).read_text(encoding="utf-8").splitlines()
        rows += [row for row in map(json.loads, lines) if half_of(row["doc"]) == half]
    return rows


def read(rows: Sequence[Json]) -> list[Reading]:
    """Readings of the gold documents with their times: text and publication date are all that is given."""
    return times.load()([_bare(row) for row in rows])


def _bare(row: Json) -> Reading:
    text = row["text"]
    return Reading(
        Report(
            row["doc"],
            f"{row['doc']}.txt",
            text,
            (Block(0, len(text), "body"),),
            "",
            published=row["published"],
        )
    )


def measure(half: Half) -> Json:
    """The scorer's figures for one half, and those of the days."""
    rows = gold(half)
    readings = read(rows)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("gold.jsonl", "readings.jsonl")]
        files[0].write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        files[1].write_text("".join(dumps(_named(reading)) + "\n" for reading in readings), encoding="utf-8")
        scores = scored("score_times", *files)
    return {"documents": len(rows), **scores, **_days(rows, readings), "wrong days": wrong_days(half)}


def _named(reading: Reading) -> Reading:
    return Reading(reading.report, attributions=(), voices=(), times=reading.times)


def pairs(row: Json, found: Sequence[Time]) -> Iterator[tuple[Json, Time | None]]:
    """Each gold time with the one found for it, as the scorer pairs them: the longest overlap first."""
    overlaps = sorted(
        (
            (min(g["end_char"], t.end_char) - max(g["start_char"], t.start_char), i, j)
            for i, g in enumerate(row["times"])
            for j, t in enumerate(found)
        ),
        reverse=True,
    )
    paired: dict[int, int] = {}
    for overlap, i, j in overlaps:
        if overlap > 0 and i not in paired and j not in paired.values():
            paired[i] = j
    for i, g in enumerate(row["times"]):
        yield g, found[paired[i]] if i in paired else None


def _days(rows: Sequence[Json], readings: Sequence[Reading]) -> Mapping[str, float]:
    everything = found = value = day = 0
    for row, reading in zip(rows, readings, strict=True):
        for g, t in pairs(row, reading.times or ()):
            if _DAY.fullmatch(g["value"]):
                everything += 1
                found += t is not None
                value += t is not None and t.value == g["value"]
                day += t is not None and t.value[:10] == g["value"]
    return {
        "days found, % of all": round(100 * found / everything, 1),
        "right value, % of days found": round(100 * value / found, 1),
        "right calendar day, % of days found": round(100 * day / found, 1),
        "right calendar day, % of all": round(100 * day / everything, 1),
    }


def wrong_days(half: Half) -> Json:
    """How the days that are found and not given as gold has them differ, counted without looking at any text."""
    rows = gold(half)
    counts: Counter[str] = Counter()
    for row, reading in zip(rows, read(rows), strict=True):
        for g, t in pairs(row, reading.times or ()):
            if t is not None and _DAY.fullmatch(g["value"]):
                counts[_difference(g["value"], t.value) or "right"] += 1
    return dict(counts)


def _difference(gold_value: str, value: str) -> str:
    """What a value has otherwise than gold's day; empty if nothing."""
    if value == gold_value:
        return ""
    if value[:10] == gold_value:
        return "same day, told as a part of it"
    day = date.fromisoformat(gold_value)
    week = "{}-W{:02d}".format(*day.isocalendar()[:2])
    if not value:
        return "unresolved"
    if gold_value.startswith(value) or value == week:
        return "the month, year or week of that day"
    other = day_of(value)
    if other is not None and (other - day).days % 7 == 0:
        return "another week"
    return "another day"


def errors() -> Iterator[str]:
    """The tuning half's errors, a line each: what gold has, what was found, and the words around it."""
    rows = gold("tuning")
    for row, reading in zip(rows, read(rows), strict=True):
        text, taken = row["text"], set()
        for g, t in pairs(row, reading.times or ()):
            taken.add(t)
            if t is None or t.value != g["value"]:
                got = "missed" if t is None else t.value or "unresolved"
                yield f"{row['published']} {g['value']} <- {got}: {_around(text, g['start_char'], g['end_char'])}"
        for t in reading.times or ():
            if t not in taken:
                yield f"{row['published']} no time <- {t.value}: {_around(text, t.start_char, t.end_char)}"


def _around(text: str, start: int, end: int) -> str:
    return " ".join(f"{text[max(0, start - 50) : start]}[[{text[start:end]}]]{text[end : end + 30]}".split())


def main() -> None:
    """Print the figures of a half; with --record write those of the held half into results.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("held", "tuning"), default="held")
    parser.add_argument("--errors", action="store_true", help="list the tuning half's errors")
    parser.add_argument("--record", action="store_true", help="write the figures into results.json")
    arguments = parser.parse_args()
    if arguments.errors:
        print(*errors(), sep="\n")
        return
    scores = measure(arguments.half)
    for name, value in scores.items():
        print(f"{name:40s} {value}")
    if arguments.record:
        record_scores(
            f"times {arguments.half} half",
            scores,
            command=f"python -m evaluation.times --half {arguments.half}",
            data_sha256=data_hash([data_folder() / "times" / name for name in CORPORA]),
        )


if __name__ == "__main__":
    main()

"""Measures the voices stage with gold attributions given: voice found, share unresolved, precision of the resolved.

    python -m evaluation.voices [train|dev] [--errors] [--record]

`voice found` is the layers scorer's own figure. An attribution is unresolved if it has no voice although gold names
one; the precision of the resolved counts the right ones among those that were given a voice that is not the author.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import replace
from typing import Any

from evaluation.corpora import Split, data_folder, data_hash, gold_reading, layers
from evaluation.results import record as record_scores
from evaluation.scoring import score_layers, scorer_module
from onrecord import voices
from onrecord.model import Reading, Voice


def main() -> None:
    """Print the figures; with --record write those of dev into results.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("split", nargs="?", default="dev", choices=("train", "dev"))
    parser.add_argument("--errors", action="store_true", help="list every attribution whose voice is wrong")
    parser.add_argument("--record", action="store_true", help="write the figures into results.json")
    args = parser.parse_args()
    split: Split = args.split
    scores = measure(split, errors=args.errors)
    for name, value in scores.items():
        print(f"{name:30s} {value}")
    if args.record:
        record_scores(
            f"voices {split}, gold attributions",
            scores,
            command=f"python -m evaluation.voices {split}",
            data_sha256=data_hash([data_folder() / "gold" / f"layers_{split}.jsonl"]),
        )


def measure(split: Split, errors: bool = False) -> dict[str, Any]:
    """The figures of one split."""
    records = layers(split)
    readings = [bare(gold_reading(record)) for record in records]
    method = voices.load()
    started = time.process_time()
    done = method(readings)
    seconds = time.process_time() - started
    words = sum(len(reading.report.text.split()) for reading in readings)
    scores = _score(done, split)
    counts: Counter[str] = Counter()
    for record, reading in zip(records, done, strict=True):
        table = {voice.id: voice for voice in reading.voices or ()}
        for row in record["attributions"]:
            attribution = reading.attribution(row["id"])
            voice = table.get(attribution.voice or "")
            found = verdict(row["voice"], voice)
            counts[found] += 1
            counts["all"] += 1
            if errors and found in ("wrong", "unresolved", "invented"):
                _show(reading, row, voice, attribution.id, found)
    named = counts["right"] + counts["wrong"] + counts["unresolved"]
    resolved = counts["right"] + counts["wrong"] + counts["invented"]
    scores["unresolved share"] = round(counts["unresolved"] / named, 3)
    scores["precision of the resolved"] = round(counts["right"] / resolved, 3)
    scores["words per CPU-second"] = round(words / seconds)
    return scores


def bare(reading: Reading) -> Reading:
    """The reading without its voices."""
    kept = tuple(replace(a, voice=None) for a in reading.attributions or ())
    return replace(reading, attributions=kept, voices=None)


def _score(readings: list[Reading], split: Split) -> dict[str, Any]:
    """What the layers scorer says of the voices."""
    return {name: value for name, value in score_layers(readings, split).items() if "voice" in name}


def norm(name: str) -> str:
    """A name as the layers scorer compares it."""
    return str(scorer_module("score_layers").norm(name))


def verdict(gold: dict[str, str], voice: Voice | None) -> str:
    """right, wrong, unresolved (gold has a voice, we none), invented (the other way round), author or none."""
    writer = voice is not None and voice.kind == "author"
    if gold["kind"] == "none":
        return "none" if voice is None or writer else "invented"
    if gold["kind"] == "author" and writer:
        return "author"
    if voice is None:
        return "unresolved"
    return "right" if norm(voice.name) == norm(gold["name"]) else "wrong"


def _show(
    reading: Reading, row: dict[str, Any], voice: Voice | None, attribution_id: str, verdict: str
) -> None:
    attribution = reading.attribution(attribution_id)
    source, cue = (
        " ".join(reading.report.at(spans).split()) for spans in (attribution.source, attribution.cue)
    )
    got = f"{voice.name} ({voice.kind}; {voice.confidence})" if voice else "-"
    gold = row["voice"]
    where = f"{verdict:10} {reading.report.id[:24]} {attribution_id:4}"
    print(f"{where} | {source[:70]} | {cue[:30]} | {got} => {gold['kind']}: {gold['name']}")


if __name__ == "__main__":
    main()

"""The shared scorers, which lie in `tools` beside the data: run on files, or looked into as modules."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from evaluation.corpora import NoData, Split, data_folder
from onrecord.exports.jsonl import dumps
from onrecord.model import Reading

Scores = dict[str, Any]


def scorer(name: str) -> Path:
    """The path of a scorer, e.g. `score_layers`. Raises NoData if it is not there."""
    path = data_folder().parent / "tools" / f"{name}.py"
    if not path.exists():
        raise NoData(f"{path} is not beside the data")
    return path


@cache
def scorer_module(name: str) -> Any:
    """A scorer as a module, for what it counts by."""
    spec = importlib.util.spec_from_file_location(name, scorer(name))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses look for the module that they are of
    spec.loader.exec_module(module)
    return module


def scored(name: str, *arguments: Path | str, shown: bool = False) -> Scores:
    """What a scorer says of these files; with `shown` its table goes to standard output."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "scores.json"
        command = [sys.executable, scorer(name), *arguments, "--json", out]
        subprocess.run([str(part) for part in command], check=True, capture_output=not shown)
        scores: Scores = json.loads(out.read_text(encoding="utf-8"))
    return scores


def score_layers(readings: Iterable[Reading], split: Split) -> Scores:
    """What the layers scorer says of the readings of a part: voices, chains, disputes, certainties, headlines."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "readings.jsonl"
        given.write_text("".join(dumps(reading) + "\n" for reading in readings), encoding="utf-8")
        gold = data_folder() / "gold" / f"layers_{split}.jsonl"
        return scored("score_layers", gold, given, data_folder() / "polnear" / split / "text")

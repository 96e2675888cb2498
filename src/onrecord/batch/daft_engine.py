"""The same work on Daft: its native runner on one machine, its Ray runner on a cluster. Extras `batch` and `ray`.

All that Daft is told: groups of files are cut into segments, wherever there is room; segments are made into shards by
as many workers as there are, each of which keeps its models. What is read, how failures are caught and what a rerun
does is in plain classes (`segments`, `making`, `guard`). Neither Daft nor Ray sends usage statistics from here.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from onrecord.batch.guard import on_demand
from onrecord.batch.making import Maker
from onrecord.batch.readers import Settings
from onrecord.batch.segments import Group, Segment, segments
from onrecord.batch.shards import Made
from onrecord.errors import MissingExtra, StopRun
from onrecord.pages.door import Part

ENVIRONMENT = {
    "DAFT_ANALYTICS_ENABLED": "0",
    "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "DAFT_PROGRESS_BAR": "0",
}

THIS_MACHINE = "local"
"""Stands for a cluster that is started here and ends with the run."""


class Cutter:
    """Cuts groups of files into segments."""

    def __init__(self, folder: str, digest: str) -> None:
        os.chdir(folder)
        self._digest = digest

    def cut(self, group: str) -> list[str]:
        """The segments of a group with their places among all, or why the run has to stop, as JSON."""
        number, parts = json.loads(group)
        try:
            made = list(segments(tuple(Part(*part) for part in parts), self._digest))
        except StopRun as error:
            return [json.dumps({"stop": str(error)})]
        return [
            json.dumps({"segment": segment.to_json(), "place": [number, n], "last": n == len(made) - 1})
            for n, segment in enumerate(made)
        ]


class Worker:
    """Makes shards; models are loaded once, by the process that reads for it."""

    def __init__(self, folder: str, out: str, settings: Settings) -> None:
        os.chdir(folder)  # paths are as they were given
        self._open = ExitStack()  # kept, so that the process that reads ends with the worker and not before
        reader = self._open.enter_context(on_demand(settings, guarded=True))
        self._maker = Maker(Path(out), reader, settings.made_with)

    def make(self, given: str) -> str:
        """What was made of a segment, with its place, or why the run has to stop, as JSON."""
        said = json.loads(given)
        if "stop" in said:
            return given
        try:
            return json.dumps(said | {"made": asdict(self._maker.make(Segment.from_json(said["segment"])))})
        except StopRun as error:
            return json.dumps({"stop": str(error)})


def run(
    groups: Sequence[Group], out: Path, settings: Settings, workers: int | None, cluster: str | None
) -> Iterator[Made]:
    """The shards of all groups, in order, as they are finished.

    `workers` None is one a core. `cluster` is the address of Ray's head, None for Daft's native runner. Raises
    MissingExtra, StopRun.
    """
    os.environ.update(ENVIRONMENT)
    daft = _daft()
    cores = _native(daft) if cluster is None else _ray(daft, cluster)
    yield from in_order(_query(daft, groups, out, settings, workers or cores))


def in_order(answers: Iterable[str]) -> Iterator[Made]:
    """What workers made, in the order of the inputs, whatever order it comes in. Raises StopRun if one had to."""
    waiting: dict[tuple[int, int], Any] = {}
    group = number = 0
    for said in map(json.loads, answers):
        if "stop" in said:
            raise StopRun(said["stop"])
        waiting[tuple(said["place"])] = said
        while (group, number) in waiting:
            done = waiting.pop((group, number))
            yield Made(**done["made"])
            group, number = (group + 1, 0) if done["last"] else (group, number + 1)


def _query(daft: Any, groups: Sequence[Group], out: Path, settings: Settings, workers: int) -> Iterator[str]:
    text, here = daft.DataType.string(), str(Path.cwd())
    cutter = daft.cls(_methods(daft, Cutter, "cut", daft.DataType.list(text)))(here, settings.digest)
    worker = daft.cls(_methods(daft, Worker, "make", text), max_concurrency=workers)(here, str(out), settings)
    files = [[[p.path, p.start, p.end, p.first] for p in group] for group in groups]
    table = daft.from_pydict({"group": list(map(json.dumps, enumerate(files)))})
    cut = table.into_batches(1).select(cutter.cut(daft.col("group")).alias("segment")).explode("segment")
    for row in cut.into_batches(1).select(worker.make(daft.col("segment")).alias("made")).iter_rows():
        yield row["made"]


def _methods(daft: Any, plain: type, method: str, gives: Any) -> type:
    """The plain class with one method as Daft wants it told."""
    return type(plain.__name__, (plain,), {method: daft.method(return_dtype=gives)(getattr(plain, method))})


def _daft() -> Any:
    if find_spec("daft") is None:
        raise MissingExtra("batch", "The engine daft")
    return import_module("daft")


def _native(daft: Any) -> int:
    _set(daft, "native", daft.set_runner_native)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _ray(daft: Any, cluster: str) -> int:
    if find_spec("ray") is None:
        raise MissingExtra("ray", "The engine ray")
    ray = import_module("ray")

    try:
        if not ray.is_initialized():  # it ends with this process
            ray.init(
                address=cluster, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR
            )
    except Exception as error:  # Ray's own exceptions share no base class
        raise StopRun(
            f"Ray ({cluster}) does not answer: {error}. Check the address and that it is running."
        ) from None
    _set(daft, "ray", lambda: daft.set_runner_ray(noop_if_initialized=True))
    return int(ray.cluster_resources().get("CPU", 1))


def _set(daft: Any, name: str, choose: Callable[[], object]) -> None:
    """Choose the runner, which Daft allows once in a process."""
    try:
        choose()
    except Exception as error:  # Daft does not say of which kind
        from daft.runners import get_or_infer_runner_type

        if get_or_infer_runner_type() != name:
            raise StopRun(
                f"This process uses Daft already, in another way ({error}). Start a new one."
            ) from None

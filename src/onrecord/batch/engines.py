"""Shards of all inputs, in order, by one of three engines: this process alone, Daft here, or Daft on a Ray cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from onrecord.batch import manifest
from onrecord.batch.guard import on_demand
from onrecord.batch.making import Maker
from onrecord.batch.readers import Settings
from onrecord.batch.reading import Skipped, skipped
from onrecord.batch.segments import groups, segments
from onrecord.batch.shards import Made
from onrecord.errors import UsageError
from onrecord.pages.door import Failure

EngineName = Literal["plain", "daft", "ray"]


@dataclass(frozen=True, slots=True)
class Engine:
    """Where the work is done: `plain` is one worker; `ray` without an address is a cluster on this machine."""

    name: EngineName = "plain"
    workers: int | None = None
    """How many read at a time; None for one a core, on a cluster for one a core of all its machines."""
    address: str | None = None
    """Address of the head of a Ray cluster."""
    guarded: bool = True
    """Whether the plain engine reads behind bounds, in a process of its own; the others always do."""

    def __post_init__(self) -> None:
        """Raises UsageError for what does not go together."""
        if self.name == "plain" and (self.workers or 1) > 1:
            raise UsageError("The plain engine is one worker. For more, say --engine daft (or ray).")
        if self.name != "ray" and self.address:
            raise UsageError("--address is that of a Ray cluster: say --engine ray too.")


def make_shards(
    inputs: Sequence[str], out: Path, settings: Settings, engine: Engine
) -> Iterator[Made | Skipped]:
    """The shards of all inputs, in order, as they are finished; what is there already is not made again.

    `out` was made ready by `manifest.begin`. An input that is not there is skipped. Raises MissingExtra, StopRun.
    """
    names: list[str] = []
    for made in (_plain if engine.name == "plain" else _daft)(inputs, out, settings, engine):
        if isinstance(made, Made):
            names.append(made.name)
        yield made
    manifest.finish(out, names)


def _plain(inputs: Sequence[str], out: Path, settings: Settings, engine: Engine) -> Iterator[Made | Skipped]:
    with on_demand(settings, guarded=engine.guarded) as reader:
        maker = Maker(out, reader, settings.made_with)
        for group in groups(inputs):
            if isinstance(group, Failure):
                yield skipped(group.source, group.reason)
                continue
            for segment in segments(group, settings.digest):
                yield maker.make(segment)


def _daft(inputs: Sequence[str], out: Path, settings: Settings, engine: Engine) -> Iterator[Made | Skipped]:
    from onrecord.batch import daft_engine

    found = list(groups(inputs))
    yield from (skipped(group.source, group.reason) for group in found if isinstance(group, Failure))
    whole = [group for group in found if not isinstance(group, Failure)]
    cluster = (engine.address or daft_engine.THIS_MACHINE) if engine.name == "ray" else None
    if whole:
        yield from daft_engine.run(whole, out, settings, engine.workers, cluster)

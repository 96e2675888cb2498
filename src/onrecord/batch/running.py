"""One run over many inputs: which engine, which shards, what is passed over; step by step for who stores or prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from onrecord.batch import manifest, shards
from onrecord.batch.engines import Engine, make_shards
from onrecord.batch.guard import on_demand
from onrecord.batch.readers import Settings
from onrecord.batch.reading import AreHeld, Skipped, batches, none_held
from onrecord.batch.shards import Made
from onrecord.batch.steps import Known, Plain, Step, nothing_known, of_shards
from onrecord.errors import UsageError
from onrecord.pages import gather
from onrecord.pages.door import Failure, files_at
from onrecord.pages.network import is_address

HANDFUL_FILES = 100
HANDFUL_BYTES = 2 * 2**20
"""Up to so much is read in this process, which spares starting another."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be read, how, and where."""

    inputs: Sequence[str]
    settings: Settings
    engine: Engine
    out: Path | None = None
    """The folder for shards; None for one that goes when the run is over, if there are any at all."""
    again: bool = False
    """Whether to make shards again that are there already."""
    allow_private: bool = False


def is_handful(inputs: Sequence[str]) -> bool:
    """Whether the inputs are so few that they are read in this process. Addresses and standard input always are."""
    files, size = 0, 0
    for name in inputs:
        for found in () if is_stream(name) else files_at(name):
            files += 1
            size += 0 if isinstance(found, Failure) else _size(Path(found.path))
            if files > HANDFUL_FILES or size > HANDFUL_BYTES:
                return False
    return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # reading it will say why


def is_stream(name: str) -> bool:
    """Whether an input is no file: an address, or standard input."""
    return name == "-" or is_address(name)


def made_shards(job: Job) -> Iterator[Made | Skipped]:
    """Make the shards of all inputs in the job's folder, which has to be given."""
    if job.out is None or any(map(is_stream, job.inputs)) or any(map(_shards_at, job.inputs)):
        raise UsageError(
            "Shards are made of files and folders, and go into a folder: --to parquet --output FOLDER."
        )
    manifest.begin(job.out, job.inputs, job.settings.made_with, again=job.again)
    return make_shards(job.inputs, job.out, job.settings, job.engine)


def steps(job: Job, known: Known = nothing_known, are_held: AreHeld = none_held) -> Iterator[Step]:
    """The readings of all inputs in order, with how far each brings its segment.

    `known` says how far a segment was taken in before: so much of it is passed over. Shards among the inputs are not
    read again. Raises UsageError for what does not go together.
    """
    if any(map(_shards_at, job.inputs)):
        for name in job.inputs:
            found = _shards_at(name)
            if not found:
                raise UsageError(f"{name} is no shard. Give shards alone, or pages alone.")
            yield from of_shards(found, known)
    elif job.engine.name == "plain" and job.out is None:
        yield from _plain(job, known, are_held)
    else:
        with _folder(job.out) as out:
            for made in made_shards(replace(job, out=out)):
                if isinstance(made, Made):
                    yield from of_shards([shards.path_of(out, made.name)], known)
                else:
                    yield Step([made], job.settings.made_with)


def _plain(job: Job, known: Known, are_held: AreHeld) -> Iterator[Step]:
    made_with = job.settings.made_with
    with on_demand(job.settings, guarded=job.engine.guarded) as reader:
        plain = Plain(reader, made_with, job.settings.digest, known, are_held)
        for name in job.inputs:
            if is_stream(name):
                pages = gather([name], allow_private=job.allow_private)
                yield from (
                    Step(rows, made_with) for rows in batches(pages, reader.parse, reader.read, are_held)
                )
            else:
                yield from plain.steps([name])


def _shards_at(name: str) -> list[Path]:
    """The shards that an input is, if it is one or a folder of them."""
    path = Path(name)
    if is_stream(name):
        return []
    if manifest.is_folder_of_shards(path):
        return manifest.readings(path)
    return [path] if shards.is_shard(path) else []


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    if out is not None:
        yield out
        return
    with TemporaryDirectory(prefix="onrecord-") as folder:
        yield Path(folder)

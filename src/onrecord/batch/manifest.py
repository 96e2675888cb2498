"""What a folder of shards was made of, and which shards belong to it: `manifest.json`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from onrecord.batch.shards import READINGS, STATEMENTS, path_of
from onrecord.errors import StopRun, UsageError

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The inputs as given, what read them, and the names of the shards in order; None until all are there."""

    inputs: tuple[str, ...]
    made_with: str
    shards: tuple[str, ...] | None = None


def is_folder_of_shards(path: Path) -> bool:
    """Whether a path is a folder that `begin` made."""
    return (path / NAME).is_file()


def begin(out: Path, inputs: Sequence[str], made_with: str, *, again: bool = False) -> None:
    """Make the folder ready. What it has of the same inputs is kept, unless it is all to be made `again`.

    Raises UsageError if it is a folder of other inputs or of something else, StopRun if it cannot be made.
    """
    if is_folder_of_shards(out):
        if load(out).inputs != tuple(inputs):
            raise UsageError(
                f"{out} holds readings of other inputs. Give another folder, or remove it first."
            )
    elif out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is there already and is no folder of shards. Give another name.")
    if again:
        for kind in (READINGS, STATEMENTS):
            shutil.rmtree(out / kind, ignore_errors=True)
    _save(out, Manifest(tuple(inputs), made_with))


def finish(out: Path, shards: Sequence[str]) -> None:
    """Record the shards in their order, and remove those that stand for earlier states of the inputs."""
    before = load(out)
    _save(out, Manifest(before.inputs, before.made_with, tuple(shards)))
    kept = {f"{name}.parquet" for name in shards}
    for kind in (READINGS, STATEMENTS):
        for path in (out / kind).glob("*"):
            if path.name not in kept:
                path.unlink()
        for path in (out / kind).glob(".*.part"):
            path.unlink()


def load(out: Path) -> Manifest:
    """The folder's manifest. Raises UsageError if it has none that can be read."""
    try:
        said = json.loads((out / NAME).read_text("utf-8"))
        shards = said["shards"]
        return Manifest(tuple(said["inputs"]), said["made_with"], None if shards is None else tuple(shards))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{out} is no folder of shards that can be read ({error}).") from None


def readings(out: Path) -> list[Path]:
    """The files with the folder's readings, in the order of the inputs. Raises UsageError if some are missing."""
    names = load(out).shards
    if names is None:
        raise UsageError(
            f"The shards in {out} are not finished. Run the command that makes them again; it goes on."
        )
    return [path_of(out, name) for name in names]


def _save(out: Path, manifest: Manifest) -> None:
    aside = out / f".{NAME}.part"
    try:
        out.mkdir(parents=True, exist_ok=True)
        aside.write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
        aside.replace(out / NAME)
    except OSError as error:
        raise StopRun(f"{out} cannot be written ({error}). Choose another folder.") from None

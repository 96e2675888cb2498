"""Makes shards with a cheap reader, in a process of its own: `python -m tests.batch.shard INPUT OUT ENGINE WORKERS`."""

from __future__ import annotations

import sys
from pathlib import Path

from onrecord.batch import manifest
from onrecord.batch.engines import Engine, make_shards
from onrecord.batch.readers import Settings
from tests.batch import cheap

SETTINGS = Settings(load=cheap.load, seconds=5, memory=2**30)


def main(given: str, out: str, engine: str, workers: int) -> None:
    """Make them, and print how many."""
    manifest.begin(Path(out), [given], SETTINGS.made_with)
    chosen = Engine(engine, workers)  # type: ignore[arg-type]
    print(sum(1 for _ in make_shards([given], Path(out), SETTINGS, chosen)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))

"""Fuzz one target with atheris: `python -m tests.fuzz.one TARGET [libFuzzer's arguments]`."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["onrecord", "feedparser"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Run the target until libFuzzer's limits are reached."""
    target = TARGETS[sys.argv[1]]
    target(b"")  # what is loaded once is loaded before the clock starts
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()


main()

"""Fuzz one target with atheris: `python -m tests.fuzz.one TARGET SECONDS [libFuzzer's arguments]`.

SECONDS are of this process's processor time, after everything is loaded.
"""

from __future__ import annotations

import signal
import sys
import time

import atheris

with atheris.instrument_imports(include=["onrecord", "feedparser"]):
    from tests.fuzz.targets import TARGETS

MOST_SECONDS = 20.0
"""Processor time of one run: no input of some thousand bytes may cost more. Time on the wall would make a case of
every stall of the machine; libFuzzer's own limit, which is on the wall and wide, is for what never ends."""


def main() -> None:
    """Run the target until its time is over or libFuzzer ends it."""
    target = TARGETS[sys.argv[1]]
    target(b"")  # what is loaded once is loaded before the clock starts

    def timed(data: bytes) -> None:
        began = time.process_time()
        target(data)
        took = time.process_time() - began
        assert took < MOST_SECONDS, f"{took:.0f} seconds for {len(data)} bytes"

    # libFuzzer takes SIGUSR1 for the wish to end, and ends with its figures; it knows no limit of processor time.
    signal.signal(signal.SIGPROF, lambda *_: signal.raise_signal(signal.SIGUSR1))
    atheris.Setup([sys.argv[0], *sys.argv[3:]], timed)
    signal.setitimer(signal.ITIMER_PROF, float(sys.argv[2]))
    atheris.Fuzz()


main()

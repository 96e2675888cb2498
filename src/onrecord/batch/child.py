"""The other end of `guard`: a process that answers `parse` and `read` under bounds, one question after another.

`python -m onrecord.batch.child DESCRIPTOR`, where DESCRIPTOR is that of the line to the process that asks.
"""

from __future__ import annotations

import resource
import signal
import sys
from multiprocessing.connection import Connection
from typing import Any

from onrecord.batch.readers import Settings
from onrecord.batch.reading import skipped
from onrecord.errors import StopRun


def main() -> None:
    """Load once, then answer until the line closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks decides when to stop
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the system ends this process, whatever code it is in
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    line = Connection(int(sys.argv[1]))
    try:
        sys.path[:] = line.recv()  # before what has to be found on it
        settings: Settings = line.recv()
        _bound_memory(settings.memory)
        _answer(line, settings)
    except (EOFError, OSError):
        return


def _answer(line: Connection, settings: Settings) -> None:
    try:
        reader = settings.load(settings)
    except StopRun as error:
        line.send(("stop", str(error)))
        return
    except Exception as error:  # whoever asks must hear of it: this process has nobody else to tell
        line.send(("stop", f"The reading process cannot load ({type(error).__name__}: {error})."))
        return
    line.send(("ready", None))
    while True:
        what, given = line.recv()
        signal.setitimer(signal.ITIMER_REAL, settings.seconds)
        answer = _answered(reader.parse if what == "parse" else reader.read, given)
        signal.setitimer(signal.ITIMER_REAL, 0)
        line.send(answer)


def _answered(work: Any, given: Any) -> tuple[str, Any]:
    try:
        return "done", work(given)
    except StopRun as error:
        return "stop", str(error)
    except Exception as error:  # as above
        row = skipped("", error)
        return "skip", (row.kind, row.reason)


def _bound_memory(most: int) -> None:
    """No more memory than `most` bytes, where the system can hold a process to it (Linux)."""
    _, ceiling = resource.getrlimit(resource.RLIMIT_DATA)
    most = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
    resource.setrlimit(resource.RLIMIT_DATA, (most, ceiling))


if __name__ == "__main__":
    main()

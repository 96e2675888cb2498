"""A reader in a process of its own, so that no report can stop a run.

The process bounds itself before it touches a report: the system ends it when a report takes too long, and refuses it
memory over its bound. Whoever asked then hears why, and the next question goes to a new process. When this process
dies, the other sees the line closed and ends, at the latest after the time a report may take.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from multiprocessing.connection import Connection
from typing import Any

from onrecord.batch.readers import Reader, Settings
from onrecord.batch.reading import SetAside
from onrecord.errors import StopRun, TooLarge
from onrecord.model import Page, Reading, Report

_SECONDS_TO_END = 10.0


@contextmanager
def on_demand(settings: Settings, *, guarded: bool) -> Iterator[Reader]:
    """A reader, behind a guard or in this process, that loads nothing before it is given something to read."""
    with ExitStack() as stack:

        @cache
        def opened() -> Reader:
            return stack.enter_context(Guard(settings)).reader if guarded else settings.load(settings)

        yield Reader(lambda page: opened().parse(page), lambda reports: opened().read(reports))


class Guard:
    """Reads in one process of its own, begun at once, and again whenever it had to be ended."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._line, self._process = self._start()
        self._is_ready = False

    @property
    def reader(self) -> Reader:
        """The functions that read, for `onrecord.batch.reading.batches`."""
        return Reader(self._parse, self._read)

    def close(self) -> None:
        """End the process."""
        self._line.close()
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Guard:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _parse(self, page: Page) -> Report:
        report: Report = self._ask("parse", page)
        return report

    def _read(self, reports: Sequence[Report]) -> list[Reading]:
        readings: list[Reading] = self._ask("read", list(reports))
        return readings

    def _start(self) -> tuple[Connection, subprocess.Popen[bytes]]:
        here, there = socket.socketpair()
        with there:
            process = subprocess.Popen(
                [sys.executable, "-m", "onrecord.batch.child", str(there.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[there.fileno()],
            )
        line = Connection(here.detach())
        line.send(sys.path)
        line.send(self._settings)
        return line, process

    def _ask(self, what: str, given: Any) -> Any:
        try:
            if not self._is_ready:
                self._answer()
                self._is_ready = True
            self._line.send((what, given))
            return self._answer()
        except (EOFError, OSError):
            reason = self._why_it_ended()
        if not self._is_ready:
            raise StopRun(f"The reading process ended while it was loading: {reason}")
        self.close()
        self._line, self._process = self._start()
        self._is_ready = False
        raise TooLarge(reason)

    def _answer(self) -> Any:
        kind, value = self._line.recv()
        if kind == "stop":
            raise StopRun(value)
        if kind == "skip":
            raise SetAside(*value)
        return value

    def _why_it_ended(self) -> str:
        try:
            code = self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            return "Its process does not answer."
        if code == -signal.SIGALRM:
            return f"It takes longer than {self._settings.seconds:g} s; raise --most-seconds to read it."
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"Its process was ended ({name}), most likely for want of memory; see --most-memory."

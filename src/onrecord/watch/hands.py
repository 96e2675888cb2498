"""The watcher's hands: they fetch what they are given, several hosts at once, and wait when there is nothing to do."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Protocol

from onrecord.errors import SkipReport
from onrecord.pages.network import Answer, Question
from onrecord.watch.records import Done, Task

Ask = Callable[[Question], Answer]


class Hands(Protocol):
    """Where tasks go and answers come from; also the one place where time is spent waiting."""

    def room(self) -> int:
        """How many more tasks are taken now."""
        ...

    def busy(self) -> bool:
        """Whether an answer is still to come."""
        ...

    def give(self, task: Task) -> None:
        """Begin a task."""
        ...

    def take(self, seconds: float) -> Done | None:
        """The next answer; None if none came for so long, or if somebody woke us."""
        ...

    def wake(self) -> None:
        """End a waiting `take`. May be called from a signal handler."""
        ...


def do(task: Task, ask: Ask) -> Done:
    """Fetch; every error is an answer."""
    try:
        return Done(task, answer=ask(task.question))
    except SkipReport as error:
        return Done(task, error=error)
    except Exception as error:  # a bug met by one page must not end the thread
        return Done(task, error=error)


class Threads:
    """Hands with so many threads. They are daemons: whoever stops does not wait for a slow server."""

    def __init__(self, ask: Ask, number: int = 8) -> None:
        self._ask = ask
        self._number = number
        self._out = 0
        self._given: queue.SimpleQueue[Task] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Done | None] = queue.SimpleQueue()
        for n in range(number):
            threading.Thread(target=self._work, name=f"fetch-{n}", daemon=True).start()

    def _work(self) -> None:
        while True:
            self._done.put(do(self._given.get(), self._ask))

    def room(self) -> int:
        """How many threads are free."""
        return self._number - self._out

    def busy(self) -> bool:
        """Whether a thread is at work."""
        return self._out > 0

    def give(self, task: Task) -> None:
        """Hand a task to the next free thread."""
        self._out += 1
        self._given.put(task)

    def take(self, seconds: float) -> Done | None:
        """The next answer."""
        try:
            done = self._done.get(timeout=max(seconds, 0)) if seconds > 0 else self._done.get_nowait()
        except queue.Empty:
            return None
        self._out -= done is not None
        return done

    def wake(self) -> None:
        """End a waiting `take`."""
        self._done.put(None)

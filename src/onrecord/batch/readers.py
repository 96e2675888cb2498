"""What reads reports: the parser and the stages, loaded once; in this process here, behind bounds in `guard`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onrecord import __version__
from onrecord.model import Page, Reading, Report

MOST_SECONDS = 120.0
MOST_MEMORY = 4 * 2**30


@dataclass(frozen=True, slots=True)
class Reader:
    """From a page to its report, and from reports to their readings. Both raise SkipReport, or StopRun."""

    parse: Callable[[Page], Report]
    read: Callable[[Sequence[Report]], list[Reading]]


@dataclass(frozen=True, slots=True)
class Settings:
    """How reports are read. It goes to other processes, so all in it can be pickled."""

    published: str | None = None
    """Publication day (YYYY-MM-DD) of pages that bring none."""
    least: float = 0.0
    """Attributions less sure than this are left out, 0 to 1."""
    yardsticks: Path | None = None
    """Folder of the user's own scales of likelihood words."""
    seconds: float = MOST_SECONDS
    """Longest time for one report, where a process of its own reads it."""
    memory: int = MOST_MEMORY
    """Most bytes of memory of a process that reads."""
    remark: str = ""
    """What else is done to readings before they are kept, in words."""
    load: Callable[[Settings], Reader] = field(default_factory=lambda: load_reader)

    @property
    def made_with(self) -> str:
        """What made the readings, in words: kept in the ledger and in shards."""
        made = f"onrecord {__version__}"
        made += f", least confidence {self.least}" if self.least else ""
        made += f", yardsticks {self.yardsticks}" if self.yardsticks else ""
        return made + (f", {self.remark}" if self.remark else "")

    @property
    def digest(self) -> str:
        """A hash over all that may change what comes of a page."""
        loader = f"{self.load.__module__}.{self.load.__qualname__}"
        parts = (self.made_with, self.published, self.seconds, self.memory, loader)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def load_reader(settings: Settings) -> Reader:
    """The stages of `onrecord.pipeline`, loaded in this process. Raises BrokenModel."""
    from onrecord.batch.reading import firm
    from onrecord.pages import parse
    from onrecord.pipeline import Pipeline

    pipeline = Pipeline.load(yardsticks=settings.yardsticks)

    def parse_page(page: Page) -> Report:
        return parse(page, page.published or settings.published)

    def read(reports: Sequence[Report]) -> list[Reading]:
        readings = pipeline.read(reports)
        return [firm(reading, settings.least) for reading in readings] if settings.least else readings

    return Reader(parse_page, read)

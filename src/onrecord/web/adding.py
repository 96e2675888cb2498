"""Reading what a visitor gives: one thread works through it, a page tells how far it has come."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from onrecord.errors import OnrecordError, SkipReport, UsageError
from onrecord.ledger.contract import Ledger
from onrecord.model import Page, Report
from onrecord.web.views import AddingPage

if TYPE_CHECKING:
    from onrecord.pipeline import Pipeline

MOST_BYTES = 20_000_000
MOST_KEPT = 200
HTML_STARTS = (b"<!doctype", b"<html", b"<?xml")


@dataclass(frozen=True, slots=True)
class Given:
    """What a visitor wants to have read: pages, and an address to fetch with the day of its publication."""

    pages: tuple[Page, ...]
    url: str = ""
    published: str = ""


@dataclass(slots=True)
class Reader:
    """Reads what is given, one after the other, in a thread of its own; the stages load with the first."""

    ledger: Ledger
    _pipeline: Pipeline | None = None
    _states: dict[str, AddingPage] = field(default_factory=dict)
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "adding"))

    def begin(self, given: Given) -> AddingPage:
        """Begin to read; the answer's id is what to ask for later."""
        state = AddingPage(secrets.token_urlsafe(9), "waiting its turn", done=False)
        while len(self._states) >= MOST_KEPT:
            del self._states[next(iter(self._states))]
        self._states[state.id] = state
        self._thread.submit(self._work, state.id, given)
        return state

    def state(self, name: str) -> AddingPage:
        """How far it has come. Raises UsageError for an id that is not known (any more)."""
        if name not in self._states:
            raise UsageError("This is not known any more. What was read is among the reports, at /.")
        return self._states[name]

    def _tell(self, name: str, step: str) -> None:
        self._states[name] = replace(self._states[name], step=step)

    def _work(self, name: str, given: Given) -> None:
        state = self._states[name]
        try:
            done = self._read(name, given)
        except OnrecordError as error:
            done = replace(state, step="not read", problems=(str(error),), done=True)
        except Exception:
            done = replace(
                state, step="not read", problems=("The text could not be read: an error in onrecord.",)
            )
            self._states[name] = replace(done, done=True)
            raise
        self._states[name] = done

    def _read(self, name: str, given: Given) -> AddingPage:
        self._tell(name, "taking the pages apart")
        reports: list[Report] = []
        problems: list[str] = []
        for found in _reports(given):
            if isinstance(found, Report):
                reports.append(found)
            else:
                problems.append(found)
        if reports:
            self._tell(name, "loading the readers" if self._pipeline is None else "reading")
            pipeline = self._loaded()
            self._tell(name, f"reading {len(reports)} report{'s' * (len(reports) != 1)}")
            added = self.ledger.add(pipeline.read(reports))
        else:
            added = ()
        return AddingPage(name, "done", True, tuple(problems), added)

    def _loaded(self) -> Pipeline:
        if self._pipeline is None:
            from onrecord.pipeline import Pipeline

            self._pipeline = Pipeline.load()
        return self._pipeline


def page_of(source: str, content: bytes, title: str, published: str, encoding: str | None) -> Page:
    """A page made of what was pasted or uploaded."""
    digest = hashlib.sha256(content).hexdigest()
    looks_html = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(HTML_STARTS)
    return Page(
        # Two pasted texts are two reports: the name tells them apart.
        source=f"{source} {digest[:8]}" if source == "pasted text" else source,
        content=content,
        sha256=digest,
        media_type="html" if looks_html else "text",
        fetched=datetime.now(UTC).isoformat(timespec="seconds"),
        title=title.strip() or None,
        published=published.strip() or None,
        encoding=encoding,
    )


def _reports(given: Given) -> Iterator[Report | str]:
    """Each report, or why there is none."""
    from onrecord.pages import Failure, gather, parse

    found: Sequence[Page | Failure] = given.pages
    if given.url:
        found = [*found, *gather([given.url], published=given.published or None)]
    for page in found:
        if isinstance(page, Failure):
            yield f"{page.source}: {page.reason}"
            continue
        try:
            yield parse(page)
        except SkipReport as skipped:
            yield f"{page.source}: {skipped}"

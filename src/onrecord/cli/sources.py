"""Readings for commands that compare: from ledgers, and from files, folders and addresses read on the spot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from onrecord.errors import UsageError
from onrecord.model import Reading

MOST_REPORTS = 60
"""Reports that one comparison takes; its time grows with the square of their statements."""


def readings_of(inputs: Sequence[str], about: str | None) -> tuple[list[Reading], list[str]]:
    """The readings of all inputs in order, and what was skipped, as `source: reason`.

    `about` picks from ledgers the reports with statements that hold all its words. Raises UsageError where that
    leaves nothing, or more reports than one comparison takes.
    """
    found: list[Reading] = []
    skipped: list[str] = []
    pages = [name for name in inputs if not is_ledger(name)]
    for name in inputs:
        if is_ledger(name):
            found += _from_ledger(name, about)
    if pages:
        for row in _from_pages(pages):
            found.append(row) if isinstance(row, Reading) else skipped.append(row)
    if len(found) > MOST_REPORTS:
        raise UsageError(
            f"{len(found)} reports are too many for one comparison: name the matter with --about."
        )
    return found, skipped


def is_ledger(name: str) -> bool:
    """Whether a name is a ledger: a file of SQLite, or the address of a database."""
    if name.startswith(("sqlite:", "postgresql")) and "://" in name:
        return True
    path = Path(name)
    try:
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\x00"
    except OSError:
        return False


def _from_ledger(name: str, about: str | None) -> list[Reading]:
    from onrecord.ledger import Search, open_ledger

    with open_ledger(name) as book:
        if about is None:
            keys = [entry.report for entry in book.reports(limit=MOST_REPORTS + 1)]
        else:
            keys = list(dict.fromkeys(hit.report for hit in book.search(Search(about, limit=500)).hits))
            if not keys:
                raise UsageError(f"{name} has no statement about {about!r}.")
        return [book.reading(key) for key in keys]


def _from_pages(names: Sequence[str]) -> Iterator[Reading | str]:
    from onrecord.batch.reading import Held, Skipped, batches
    from onrecord.pages import gather, parse
    from onrecord.pipeline import Pipeline

    for batch in batches(gather(names), parse, Pipeline.load().read):
        for row in batch:
            if isinstance(row, Skipped):
                yield f"{row.source}: {row.reason}"
            elif not isinstance(row, Held):
                yield row

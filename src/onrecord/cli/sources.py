"""Readings for commands that compare: from ledgers, and from files, folders and addresses read on the spot."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import typer

try:
    import fcntl
except ImportError:  # as on Windows, where two at once are not told apart
    fcntl = None  # type: ignore[assignment]

from onrecord.errors import LedgerError, UsageError
from onrecord.model import Reading

if TYPE_CHECKING:
    from onrecord.families.finding import StatementIndex
    from onrecord.ledger.contract import Ledger

MOST_REPORTS = 60
"""Reports that one comparison takes; its time grows with the square of their statements."""
MOST_GROUPED = 2000
"""Reports of a ledger up to which its matters are told apart unasked."""
INDEX = ".statements"
"""What is added to a ledger's name to make that of the folder with the index of its statements."""
_SEEDS, _STEPS = 20, 2
"""Reports with a searched word from which their neighbours are asked for, and how often over."""
_WORTH_SAYING = 1000
"""New reports from which bringing the index up to date takes long enough to be announced."""


@dataclass(slots=True)
class Gathered:
    """The readings of a command's inputs."""

    readings: list[Reading]
    skipped: list[str]
    """As `source: reason`."""
    notes: list[str] = field(default_factory=list)
    """What was left out of a ledger, and how to get it."""


def on_one_matter(inputs: Sequence[str], about: str | None) -> Gathered:
    """The reports to compare: those named, and those of ledgers that are on the same matter.

    The matter is that of the named reports; else that of the statements which hold all words of `about`; else the one
    that most reports of the ledger are on. Raises UsageError where that leaves nothing, or too much for one comparison.
    """
    found = _pages([name for name in inputs if not is_ledger(name)])
    given = list(found.readings)
    for name in filter(is_ledger, inputs):
        with _indexed(name) as (book, index):
            if about is not None:
                keys = _about(book, index, name, about, found.notes)
            elif given:
                keys = _beside(index, given, most=MOST_REPORTS - len(given))
            else:
                keys = _largest(book, index, name, found.notes)
            found.readings += _others(book, keys, given)
    if len(found.readings) > MOST_REPORTS:
        raise UsageError(f"{len(found.readings)} reports are too many for one comparison.")
    return found


def as_sources(inputs: Sequence[str], text: Reading, about: str | None) -> tuple[list[Reading], list[str]]:
    """The sources to check a text against, and what was skipped: those named, and of ledgers the reports that come
    nearest to the text or that have statements with the words of `about`."""
    found = _pages([name for name in inputs if not is_ledger(name)])
    for name in filter(is_ledger, inputs):
        with _indexed(name) as (book, index):
            if about is not None:
                keys = [key for key, _ in _hits(book, name, about).most_common(MOST_REPORTS)]
            else:
                keys = _beside(index, [text], most=MOST_REPORTS, least=0.0)
            found.readings += _others(book, keys, [text])
    return found.readings, found.skipped


def is_ledger(name: str) -> bool:
    """Whether a name is a ledger: a file of SQLite, or the address of a database."""
    from onrecord.ledger import file_of

    try:
        path = file_of(name)
        if path is None:
            return True
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\x00"
    except (OSError, LedgerError):
        return False


@contextmanager
def _indexed(name: str) -> Iterator[tuple[Ledger, StatementIndex]]:
    """A ledger and the index of its statements, brought up to date; where there is no folder beside the ledger that can
    be written to, the index is made for this run alone."""
    from onrecord.families.finding import StatementIndex
    from onrecord.ledger import file_of, open_ledger

    path = file_of(name)
    with open_ledger(name) as book, tempfile.TemporaryDirectory() as aside:
        current = _current(book)
        folder = path.with_name(path.name + INDEX) if path else Path(aside)
        try:
            folder.mkdir(exist_ok=True)
            (folder / "writable").touch()
            (folder / "writable").unlink()
        except OSError:
            folder = Path(aside)
        with _alone(folder):
            index = StatementIndex(folder)
            index.update(current, book.reading, progress=_tell)
            yield book, index


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else uses an index meanwhile: bringing it up to date replaces files that others read."""
    if fcntl is None:
        yield
        return
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            typer.echo("onrecord: waiting for another program that uses the index", err=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _current(book: Ledger) -> dict[str, int]:
    """For each report a number that is another one when it has a new version, or was read again."""
    return {row.report: crc32(f"{row.version} {row.read_at}".encode()) for row in book.reports()}


def forget_indexed(book: Ledger, name: str) -> None:
    """Take what a ledger no longer has out of the index beside it, if there is one; nothing is added."""
    from onrecord.families.finding import StatementIndex
    from onrecord.ledger import file_of

    path = file_of(name)
    if path is not None and (folder := path.with_name(path.name + INDEX)).is_dir():
        with _alone(folder):
            index = StatementIndex(folder)
            current = _current(book)
            index.update({k: v for k, v in index.reports.items() if current.get(k) == v}, book.reading)


def _tell(done: int, total: int) -> None:
    if total >= _WORTH_SAYING and done % _WORTH_SAYING < 64:
        typer.echo(f"onrecord: indexing the ledger's statements, {done} of {total} reports", err=True)


def _beside(
    index: StatementIndex, readings: Sequence[Reading], *, most: int, least: float | None = None
) -> list[str]:
    """The reports nearest to some readings, by the evidence for the best of them."""
    from onrecord.families.finding import SAME_MATTER, features_of

    evidence: dict[str, float] = {}
    for asked in features_of(readings):
        for row in index.near(asked, most, least=SAME_MATTER if least is None else least):
            evidence[row.report] = max(evidence.get(row.report, 0.0), row.evidence)
    return sorted(evidence, key=lambda key: (-evidence[key], key))[:most]


def _about(book: Ledger, index: StatementIndex, name: str, about: str, notes: list[str]) -> list[str]:
    """Of the reports with statements about something, and those beside them, the matter that most hits are on."""
    from onrecord.families.finding import WEAK

    hits = _hits(book, name, about)
    found, seeds = set(hits), [key for key, _ in hits.most_common(_SEEDS)]
    for _ in range(_STEPS):
        near = {
            row.report
            for key in seeds
            if (asked := index.features(key))
            for row in index.near(asked, least=WEAK)
        }
        seeds = sorted(near - found)[:MOST_REPORTS]
        found |= near
    groups = index.matters(sorted(found))
    chosen = max(groups, key=lambda group: (sum(hits[key] for key in group), len(group)))
    left = sum(key not in chosen for key in hits)
    if left:
        notes.append(f"{left} more reports with these words are on other matters: left out")
    return chosen


def _hits(book: Ledger, name: str, about: str) -> Counter[str]:
    """How many statements of each report are about something."""
    from onrecord.ledger import Search

    found = Counter(hit.report for hit in book.search(Search(about, limit=500, counted=False)).hits)
    if not found:
        raise UsageError(f"{name} has no statement about {about!r}.")
    return found


def _largest(book: Ledger, index: StatementIndex, name: str, notes: list[str]) -> list[str]:
    """The matter of a ledger that most reports are on."""
    if len(index.reports) > MOST_GROUPED:
        raise UsageError(
            f"{name} has more than {MOST_GROUPED} reports: name a matter with --about, or a report."
        )
    chosen, *others = index.matters() or [[]]
    others = [group for group in others if len(group) > 1]
    if others:
        titles = "; ".join(book.report(group[0]).title or group[0][:8] for group in others[:5])
        notes.append(
            f"{len(others) + 1} matters in {name}; this is the one with most reports. --about finds others: {titles}"
        )
    return chosen


def _others(book: Ledger, keys: Sequence[str], given: Sequence[Reading]) -> list[Reading]:
    """Readings of a ledger, without the reports that were given beside it, in order of time."""
    known = {reading.report.sha256 for reading in given}
    found = [reading for reading in map(book.reading, keys) if reading.report.sha256 not in known]
    return sorted(found, key=lambda r: (r.report.published or "", r.report.source))


def _pages(names: Sequence[str]) -> Gathered:
    from onrecord.batch.reading import Held, Skipped, batches
    from onrecord.pages import gather, parse
    from onrecord.pipeline import Pipeline

    found = Gathered([], [])
    if not names:
        return found
    for batch in batches(gather(names), parse, Pipeline.load().read):
        for row in batch:
            if isinstance(row, Skipped):
                found.skipped.append(f"{row.source}: {row.reason}")
            elif not isinstance(row, Held):
                found.readings.append(row)
    return found

"""One run of `onrecord read`: where its batches go, what it counts, what it says at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from onrecord.batch.reading import Held, Skipped, none_held, skipped
from onrecord.cli.terminal import one_line, print_lines
from onrecord.errors import OnrecordError
from onrecord.ledger.positions import without_text
from onrecord.model import Reading, Report

if TYPE_CHECKING:
    from rich.console import Console

    from onrecord.batch.shards import Made
    from onrecord.batch.steps import Step
    from onrecord.ledger.contract import Ledger
    from onrecord.ledger.records import Added

NAMED = 20
"""So many skipped sources are named at the end; the ledger keeps all of them."""


@dataclass(slots=True)
class Run:
    """Takes batches of readings, prints or stores them, and keeps count."""

    ledger: Ledger | None
    to: str
    made_with: str
    clock: Callable[[], float]
    keep_text: bool = True
    began: float = 0.0
    reports: int = 0
    attributions: int = 0
    voices: int = 0
    skipped: int = 0
    set_aside: int = 0
    """Skipped by earlier runs over the same input, and not tried again."""
    named: list[Skipped] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.began = self.clock()

    def held(self, reports: Sequence[Report]) -> Sequence[bool]:
        """Which of the reports the ledger has already, as read by this program."""
        if self.ledger is None:
            return none_held(reports)
        kept = reports if self.keep_text else [replace(report, text="") for report in reports]
        return self.ledger.held(kept, made_with=self.made_with)

    def take(self, step: Step) -> None:
        """Store, print and count one batch."""
        readings = [row for row in step.rows if isinstance(row, Reading)]
        failed = [row for row in step.rows if isinstance(row, Skipped)]
        self.changes["unchanged"] += sum(isinstance(row, Held) for row in step.rows)
        if step.before is not None:
            self.changes["unchanged"] += step.before.done - step.before.failed
            self.set_aside += step.before.failed
        if self.ledger is not None and (readings or failed or step.progress):
            readings, more = self._store(self.ledger, step, readings, failed)
            failed += more
        self._print(readings)
        self._count(readings, failed)

    def count_shard(self, made: Made | Skipped) -> None:
        """Count a shard that nothing more is done with."""
        if isinstance(made, Skipped):
            self._count([], [made])
            return
        self.reports += made.reports
        self.attributions += made.statements
        self.skipped += made.skipped

    def _store(
        self, ledger: Ledger, step: Step, readings: Sequence[Reading], failed: Sequence[Skipped]
    ) -> tuple[list[Reading], list[Skipped]]:
        """Add the batch at once; if a reading cannot be stored, one by one without it."""
        failures = {row.source: (row.kind, row.reason) for row in failed}
        kept = readings if self.keep_text else list(map(without_text, readings))
        try:
            added = ledger.add(kept, made_with=step.made_with, failures=failures, progress=step.progress)
        except OnrecordError:
            raise
        except Exception as error:  # a reading that breaks the ledger's rules is a bug of that report
            if not readings:
                raise
            alone = replace(step, progress=None)
            if len(readings) == 1:
                unstored = [skipped(readings[0].report.source, error)]
                self._store(ledger, step, [], [*failed, *unstored])
                return [], unstored
            parts = [self._store(ledger, alone, [reading], []) for reading in readings]
            self._store(ledger, step, [], failed)
            return [r for stored, _ in parts for r in stored], [s for _, left in parts for s in left]
        self._changed(added)
        return list(readings), []

    def _changed(self, added: Sequence[Added]) -> None:
        self.changes.update(row.change for row in added)

    def _print(self, readings: Sequence[Reading]) -> None:
        if self.to == "jsonl":
            from onrecord.exports.jsonl import dumps

            print_lines(map(dumps, readings))
        elif self.to == "table":
            from onrecord.cli.statements import print_statements

            for reading in readings:
                print_statements(reading)

    def _count(self, readings: Sequence[Reading], failed: Sequence[Skipped]) -> None:
        self.reports += len(readings)
        self.attributions += sum(len(reading.attributions or ()) for reading in readings)
        self.voices += sum(len(reading.voices or ()) for reading in readings)
        self.notes.update(note for reading in readings for note in reading.notes)
        self.skipped += len(failed)
        self.named += failed[: NAMED - len(self.named)]

    def tell(self, console: Console) -> None:
        """The closing summary."""
        known = self.changes["unchanged"] if self.ledger is not None else 0
        seconds = max(self.clock() - self.began, 1e-3)
        total = self.reports + (known if self.to == "none" else 0)
        console.print(
            f"{_count_of(total, 'report')} in {seconds:.1f} s ({total / seconds:.1f} a second), "
            f"{_count_of(self.attributions, 'attribution')}, {_count_of(self.voices, 'voice')}."
        )
        if self.ledger is not None:
            names = ("new", "new version", "read again", "unchanged")
            console.print("Ledger: " + ", ".join(f"{self.changes[name]} {name}" for name in names) + ".")
        for note, times in self.notes.most_common(NAMED):
            console.print(f"Note on {_count_of(times, 'report')}: {one_line(note)}", style="yellow")
        if self.skipped:
            console.print(f"Skipped {self.skipped}:", style="bold yellow")
        for row in self.named:
            console.print(f"  {one_line(row.source)}: {one_line(row.reason)}", style="yellow")
        if self.set_aside:
            told = f"Set aside before: {self.set_aside}; onrecord failures LEDGER lists all, --again tries them again"
            console.print(told, style="yellow")
        if self.skipped > len(self.named):
            where = "; column reason of the shards" if self.to == "parquet" else ""
            where = "; onrecord failures LEDGER lists all" if self.ledger is not None else where
            console.print(f"  … and {self.skipped - len(self.named)} more{where}", style="yellow")


def _count_of(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


@contextmanager
def progress_of(console: Console, *, show: bool) -> Iterator[Callable[[Run], None]]:
    """A line of progress on a terminal: how many reports, how many a second, how many skipped."""
    if not (show and console.is_terminal):
        yield lambda run: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("reading")

        def advance(run: Run) -> None:
            done = run.reports + run.changes["unchanged"]
            rate = done / max(run.clock() - run.began, 1e-3)
            words = f"{done:,} reports · {rate:.1f} a second · {run.skipped} skipped"
            progress.update(task, description=words)

        yield advance

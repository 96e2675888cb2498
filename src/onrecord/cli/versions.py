"""`onrecord versions`: which reports were changed after they were first read, and what changed in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.options import A_REPORT, LedgerName

if TYPE_CHECKING:
    from rich.text import Text

    from onrecord.ledger.contract import Ledger
    from onrecord.ledger.corrections import Correction


def versions(
    ledger: LedgerName,
    report: Annotated[str | None, A_REPORT] = None,
    limit: Annotated[int, typer.Option(metavar="NUMBER", min=1, help="List at most so many reports.")] = 20,
) -> None:
    """List the versions of a report and what each changed in its statements.

    Without a report: those with more than one version, the one changed last first.
    """
    from onrecord.cli.terminal import console
    from onrecord.ledger import open_ledger

    out = console()
    with open_ledger(ledger) as book:
        names = [report] if report else [entry.report for entry in book.corrected(limit=limit)]
        if not names:
            out.print("No report has more than one version.")
        for name in names:
            for line in _lines(book, name):
                out.print(line)


def _lines(book: Ledger, name: str) -> Iterator[Text]:
    from rich.text import Text

    from onrecord.cli.terminal import one_line

    entries, changed = book.versions(name), book.corrections(name)
    last = entries[-1]
    yield Text(f"{one_line(last.title or last.source, 120)}  {last.report[:8]}", style="bold")
    for entry in entries:
        yield Text(f"  version {entry.version}, read {entry.read_at[:16].replace('T', ' ')} UTC")
        if entry.version > 1:
            yield from changes([row for row in changed if row.version == entry.version])


def changes(rows: Sequence[Correction]) -> Iterator[Text]:
    """What one version changed, a line each."""
    from rich.text import Text

    from onrecord.cli.terminal import one_line
    from onrecord.ledger.corrections import in_words

    for row in rows:
        yield Text(f"    {one_line(in_words(row))}", style="yellow")
    if not rows:
        yield Text("    no statement changed", style="dim")

"""`onrecord show`: the reports of a ledger, or one report with everything that was found in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.options import A_REPORT, LedgerName

if TYPE_CHECKING:
    from onrecord.ledger.contract import Ledger


def show(
    ledger: LedgerName,
    report: Annotated[str | None, A_REPORT] = None,
    version: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", help="An older version of the report.", show_default="the current one"
        ),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="NUMBER", min=1, help="List at most so many reports.")] = 50,
) -> None:
    """List the reports of a ledger, or show one of them.

    A report is shown with its statements, voices, chains, disputes and certainties. Sources, cues and
    contents are told by colour; without colour (NO_COLOR, or into a file) by signs.
    """
    from onrecord.ledger import open_ledger

    with open_ledger(ledger) as book:
        if report is None:
            _print_list(book, limit)
        else:
            _print_report(book, report, version)


def _print_list(book: Ledger, limit: int) -> None:
    from rich.table import Table
    from rich.text import Text

    from onrecord.cli.terminal import console, one_line

    out = console()
    entries = book.reports(limit=limit)
    if not entries:
        out.print("The ledger has no reports yet. Add some with: onrecord read PATHS --into LEDGER")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("report", style="dim", no_wrap=True)
    table.add_column("published", no_wrap=True)
    table.add_column("title", style="bold")
    for name in ("statements", "disputes"):
        table.add_column(name, justify="right")
    table.add_column("headline", no_wrap=True)
    for row in entries:
        title = Text(one_line(row.title or Path(row.source).name, 120))
        place = row.outlet or row.site or (Path(row.source).name if row.title else "")
        title.append(f"  {one_line(place, 40)}" if place else "", style="not bold dim")
        if row.version > 1:
            title.append(f"  version {row.version}", style="not bold dim")
        counts = (str(row.statements), str(row.disputes))
        table.add_row(row.report[:8], row.published or "–", title, *counts, row.verdict or "–")
    out.print(table)
    if len(entries) == limit:
        out.print(Text(f"The first {limit}; --limit shows more.", style="dim"))


def _print_report(book: Ledger, name: str, version: int | None) -> None:
    from onrecord.cli.report_parts import head, parts
    from onrecord.cli.report_text import report_text
    from onrecord.cli.statements import statement_table
    from onrecord.cli.terminal import console, has_colour
    from onrecord.cli.versions import changes

    versions = book.versions(name)
    reading = book.reading(name, version)
    entry = next(entry for entry in versions if entry.version == (version or versions[-1].version))
    # Reviews belong to the current version; an older one is shown as the machine read it.
    states = book.review_states(name) if version in (None, versions[-1].version) else {}
    out = console()
    for piece in head(reading, states, entry, len(versions)):
        out.print(piece)
    if reading.report.has_text:
        out.print(report_text(reading, coloured=has_colour(out), width=out.width))
    else:
        out.print(statement_table(reading))
    if entry.version > 1:
        out.print(f"\nChanged since version {entry.version - 1} (onrecord versions has all):")
        for line in changes([row for row in book.corrections(name) if row.version == entry.version]):
            out.print(line)
    for piece in parts(reading, states):
        out.print(piece)

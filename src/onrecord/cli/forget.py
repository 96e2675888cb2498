"""`onrecord forget`: take a report out of a ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from onrecord.cli.options import A_REPORT, DecidedBy, LedgerName, Note


def forget(
    ledger: LedgerName,
    report: Annotated[str, A_REPORT],
    by: DecidedBy = None,
    note: Note = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a report with all its versions and rows.

    The ledger keeps only that a report of this key was deleted, when, by whom and why. It cannot be undone,
    but the page can be read again.
    """
    from onrecord.cli.sources import forget_indexed
    from onrecord.cli.terminal import one_line, who
    from onrecord.ledger import open_ledger

    with open_ledger(ledger, mode="change") as book:
        entry = book.report(report)
        what = one_line(f"{entry.report[:8]} ({entry.title or entry.source})")
        if not yes and not typer.confirm(f"Delete report {what} with {entry.statements} statements?"):
            typer.echo("Nothing was deleted.", err=True)
            raise typer.Exit(1)
        book.forget(entry.report, by=who(by), note=note)
        forget_indexed(book, ledger)
    typer.echo(f"Deleted {what}.")

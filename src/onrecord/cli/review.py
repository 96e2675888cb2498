"""`onrecord review`: machine judgements, accepted, rejected or left unsure by people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.options import DecidedBy, LedgerName, Note
from onrecord.errors import UsageError
from onrecord.ledger.records import REVIEW_STATES, ReviewState, RowKind

if TYPE_CHECKING:
    from onrecord.ledger.contract import Ledger


def review(
    ledger: LedgerName,
    row: Annotated[
        str | None, typer.Argument(help="A row, e.g. 5f0c2a.d1, as listed.", metavar="ROW")
    ] = None,
    state: Annotated[
        ReviewState | None,
        typer.Argument(
            metavar="STATE", help="What you find it to be: accepted, rejected, unsure, or machine to undo."
        ),
    ] = None,
    by: DecidedBy = None,
    note: Note = "",
    kind: Annotated[
        RowKind | None,
        typer.Option(help="List rows of this kind.", show_default="dispute and headline"),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List reviewed rows too.")] = False,
    limit: Annotated[int, typer.Option(metavar="NUMBER", min=1, help="List at most so many.")] = 50,
    log: Annotated[bool, typer.Option("--log", help="Show the audit trail, of one row or of all.")] = False,
) -> None:
    """List open machine judgements, or decide one."""
    from onrecord.cli.terminal import who
    from onrecord.ledger import open_ledger

    if row is not None and state is None and not log:
        raise UsageError(f"What is {row}? Add one of: {', '.join(REVIEW_STATES)}.")
    with open_ledger(ledger, mode="change" if state else "read") as book:
        if row is not None and state is not None:
            done = book.review(row, state, by=who(by), note=note)
            typer.echo(f"{done.row}: {done.from_state} → {done.to_state}, by {done.by}")
        elif log:
            _print_log(book, row)
        else:
            _print_open(book, [kind] if kind else ["dispute", "headline"], every, limit)


def _print_open(book: Ledger, kinds: list[RowKind], every: bool, limit: int) -> None:
    from rich.table import Table
    from rich.text import Text

    from onrecord.cli.terminal import console, one_line, state_mark

    states: list[ReviewState] = (
        ["machine", "unsure", "accepted", "rejected"] if every else ["machine", "unsure"]
    )
    found = book.judgements(kinds=kinds, states=states, limit=limit)
    out = console()
    if not found:
        out.print("Nothing is open.")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("row", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("judgement", ratio=5)
    table.add_column("report", ratio=2, style="dim")
    for item in found:
        key, _, row_id = item.row.rpartition(".")
        report = one_line(" ".join(filter(None, (item.published, item.title))), 60)
        mark = state_mark(item.state, item.confidence)
        table.add_row(f"{key[:8]}.{row_id}", mark, one_line(item.what, 200), report)
    out.print(table)
    if len(found) == limit:
        out.print(Text(f"The first {limit}; --limit shows more.", style="dim"))


def _print_log(book: Ledger, row: str | None) -> None:
    from onrecord.cli.terminal import console, one_line

    out = console()
    changes = book.review_changes(row)
    if not changes:
        out.print("Nothing was reviewed.")
    for entry in changes:
        what = f"{entry.at}  {entry.row}  {entry.from_state} → {entry.to_state}  {entry.by}"
        out.print(one_line(what + (f": {entry.note}" if entry.note else "")))

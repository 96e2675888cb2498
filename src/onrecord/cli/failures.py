"""`onrecord failures`: what could not be read, and why."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Literal

import typer

from onrecord.cli.options import LedgerName


def failures(
    ledger: LedgerName,
    to: Annotated[Literal["table", "jsonl"], typer.Option(help="What to print.")] = "table",
) -> None:
    """List what could not be read, and why.

    A source leaves the list when it is read after all.
    """
    from rich.table import Table

    from onrecord.cli.terminal import console, one_line, print_lines
    from onrecord.ledger import open_ledger

    with open_ledger(ledger) as book:
        found = book.failures()
    if to == "jsonl":
        print_lines(json.dumps(asdict(row)) for row in found)
        return
    out = console()
    if not found:
        out.print("Nothing failed.")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("source", "reason", "times", "last"):
        table.add_column(name, overflow="fold")
    for row in found:
        table.add_row(one_line(row.source), one_line(row.reason), str(row.times_seen), row.last_seen[:10])
    out.print(table)

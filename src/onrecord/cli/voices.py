"""`onrecord voices`: the voices across reports; merging and splitting them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from onrecord.cli.options import DecidedBy, LedgerName, Note
from onrecord.errors import UsageError
from onrecord.model import VoiceKind

if TYPE_CHECKING:
    from onrecord.ledger.contract import Ledger
    from onrecord.ledger.records import VoiceEntry


def voices(
    ledger: LedgerName,
    action: Annotated[
        Literal["merge", "split"] | None,
        typer.Argument(metavar="ACTION", help="merge A B: A is B. split A: it is not, after all."),
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Names, parts of names, or numbers as in '#12'.", metavar="NAMES"),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="List only voices of this name or part of a name.")
    ] = None,
    kind: Annotated[VoiceKind | None, typer.Option(help="List only this kind.")] = None,
    limit: Annotated[int, typer.Option(metavar="NUMBER", min=1, help="List at most so many.")] = 50,
    report: Annotated[
        str | None, typer.Option(metavar="REPORT", help="split: tell the voice of this report apart.")
    ] = None,
    by: DecidedBy = None,
    note: Note = "",
    log: Annotated[bool, typer.Option("--log", help="Show the audit trail of merges and splits.")] = False,
) -> None:
    """List, merge and split the voices of all reports.

    Each has its statements and reports counted, its roles, first and last day. A merge holds for reports
    that come later, too. To tell two people of one name apart, split the one in a report with --report.
    """
    from onrecord.cli.terminal import who
    from onrecord.ledger import open_ledger

    with open_ledger(ledger, mode="change" if action else "read") as book:
        if log:
            _print_log(book)
        elif action is None:
            _print_voices(book.voices(name=name, kind=kind, limit=limit), limit)
        elif action == "merge":
            gone, stays = _named(names, 2, "merge takes two voices: onrecord voices LEDGER merge A B")
            _print_voices([book.merge_voices(gone, stays, by=who(by), note=note)])
        else:
            (gone,) = _named(names, 1, "split takes one voice: onrecord voices LEDGER split A [--report R]")
            _print_voices([book.split_voice(gone, by=who(by), report=report, note=note)])


def _named(names: list[str] | None, number: int, usage: str) -> list[str]:
    if names is None or len(names) != number:
        raise UsageError(f"{usage}. Put a name of several words in quotes.")
    return names


def _print_voices(entries: tuple[VoiceEntry, ...] | list[VoiceEntry], limit: int = 0) -> None:
    from rich.table import Table
    from rich.text import Text

    from onrecord.cli.terminal import console, one_line

    out = console()
    if not entries:
        out.print("No voices.")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("no.", style="dim", justify="right", no_wrap=True)
    table.add_column("voice", style="bold cyan", ratio=4)
    table.add_column("kind", no_wrap=True)
    table.add_column("statements", justify="right")
    table.add_column("reports", justify="right")
    table.add_column("first", no_wrap=True)
    table.add_column("last", no_wrap=True)
    table.add_column("roles", ratio=4)
    for row in entries:
        name = Text(one_line(row.name))
        for also in row.also:
            name.append(f"\nalso {one_line(also)}", style="not bold dim")
        days = (row.first_seen or "–", row.last_seen or "–")
        roles = one_line("; ".join(row.roles), 80)
        table.add_row(f"#{row.id}", name, row.kind, str(row.statements), str(row.reports), *days, roles)
    out.print(table)
    if limit and len(entries) == limit:
        out.print(Text(f"The first {limit}; --limit shows more.", style="dim"))


def _print_log(book: Ledger) -> None:
    from onrecord.cli.terminal import console, one_line

    out = console()
    changes = book.voice_changes()
    if not changes:
        out.print("No voice was merged or split.")
    for row in changes:
        what = f"merged {row.voice} into {row.other}" if row.action == "merge" else f"split {row.voice}"
        what += f" in report {row.report}" if row.report else ""
        what += f" from {row.other}" if row.action == "split" and row.other != row.voice else ""
        out.print(one_line(f"{row.at}  {row.by}  {what}" + (f": {row.note}" if row.note else "")))

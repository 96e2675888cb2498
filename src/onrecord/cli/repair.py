"""`onrecord repair`: what is whole of a damaged ledger, in a new one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def repair(
    ledger: Annotated[
        Path, typer.Argument(help="The damaged ledger; it is left as it is.", metavar="LEDGER")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The new ledger.", show_default="beside the old one, as NAME.repaired.db"
        ),
    ] = None,
) -> None:
    """Write what is whole of a damaged ledger into a new one.

    Reports come over with all their versions, reviews, merged and split voices and audit trails, each only if it is
    what was stored. Exit code 1 says that something was lost; read those pages again into the new ledger.
    """
    from onrecord.cli.terminal import console, one_line
    from onrecord.ledger.salvage import repair as repair_ledger

    to = output or ledger.with_name(f"{ledger.stem}.repaired.db")
    salvaged = repair_ledger(ledger, to)
    out = console()
    out.print(
        f"{to}: {salvaged.reports} reports in {salvaged.versions} versions, with {salvaged.reviews} reviewed rows."
    )
    for line in salvaged.lost:
        out.print(one_line(f"Lost: {line}"))
    if salvaged.damaged:
        out.print(f"Some rows were lost in: {', '.join(salvaged.damaged)}.")
    raise typer.Exit(1 if salvaged.lost or salvaged.damaged else 0)

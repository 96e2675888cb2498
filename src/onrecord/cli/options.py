"""Arguments and options that several commands have: said once, so that they are the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

A_REPORT = typer.Argument(
    help="A report: its key or the start of it, its URL, file or file name.", metavar="REPORT"
)
INTO = typer.Option(metavar="LEDGER", help="The ledger to write into; made if need be.")

LedgerName = Annotated[str, typer.Argument(help="The ledger.", metavar="LEDGER")]
MinConfidence = Annotated[
    float,
    typer.Option(metavar="SHARE", min=0.0, max=1.0, help="Leave out attributions less sure than this."),
]
Yardsticks = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Your own scales of likelihood words and who uses them."),
]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="Fetch from private network addresses too.")
]
DecidedBy = Annotated[
    str | None, typer.Option(metavar="NAME", help="Who decides; your account's name if not given.")
]
Note = Annotated[str, typer.Option(metavar="TEXT", help="Why, for the audit trail.")]

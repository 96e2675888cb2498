"""`onrecord read`: pages in, statements out."""
# ruff: noqa: PLR0913, PLR0917 (a command's options are its parameters)

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from onrecord import __version__
from onrecord.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onrecord.batch.reading import Batch
    from onrecord.cli.run import Run
    from onrecord.ledger.contract import Ledger


def read(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders (with all under them), http(s) addresses, feeds, or - for standard input. "
            "Files: .html, .html.gz, .txt, .md and .jsonl with one report a line.",
            metavar="PATHS",
        ),
    ],
    into: Annotated[
        str | None, typer.Option(metavar="LEDGER", help="The ledger to write into; made if need be.")
    ] = None,
    to: Annotated[
        Literal["table", "jsonl", "none"] | None,
        typer.Option(
            help="What to print: a table of statements, readings as JSON Lines, or nothing.",
            show_default="table; none with --into",
        ),
    ] = None,
    published: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Publication day (YYYY-MM-DD) of reports that bring none."),
    ] = None,
    min_confidence: Annotated[
        float,
        typer.Option(metavar="SHARE", min=0.0, max=1.0, help="Leave out attributions less sure than this."),
    ] = 0.0,
    yardsticks: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Your own scales of likelihood words and who uses them."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Read pages again that the ledger has from this very version.")
    ] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from private network addresses too.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
) -> None:
    """Read reports into a ledger, or print their statements.

    Without --into the statements are printed as a table, also into a pipe; programs ask for --to jsonl.
    A page that the ledger has already adds nothing; a changed page becomes a new version of its report.
    """
    from onrecord.cli.run import Run, progress_of
    from onrecord.cli.terminal import console

    if published and not re.fullmatch(r"\d{4}-\d\d-\d\d", published):
        raise UsageError(f"--published {published!r} is no day. Write YYYY-MM-DD.")
    made_with = f"onrecord {__version__}" + (f", least confidence {min_confidence}" if min_confidence else "")
    made_with += f", yardsticks {yardsticks}" if yardsticks else ""
    errors = console(stderr=True)
    with ExitStack() as stack:
        ledger = stack.enter_context(_ledger(into)) if into else None
        to = to or ("none" if ledger else "table")
        run = Run(ledger, to, made_with, min_confidence, time.monotonic)
        advance = stack.enter_context(progress_of(errors, show=not quiet))
        for batch in _batches(run, paths, published, yardsticks, allow_private, again):
            run.take(batch)
            advance(run)
    if not quiet:
        run.tell(errors)
    raise typer.Exit(1 if run.skipped else 0)


def _ledger(into: str) -> Ledger:
    from onrecord.ledger import open_ledger

    return open_ledger(into, mode="create")


def _batches(
    run: Run,
    paths: list[str],
    published: str | None,
    yardsticks: Path | None,
    allow_private: bool,
    again: bool,
) -> Iterator[Batch]:
    from onrecord.batch.reading import batches
    from onrecord.pages import gather, parse
    from onrecord.pipeline import Pipeline

    pipeline = Pipeline.load(yardsticks=yardsticks)
    # A report that is printed is read in any case; one that only goes into the ledger need not be read twice.
    skip_held = run.ledger is not None and run.to == "none" and not again
    pages = gather(paths, published=published, allow_private=allow_private)
    return batches(pages, parse, pipeline.read, run.holds if skip_held else lambda report: False)

"""`onrecord read`: pages in, statements out."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from onrecord.cli.options import INTO, AllowPrivate, MinConfidence, Yardsticks
from onrecord.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onrecord.batch.engines import Engine, EngineName
    from onrecord.batch.running import Job
    from onrecord.cli.run import Run


def read(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders (with all under them), http(s) addresses, feeds, or - for standard input. "
            "Files: .html, .html.gz, .txt, .md; with many reports .jsonl, .jsonl.gz, .parquet, .warc, .warc.gz; "
            "folders of shards that --to parquet made.",
            metavar="PATHS",
        ),
    ],
    into: Annotated[str | None, INTO] = None,
    to: Annotated[
        Literal["table", "jsonl", "parquet", "none"] | None,
        typer.Option(
            help="What to give: a table of statements, readings as JSON Lines, Parquet files in the folder "
            "--output, or nothing.",
            show_default="table; none with --into",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The folder of shards for --to parquet.")
    ] = None,
    published: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Publication day (YYYY-MM-DD); one given in a record or a feed goes first."
        ),
    ] = None,
    min_confidence: MinConfidence = 0.0,
    yardsticks: Yardsticks = None,
    engine: Annotated[
        Literal["plain", "daft", "ray"] | None,
        typer.Option(
            help="What does the work: one worker without an engine, Daft on this machine, or Daft on a Ray cluster.",
            show_default="plain; daft with --workers, ray with --address",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="How many read at a time.", show_default="one; with an engine, one a core"),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(help="The head of the Ray cluster.", show_default="a cluster on this machine"),
    ] = None,
    most_seconds: Annotated[
        float,
        typer.Option(
            metavar="NUMBER", min=0.01, help="Set a report aside that takes longer (not of a handful)."
        ),
    ] = 120,
    most_memory: Annotated[
        float,
        typer.Option(metavar="GIB", min=0.25, help="Set a report aside that needs more (not of a handful)."),
    ] = 4,
    again: Annotated[
        bool, typer.Option("--again", help="Read pages again that the ledger has from this very version.")
    ] = False,
    no_text: Annotated[
        bool,
        typer.Option(
            "--no-text",
            help="Keep positions alone in the ledger: rows with their offsets and the page's hash, no text.",
        ),
    ] = False,
    allow_private: AllowPrivate = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
) -> None:
    """Read reports into a ledger, or print their statements.

    Without --into the statements are printed as a table, also into a pipe; programs ask for --to jsonl.
    A page that the ledger has already adds nothing; a changed page becomes a new version of its report.
    Stopped at any point, the same command goes on where it was. docs/scale.md says more about many reports.
    """
    from onrecord.batch.readers import Settings
    from onrecord.batch.running import Job
    from onrecord.cli.run import Run, progress_of
    from onrecord.cli.terminal import console
    from onrecord.ledger import open_ledger

    if published and not re.fullmatch(r"\d{4}-\d\d-\d\d", published):
        raise UsageError(f"--published {published!r} is no day. Write YYYY-MM-DD.")
    if no_text and not into:
        raise UsageError("--no-text says what a ledger keeps: give the ledger with --into.")
    if (to == "parquet") != (output is not None) and to is not None:
        raise UsageError("--to parquet and --output FOLDER go together.")
    remark = "no text" if no_text else ""
    memory = int(most_memory * 2**30)
    settings = Settings(published, min_confidence, yardsticks, most_seconds, memory, remark)
    chosen = _engine(engine, workers, address, paths)
    errors = console(stderr=True)
    with ExitStack() as stack:
        ledger = stack.enter_context(open_ledger(into, mode="create")) if into else None
        to = to or ("parquet" if output else "none" if ledger else "table")
        run = Run(ledger, to, settings.made_with, time.monotonic, keep_text=not no_text)
        advance = stack.enter_context(progress_of(errors, show=not quiet))
        job = Job(paths, settings, chosen, output, again, allow_private)
        for _ in _work(run, job if chosen.name == "plain" or output else replace(job, out=_beside(into))):
            advance(run)
    if not quiet:
        run.tell(errors)
    raise typer.Exit(1 if run.skipped or run.set_aside else 0)


def _engine(name: EngineName | None, workers: int | None, address: str | None, paths: list[str]) -> Engine:
    from onrecord.batch.engines import Engine
    from onrecord.batch.running import is_handful

    if name is None:
        name = "ray" if address else "daft" if (workers or 1) > 1 else "plain"
    guarded = name != "plain" or not is_handful(paths)
    return Engine(name, workers, address, guarded)


def _beside(into: str | None) -> Path | None:
    """Where an engine's shards go that nobody asked for: beside the ledger, so that a rerun finds them."""
    if into is None:
        return None
    if "://" in into:
        raise UsageError(
            "With an engine and a ledger at an address, say where the shards go: --output FOLDER."
        )
    return Path(f"{into}.shards")


def _work(run: Run, job: Job) -> Iterator[None]:
    """Take in everything, with a stop after each step."""
    from onrecord.batch.reading import none_held
    from onrecord.batch.running import made_shards, steps
    from onrecord.batch.steps import nothing_known

    if run.ledger is None and run.to == "parquet":
        for made in made_shards(job):
            run.count_shard(made)
            yield
        return
    # A report that is printed is read in any case; one that only goes into the ledger need not be read twice.
    skip_held = run.ledger is not None and run.to in ("none", "parquet") and not job.again
    known = run.ledger.progress if run.ledger is not None and skip_held else nothing_known
    for step in steps(job, known, run.held if skip_held else none_held):
        run.take(step)
        yield

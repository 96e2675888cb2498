"""`onrecord export`: a ledger, or the answer to a search, in the formats of other people's tools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from onrecord.cli.options import LedgerName
from onrecord.errors import UsageError
from onrecord.exports import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from onrecord.exports.entries import Change, Entry, Piece
    from onrecord.ledger.contract import Ledger

PAGE = 1000
"""Statements of an answer that are asked for at a time."""


def export(
    ledger: LedgerName,
    to: Annotated[str, typer.Option(metavar="FORMAT", help=f"One of: {', '.join(FORMATS)}.")],
    output: Annotated[Path, typer.Option(help="The file to write; for brat the folder.")],
    reports: Annotated[
        list[str] | None, typer.Option("--report", help="Only this report; may be given several times.")
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(
            metavar="WORDS",
            help="Only the statements that answer a search, as in onrecord search, with the statements they stand "
            "within, those they deny and those that deny them.",
        ),
    ] = None,
) -> None:
    """Write reports and their statements in another tool's format, with their review states.

    Nothing is written where a file of that name is already.
    """
    from onrecord.ledger import open_ledger

    if to not in FORMATS:
        raise UsageError(f"--to {to!r} is no format. Give one of: {', '.join(FORMATS)}.")
    if output.exists():
        raise UsageError(f"{output} is there already. Give another name, or remove it first.")
    chosen = FORMATS[to]
    with open_ledger(ledger) as opened:
        keys = [opened.report(name).report for name in reports or []]
        rows = _rows(opened, search) if search is not None else None
        entries = _entries(opened, keys) if rows is None else _found(opened, str(search), rows, keys)
        pieces = chosen.pieces(entries)
        written = _write_folder(pieces, output) if chosen.folder else _write_file(pieces, output)
    typer.echo(f"Wrote {written:,} bytes to {output}.", err=True)


def _entries(ledger: Ledger, keys: list[str]) -> Iterator[Entry]:
    """The entries of these reports, or of all."""
    trails = _trails(ledger)
    for key in keys or [entry.report for entry in ledger.reports()]:
        yield _entry(ledger, key, trails)


def _found(ledger: Ledger, search: str, rows: Mapping[str, set[str]], keys: list[str]) -> Iterator[Entry]:
    """The entries of the reports with statements that answer, each with those statements and those around them."""
    trails = _trails(ledger)
    for key in [key for key in keys or rows if key in rows]:
        note = f"Only the statements that answer the search {search!r} and those around them, not the whole reading."
        yield _entry(ledger, key, trails).only(rows[key], note)


def _rows(ledger: Ledger, search: str) -> dict[str, set[str]]:
    """By report the ids of the statements that answer."""
    from onrecord.ledger import Search

    rows: dict[str, set[str]] = defaultdict(set)
    found = ledger.search(Search(search, limit=PAGE, counted=False))
    while True:
        for hit in found.hits:
            rows[hit.report].add(hit.statement.rpartition(".")[2])
        if found.next is None:
            return rows
        found = ledger.search(Search(search, limit=PAGE, counted=False, after=found.next))


def _entry(ledger: Ledger, key: str, trails: Mapping[str, list[Change]]) -> Entry:
    from onrecord.exports.entries import Entry

    return Entry(ledger.reading(key), ledger.review_states(key), tuple(trails.get(key, ())))


def _trails(ledger: Ledger) -> dict[str, list[Change]]:
    """By report who reviewed what."""
    from onrecord.exports.entries import Change

    trails: dict[str, list[Change]] = defaultdict(list)
    for review in ledger.review_changes():
        report, _, row = review.row.rpartition(".")
        change = Change(row, review.at, review.by, review.from_state, review.to_state, review.note)
        trails[report].append(change)
    return trails


def _write_file(pieces: Iterable[Piece], output: Path) -> int:
    """Write aside and move into place, so that a half-written file never looks whole."""
    aside = output.with_name(output.name + ".part")
    written = 0
    try:
        with aside.open("wb") as out:
            for piece in pieces:
                written += out.write(piece.content)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    aside.rename(output)
    return written


def _write_folder(pieces: Iterable[Piece], output: Path) -> int:
    written = 0
    with ExitStack() as stack:
        name, out = "", None
        for piece in pieces:
            if piece.file != name:
                stack.close()
                output.mkdir(parents=True, exist_ok=True)
                name, out = piece.file, _opened(stack, output / piece.file)
            if out is not None:
                written += out.write(piece.content)
    return written


def _opened(stack: ExitStack, path: Path) -> IO[bytes]:
    return stack.enter_context(path.open("wb"))

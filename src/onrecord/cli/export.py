"""`onrecord export`: a ledger in the formats of other people's tools."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from onrecord.errors import UsageError
from onrecord.exports import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onrecord.exports.entries import Entry, Piece
    from onrecord.ledger.contract import Ledger


def export(
    ledger: Annotated[str, typer.Argument(help="The ledger.", metavar="LEDGER")],
    to: Annotated[str, typer.Option(metavar="FORMAT", help=f"One of: {', '.join(FORMATS)}.")],
    output: Annotated[Path, typer.Option(help="The file to write; for brat the folder.")],
    reports: Annotated[
        list[str] | None, typer.Option("--report", help="Only this report; may be given several times.")
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
        pieces = chosen.pieces(_entries(opened, reports or []))
        written = _write_folder(pieces, output) if chosen.folder else _write_file(pieces, output)
    typer.echo(f"Wrote {written:,} bytes to {output}.", err=True)


def _entries(ledger: Ledger, names: list[str]) -> Iterator[Entry]:
    from onrecord.exports.entries import Entry

    for key in [ledger.report(name).report for name in names] if names else _all_keys(ledger):
        yield Entry(ledger.reading(key), ledger.review_states(key))


def _all_keys(ledger: Ledger) -> list[str]:
    return [entry.report for entry in ledger.reports()]


def _write_file(pieces: Iterable[Piece], output: Path) -> int:
    """Write aside and move into place, so that a half-written file never looks whole."""
    aside = output.with_name(output.name + ".part")
    written = 0
    with aside.open("wb") as out:
        for piece in pieces:
            written += out.write(piece.content)
    aside.rename(output)
    return written


def _write_folder(pieces: Iterable[Piece], output: Path) -> int:
    output.mkdir(parents=True)
    written = 0
    with ExitStack() as stack:
        name, out = "", None
        for piece in pieces:
            if piece.file != name:
                stack.close()
                name, out = piece.file, _opened(stack, output / piece.file)
            if out is not None:
                written += out.write(piece.content)
    return written


def _opened(stack: ExitStack, path: Path) -> IO[bytes]:
    return stack.enter_context(path.open("wb"))

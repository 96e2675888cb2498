"""`onrecord import-brat`: corrected annotation files back into a ledger, as reviews."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.options import LedgerName
from onrecord.errors import UnreadableInput, UsageError

if TYPE_CHECKING:
    from onrecord.ledger.contract import Ledger


def import_brat(
    ledger: LedgerName,
    folder: Annotated[
        Path, typer.Argument(help="A folder that export --to brat wrote, corrected.", metavar="FOLDER")
    ],
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who corrected; your account's name if not given.")
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="A remark for the audit trail.")] = "",
) -> None:
    """Take corrected brat files in as reviews of their statements, and add those that annotators added.

    A statement left as it was is accepted; one that was removed or whose spans were moved is rejected. A statement that
    is new or moved becomes a row of its own, made by "annotator NAME" and accepted; it stays when the page is read
    again. Files that belong to no report of the ledger, or whose text is another version's, are skipped.
    """
    from onrecord.cli.terminal import one_line, who
    from onrecord.ledger import open_ledger

    files = sorted(folder.glob("*.ann"))
    if not files:
        raise UsageError(f"{folder} has no .ann files. Name the folder that export --to brat wrote.")
    counts: Counter[str] = Counter()
    skipped = 0
    with open_ledger(ledger, mode="change") as book:
        for file in files:
            try:
                counts += _take(book, file, who(by), note)
            except UnreadableInput as error:
                skipped += 1
                typer.echo(f"onrecord: skipped {one_line(file.name)}: {one_line(str(error))}", err=True)
    done = ", ".join(f"{counts[state]} {state}" for state in ("accepted", "rejected", "added"))
    typer.echo(f"{done}; {counts['unchanged']} were reviewed so before.")
    raise typer.Exit(1 if skipped else 0)


def _take(book: Ledger, file: Path, by: str, note: str) -> Counter[str]:
    """Review the statements of one report as its file says; all of the file is read before anything is written."""
    from onrecord.exports.brat import annotated, with_added
    from onrecord.exports.entries import Entry
    from onrecord.ledger.annotated import ANNOTATOR

    try:
        entry = book.report(file.stem)
    except UsageError as error:
        raise UnreadableInput(str(error)) from None
    key, reading = entry.report, book.reading(entry.report)
    if not reading.report.has_text or _read(file.with_suffix(".txt")) != reading.report.text:
        raise UnreadableInput(
            "its .txt file is not the text that the ledger has; export again and correct that"
        )
    states = {row: str(state) for row, state in book.review_states(key).items()}
    corrected = annotated(Entry(reading, states), _read(file))
    added = with_added(reading, [c for c in corrected if c.row_id is None], f"{ANNOTATOR}{by}")
    wanted = {row.row_id: row.state for row in corrected if row.row_id is not None}
    wanted |= {a.id: "accepted" for a in (added.attributions or ())[len(reading.attributions or ()) :]}
    if added is not reading:
        book.add([added], made_with=entry.made_with)
    counts: Counter[str] = Counter(added=len(wanted) - len(reading.attributions or ()))
    for row_id, state in wanted.items():
        if states.get(row_id) == state:
            counts["unchanged"] += 1
            continue
        book.review(f"{key}.{row_id}", "accepted" if state == "accepted" else "rejected", by=by, note=note)
        counts[state] += 1
    counts["accepted"] -= counts["added"]
    return counts


def _read(file: Path) -> str:
    try:
        # The text must come back to the character: no translation of line ends, lone surrogates kept.
        return file.read_bytes().decode("utf-8", "surrogatepass")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"{file.name} cannot be read: {error}") from None

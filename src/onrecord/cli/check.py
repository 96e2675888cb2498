"""`onrecord check`: a text against its sources, or a ledger against itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from onrecord.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onrecord.families.checking import Finding
    from onrecord.model import Reading


def check(
    text: Annotated[
        str,
        typer.Argument(
            help="The text to check: a draft, a summary, an answer. Or, alone, a ledger.",
            metavar="TEXT|LEDGER",
        ),
    ],
    more: Annotated[
        list[str] | None, typer.Argument(help="Further sources.", metavar="[FILES|LEDGER]")
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            help="A source: a file, folder, address or ledger; others may follow.", metavar="FILES|LEDGER"
        ),
    ] = None,
    about: Annotated[
        str | None, typer.Option(help="From a ledger, take the reports with these words instead: a search.")
    ] = None,
    to: Annotated[Literal["table", "json"], typer.Option(help="What to print.")] = "table",
) -> None:
    """Look up every quotation and attributed statement of a text in its sources.

    Of a ledger those reports are taken that come nearest to the text. Exit code 1 says that something needs an editor:
    words altered, another speaker, firmer or weaker than said, passed on as established, or not found.

    A ledger alone is checked itself: its file, and every row against the reading it was made from. Exit code 1 says
    that it is damaged; onrecord repair writes what is whole into a new one.
    """
    from onrecord.cli.sources import as_sources, is_ledger, on_one_matter
    from onrecord.families.checking import check as check_reading

    given = [*(against or []), *(more or [])]
    if not given and is_ledger(text):
        raise typer.Exit(_check_ledger(Path(text), to))
    checked = on_one_matter([text], None)
    if len(checked.readings) != 1 or not given:
        raise UsageError("; ".join(["Checking needs one text and one source at least", *checked.skipped]))
    readings, (sources, skipped) = checked.readings, as_sources(given, checked.readings[0], about)
    for line in skipped:
        typer.echo(f"onrecord: skipped {line}", err=True)
    if skipped and not sources:
        raise UsageError("None of the sources could be read.")
    findings = check_reading(readings[0], sources)
    if to == "json":
        typer.echo(
            json.dumps([_json(f, readings[0], sources) for f in findings], ensure_ascii=True, indent=1)
        )
    else:
        _print_table(findings, readings[0], sources)
    raise typer.Exit(1 if any(f.wrong for f in findings) else 0)


def _check_ledger(path: Path, to: str) -> int:
    """Print what is wrong with a ledger; 1 if anything is."""
    from onrecord.cli.terminal import console, one_line
    from onrecord.ledger.integrity import check as check_ledger

    findings = check_ledger(path)
    if to == "json":
        typer.echo(
            json.dumps([{"where": f.where, "what": f.what} for f in findings], ensure_ascii=True, indent=1)
        )
        return int(bool(findings))
    out = console()
    for finding in findings:
        out.print(one_line(f"{finding.where}: {finding.what}"))
    if findings:
        out.print(f"{path} is damaged. Keep it, and save what is whole with: onrecord repair {path}")
    else:
        out.print(f"{path} is whole.")
    return int(bool(findings))


def _json(finding: Finding, text: Reading, sources: Sequence[Reading]) -> dict[str, Any]:
    source = next((r.report for r in sources if r.report.id == finding.source), None)
    return {
        "status": finding.status,
        "wrong": finding.wrong,
        "text": text.report.at(finding.span),
        "span": list(finding.span),
        "quoted": finding.quoted,
        "speaker": finding.speaker,
        "source": source.source if source else None,
        "source_span": list(finding.source_span) if finding.source_span else None,
        "source_text": source.at(finding.source_span) if source and finding.source_span else None,
        "changes": [{"what": c.what, "from": c.from_text, "to": c.to_text} for c in finding.changes],
        "why": finding.why,
    }


def _print_table(findings: Sequence[Finding], text: Reading, sources: Sequence[Reading]) -> None:
    from rich.table import Table
    from rich.text import Text

    from onrecord.cli.terminal import console, one_line

    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("", "status", "in the text", "in the source", "why"):
        table.add_column(column)
    for finding in findings:
        row = _json(finding, text, sources)
        shown = "; ".join(f"{c['from'] or '–'} → {c['to'] or '–'}" for c in row["changes"])
        cells = (
            "✗" if finding.wrong else "✓",
            finding.status,
            row["text"],
            row["source_text"] or "",
            shown or finding.why,
        )
        table.add_row(*(Text(one_line(cell, 220)) for cell in cells))
    wrong = sum(finding.wrong for finding in findings)
    out = console()
    out.print(table)
    out.print(Text(f"{len(findings)} statements, {wrong} to look at."))

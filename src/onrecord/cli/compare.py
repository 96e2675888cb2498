"""`onrecord compare`: what became of statements on their way from report to report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from onrecord.errors import UsageError

if TYPE_CHECKING:
    from onrecord.families.records import Comparison, Rendering


def compare(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Reports on one matter (files, folders, addresses), or a ledger that has some.",
            metavar="FILES|LEDGER",
        ),
    ],
    about: Annotated[
        str | None, typer.Option(help="From a ledger, take the matter of these words: a search.")
    ] = None,
    to: Annotated[Literal["table", "json", "html"], typer.Option(help="What to print.")] = "table",
) -> None:
    """Follow statements from report to report: their renderings, what changed, who denies them, who took from whom.

    The order of the files stands for time where a report has no date. From a ledger come the reports on the same matter
    as the files beside it; without files, those on the matter of --about, or on the one that most reports are on. The
    index for that is kept beside the ledger. --to html is one page that needs nothing else.
    """
    from onrecord.cli.sources import on_one_matter
    from onrecord.families import compare as compare_readings

    found = on_one_matter(paths, about)
    readings, skipped = found.readings, found.skipped
    for line in [*(f"skipped {row}" for row in skipped), *found.notes]:
        typer.echo(f"onrecord: {line}", err=True)
    if len(readings) < 2:
        raise UsageError("Comparing needs two reports at least.")
    comparison = compare_readings(readings)
    if to == "json":
        from onrecord.exports.comparison import comparison_to_json

        typer.echo(json.dumps(comparison_to_json(comparison), ensure_ascii=True, indent=1))
    elif to == "html":
        from onrecord.exports.comparison_page import comparison_to_html

        typer.echo(comparison_to_html(comparison).encode("utf-8", "replace").decode("utf-8"), nl=False)
    else:
        _print_table(comparison)
    raise typer.Exit(1 if skipped else 0)


def _print_table(comparison: Comparison) -> None:
    from rich.table import Table
    from rich.text import Text

    from onrecord.cli.terminal import console, one_line
    from onrecord.exports.comparison_way import in_time, letters, name_of

    out = console()
    reports = in_time(comparison)
    sign = letters(reports)
    for report in reports:
        taken = ", ".join(sign[s.report] for s in report.taken_from)
        after = (
            f", a copy of {sign[report.copy_of]}"
            if report.copy_of
            else f", took from {taken}"
            if taken
            else ""
        )
        head = f"{sign[report.id]}  {report.published or 'undated'}  {name_of(report)}: {report.title or ''}{after}"
        out.print(Text(one_line(head)))
    for utterance in comparison.utterances:
        table = Table(
            title=Text(one_line(f"{utterance.id}  {utterance.voice}"), style="bold"),
            title_justify="left",
            box=None,
        )
        for column in ("in", "as", "firmness", "words", "lost on the way"):
            table.add_column(column)
        for k, row in enumerate(utterance.renderings):
            firmness = "origin" if k == utterance.origin else row.certainty.versus_origin
            cells = (
                sign[row.report],
                row.mode,
                firmness,
                one_line(_with_changes(row)),
                ", ".join(row.dropped_layers),
            )
            table.add_row(*(Text(one_line(cell)) for cell in cells))
        out.print(table)
    for dispute in comparison.disputes:
        missing = ", ".join(sign[r] for r in dispute.missing_in)
        lacking = f"; not told in {missing}" if missing else ""
        out.print(Text(f"{dispute.denial} {dispute.kind} {dispute.claim}{lacking}"))


def _with_changes(rendering: Rendering) -> str:
    shown = "; ".join(f"{c.what} {c.from_text or '–'} → {c.to_text or '–'}" for c in rendering.changed)
    return f"{rendering.text} ({shown})" if shown else rendering.text

"""A reading as a table of its statements: what `onrecord read` prints by default."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from onrecord.cli.report_parts import title_of
from onrecord.cli.terminal import band, console, one_line, share
from onrecord.exports.entries import words_or_place
from onrecord.model import Attribution, Reading

SHOWN = 160
"""Characters of a content that the table shows."""


def print_statements(reading: Reading) -> None:
    """Print the report's head and a row for each of its statements."""
    out = console()
    report = reading.report
    head = Text(title_of(reading), style="bold")
    details = [report.source, report.published, report.publisher]
    head.append("  " + " · ".join(one_line(part) for part in details if part), style="dim not bold")
    out.print(head)
    for note in reading.notes:
        out.print(Text(one_line(note), style="yellow"))
    if not reading.attributions:
        out.print(Text("no statements found", style="dim"))
    else:
        out.print(statement_table(reading))
    out.print()


def statement_table(reading: Reading) -> Table:
    """A row for each statement: who, cue, words, how sure."""
    table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False)
    table.add_column("row", style="dim", no_wrap=True)
    table.add_column("who", style="bold cyan", ratio=3)
    table.add_column("cue", style="magenta", ratio=2)
    table.add_column("statement", ratio=7)
    table.add_column("sure", justify="right", style="dim", no_wrap=True)
    names = {v.id: v.name for v in reading.voices or ()}
    for a in reading.attributions or ():
        who = " > ".join(_name(reading, x, names) for x in reading.chain(a.id))
        statement = Text(one_line(words_or_place(reading.report, a.content), SHOWN))
        for c in reading.certainties or ():
            if c.holder == a.id:
                statement.append(f"  {one_line(c.term)}: {band(c.low, c.high, c.yardstick)}", style="yellow")
        table.add_row(a.id, one_line(who), one_line(reading.report.at(a.cue)), statement, share(a.confidence))
    return table


def _name(reading: Reading, attribution: Attribution, names: dict[str, str]) -> str:
    return names.get(attribution.voice or "") or reading.report.at(attribution.source) or "?"

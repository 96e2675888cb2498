"""`onrecord search`: statements by their words, voice, day, certainty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from onrecord.cli.options import LedgerName
from onrecord.model import Quotation

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from onrecord.ledger.records import Facets, Hit


LOOKED_AT = 200
"""Reports that are looked at for whether their text is kept."""
POSITIONS_ONLY = (
    "This ledger has reports without their text (read --no-text). Their words cannot be found; voices, days, acts and "
    "certainties can."
)


def search(
    ledger: LedgerName,
    words: Annotated[
        str,
        typer.Argument(
            help='Words in any of their forms; "a phrase", a OR b, a NOT b, begin*, (brackets), and filters: '
            "voice:, outlet:, since:, until:, kind:, act:, disputed:yes, certainty>=0.8. None for all statements.",
            metavar="WORDS",
        ),
    ] = "",
    voice: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Who said it: a name, words of one, or a number as in '#12'."),
    ] = None,
    outlet: Annotated[
        str | None, typer.Option(metavar="NAME", help="Where it was reported: a name or words of one.")
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Published on this day or later.")] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Published on this day or earlier.")
    ] = None,
    certainty: Annotated[
        str | None,
        typer.Option(
            metavar="'>=0.8'", help="The band on the speaker's own yardstick, in quotes: '>=0.8', '<20%'."
        ),
    ] = None,
    kind: Annotated[Quotation | None, typer.Option(help="How the words are given.")] = None,
    act: Annotated[
        str | None, typer.Option(metavar="ACT", help="What was done by saying it: say, deny, accuse …")
    ] = None,
    disputed: Annotated[
        bool, typer.Option("--disputed", help="Only claims that are denied, and denials.")
    ] = False,
    report: Annotated[str | None, typer.Option(metavar="REPORT", help="Only this report.")] = None,
    limit: Annotated[int, typer.Option(metavar="NUMBER", min=1, help="At most so many.")] = 20,
    after: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="The page that follows, as the page before says.")
    ] = None,
    facets: Annotated[
        bool, typer.Option("--facets", help="How the whole answer divides, with counts.")
    ] = False,
    to: Annotated[Literal["table", "jsonl"], typer.Option(help="What to print.")] = "table",
) -> None:
    """Search the statements of a ledger.

    The latest come first. Dates are YYYY-MM-DD, YYYY-MM or YYYY; a report without a date is not found
    by date. Filters may stand among the words or be options; all of them must hold.
    """
    from onrecord.cli.terminal import console, print_lines
    from onrecord.ledger import Search, open_ledger
    from onrecord.ledger.positions import NOTE

    asked = Search(
        words,
        voice=voice,
        outlet=outlet,
        since=since,
        until=until,
        certainty=certainty,
        quotation=kind,
        act=act,
        disputed=disputed or None,
        report=report,
        limit=limit,
        after=after,
    )
    with open_ledger(ledger) as book:
        found = book.search(asked)
        latest = book.reports(limit=LOOKED_AT) if words else ()
        divided = book.facets(asked) if facets else None
    out = console(stderr=to == "jsonl")
    if to == "jsonl":
        print_lines(map(_json, found.hits))
    else:
        for hit in found.hits:
            out.print(_head(hit))
            out.print(_snippet(hit))
            if details := _details(hit):
                out.print(details)
            out.print()
    if divided is not None:
        _print_facets(out, divided)
    if any(NOTE in entry.notes for entry in latest):
        out.print(POSITIONS_ONLY, style="yellow")
    shown = f"Statements {'1–' if found.hits else ''}{len(found.hits)} of {found.total}."
    shown = f"{len(found.hits)} more of {found.total}." if after else shown
    if to == "table" or found.next:
        out.print(shown + (f" More: --after {found.next}" if found.next else ""), style="dim", soft_wrap=True)


def _print_facets(out: Console, divided: Facets) -> None:
    from rich.text import Text

    from onrecord.cli.terminal import one_line

    if not divided.complete:
        out.print(f"Counted: the latest {divided.counted:,} statements.", style="dim")
    for facet in divided.facets:
        if facet.values:
            counts = [f"{one_line(value, 40)} {number:,}" for value, number in facet.values]
            counts += [f"and {facet.others:,} others"] if facet.others else []
            out.print(Text(f"{facet.name}: ", style="bold").append(" · ".join(counts), style="not bold"))


def _json(hit: Hit) -> str:
    import json
    from dataclasses import asdict

    return json.dumps(asdict(hit), ensure_ascii=False)


def _head(hit: Hit) -> Text:
    from rich.text import Text

    from onrecord.cli.terminal import one_line, state_mark

    key, _, row = hit.statement.rpartition(".")
    head = Text(f"{key[:8]}.{row}  ", style="dim")
    head.append(one_line(hit.voice or hit.source or "?"), style="bold cyan not dim")
    head.append(f"  {one_line(hit.cue)}", style="magenta not dim")
    place = " · ".join(one_line(part, 60) for part in (hit.published, hit.outlet, hit.title) if part)
    head.append(f"  {place} ")
    return head.append_text(state_mark(hit.review, hit.confidence))


def _snippet(hit: Hit) -> Text:
    from rich.text import Text

    from onrecord.cli.terminal import console, has_colour, printable

    marked = has_colour(console())
    line = Text("    ")
    if not hit.content and not hit.source:
        return line.append(
            f"[text not kept: between characters {hit.start_char} and {hit.end_char}]", style="dim"
        )
    for part, matched in hit.snippet:
        words = " ".join(printable(part).split("\n"))
        line.append(words if marked or not matched else f"*{words}*", style="bold reverse" if matched else "")
    return line


def _details(hit: Hit) -> Text | None:
    from rich.text import Text

    from onrecord.cli.terminal import band, one_line

    parts = [f"{one_line(c.term)}: {band(c.low, c.high, c.yardstick)}" for c in hit.certainties]
    parts += ["disputed"] if hit.disputed else []
    parts += [f"said {one_line(hit.said)}"] if hit.said else []
    parts += [f"through {one_line(hit.chain)}"] if " > " in hit.chain else []
    return Text("    " + " · ".join(parts), style="yellow") if parts else None

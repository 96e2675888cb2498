"""What stands above and below a report's text: head, headline check, voices, chains, disputes, certainties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from onrecord.cli.report_text import legend
from onrecord.cli.terminal import band, console, has_colour, one_line, state_mark
from onrecord.exports.entries import words_or_place
from onrecord.ledger.records import ReportEntry, ReviewState
from onrecord.ledger.rows import headline_rows
from onrecord.model import Attribution, Certainty, Dispute, HeadlineCheck, Reading, Span

States = Mapping[str, ReviewState]

NOTICE = (
    "Read by machine. Rows are marked [machine] until a person has reviewed them. onrecord says who is on "
    "record for what; it never says whether it is true."
)
VERDICT_STYLES = {
    "supported": "green",
    "strengthened": "bold yellow",
    "unsupported": "bold red",
    "contradicted": "bold red",
    "opinion": "cyan",
}
BAR = 20


def head(reading: Reading, states: States, entry: ReportEntry, versions: int) -> Iterator[RenderableType]:
    """Title, where it comes from, the notice, and the headline check."""
    report = reading.report
    yield Text(title_of(reading), style="bold")
    version = f"version {entry.version} of {versions}" if versions > 1 else None
    place = (report.published, report.publisher, report.byline, report.url or report.source)
    details = [one_line(part) for part in (*place, version, f"report {entry.report[:8]}") if part]
    yield Text(" · ".join(details), style="dim")
    yield Text(NOTICE, style="dim italic")
    for note in reading.notes:
        yield Text(one_line(note), style="yellow")
    checks = list(headline_rows(reading))
    if checks:
        yield _section("Does the headline hold?" if len(checks) == 1 else "Do headline and sentences hold?")
        for row, check in checks:
            yield Padding(_check(reading, row, check, states), (0, 0, 1, 0))
    yield _section("The report")
    yield Padding(legend(has_colour(console())), (0, 0, 1, 0))


def title_of(reading: Reading) -> str:
    """The report's title; its headline, or else where it comes from, if it has none."""
    report = reading.report
    headlines = (report.at(block) for block in report.blocks if block.kind == "headline")
    return one_line(report.title or next(headlines, "") or report.source, 200)


def parts(reading: Reading, states: States) -> Iterator[RenderableType]:
    """The sections below the text; those that are empty are left out."""
    if reading.voices:
        yield _section("Voices")
        yield _voices(reading, states)
    if trees := list(_chains(reading)):
        yield _section("Chains: on whose word")
        yield from trees
    if reading.disputes:
        yield _section("Disputes")
        for dispute in reading.disputes:
            yield _dispute(reading, dispute, states)
    if reading.certainties:
        yield _section("How surely")
        yield _certainties(reading, reading.certainties, states)


def _section(title: str) -> RenderableType:
    return Padding(Rule(Text(title, style="bold"), align="left", style="dim"), (1, 0, 0, 0))


def _state(states: States, row: str, confidence: float | None = None) -> Text:
    return state_mark(states.get(row, "machine"), confidence)


def _check(reading: Reading, row: str, check: HeadlineCheck, states: States) -> RenderableType:
    line = Text(f"{row} ", style="dim")
    line.append(check.verdict, style=f"not dim {VERDICT_STYLES[check.verdict]}").append(" ")
    line.append_text(_state(states, row, check.confidence))
    line.append(f"  “{one_line(words_or_place(reading.report, (check.checked,)), 300)}”", style="not dim")
    pieces: list[RenderableType] = [line]
    if check.differences:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for name in ("what differs", "it says", "it rests on"):
            table.add_column(name, ratio=1 if name == "what differs" else 3)
        for difference in check.differences:
            ends = (
                one_line(words_or_place(reading.report, (end,)), 240)
                for end in (difference.headline, difference.body)
            )
            table.add_row(Text(difference.what, style="yellow"), *ends)
        pieces.append(Padding(table, (0, 0, 0, 3)))
    rests = f"rests on {', '.join(check.rests_on)}" if check.rests_on else ""
    if why := "; ".join(filter(None, (one_line(check.why), rests))):
        pieces.append(Padding(Text(why, style="dim"), (0, 0, 0, 3)))
    return Group(*pieces)


def _voices(reading: Reading, states: States) -> Table:
    said = Counter(a.voice for a in reading.attributions or ())
    names = {v.id: v.name for v in reading.voices or ()}
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("row", style="dim", no_wrap=True)
    table.add_column("voice", style="bold cyan", ratio=4)
    table.add_column("roles", ratio=4)
    table.add_column("said", justify="right")
    table.add_column("why", ratio=6, style="dim")
    for v in reading.voices or ():
        roles = [one_line(role) for role in v.roles]
        if v.speaks_for in names:
            roles.append(f"speaks for {one_line(names[v.speaks_for])}")
        why = Text(one_line(v.why, 160)).append(" ").append_text(_state(states, v.id, v.confidence))
        name = Text(one_line(v.name, 80)).append(f" {v.kind}", style="not bold dim")
        table.add_row(v.id, name, "; ".join(roles), str(said[v.id]), why)
    return table


def _chains(reading: Reading) -> Iterator[RenderableType]:
    """A ladder for every statement that holds others, and in a line the path of names."""
    inner: dict[str, list[Attribution]] = {}
    for a in reading.attributions or ():
        if a.within:
            inner.setdefault(a.within, []).append(a)
    for a in reading.attributions or ():
        if a.within is None and a.id in inner:
            tree = Tree(_rung(reading, a, has_inner=True), guide_style="dim")
            _climb(reading, tree, inner, a, {a.id})
            yield Padding(tree, (0, 0, 1, 0))


def _climb(
    reading: Reading, tree: Tree, inner: dict[str, list[Attribution]], outer: Attribution, seen: set[str]
) -> None:
    for a in inner.get(outer.id, []):
        if a.id not in seen:  # a circle, which no reading should have, ends here
            rung = tree.add(_rung(reading, a, has_inner=a.id in inner))
            _climb(reading, rung, inner, a, seen | {a.id})


def _rung(reading: Reading, a: Attribution, *, has_inner: bool) -> Text:
    line = Text(f"{a.id} ", style="dim")
    line.append(_who(reading, a), style="bold cyan not dim")
    line.append(f" {one_line(reading.report.at(a.cue)) or a.act}", style="magenta not dim")
    if not has_inner:
        line.append(f"  {one_line(words_or_place(reading.report, a.content), 120)}", style="not dim")
    return line


def _who(reading: Reading, a: Attribution) -> str:
    for v in reading.voices or ():
        if v.id == a.voice:
            return one_line(v.name)
    return one_line(reading.report.at(a.source)) or "?"


def _dispute(reading: Reading, dispute: Dispute, states: States) -> RenderableType:
    line = Text(f"{dispute.id} ", style="dim")
    line.append(dispute.kind, style="bold red not dim").append(" ")
    line.append_text(_state(states, dispute.id, dispute.confidence))
    line.append(f"  {one_line(dispute.why)}")
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("claim", ratio=1)
    table.add_column("denial", ratio=1)
    table.add_row(_end(reading, dispute.claim), _end(reading, dispute.denial))
    return Padding(Group(line, Padding(table, (0, 0, 0, 3))), (0, 0, 1, 0))


def _end(reading: Reading, end: str | Span) -> Text:
    if not isinstance(end, str):
        return Text(one_line(words_or_place(reading.report, (end,)), 300))
    a = reading.attribution(end)
    text = Text(f"{end} ", style="dim").append(_who(reading, a), style="bold cyan not dim").append(": ")
    return text.append(one_line(words_or_place(reading.report, a.content), 300), style="not dim")


def _certainties(reading: Reading, certainties: tuple[Certainty, ...], states: States) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("row", style="dim", no_wrap=True)
    table.add_column("words", style="yellow")
    table.add_column("holder", ratio=3)
    table.add_column("0 to 100 %", no_wrap=True, width=BAR)
    table.add_column("band", no_wrap=True)
    table.add_column("", ratio=3)
    by_id = {a.id: a for a in reading.attributions or ()}
    for c in certainties:
        holder = _who(reading, by_id[c.holder]) + f" ({c.holder})" if c.holder in by_id else "the reporter"
        remarks = [one_line(note) for note in c.notes]
        if c.analytic_confidence:
            remarks.append(f"{c.analytic_confidence} analytic confidence")
        remark = Text("; ".join(remarks) + " " if remarks else "").append_text(_state(states, c.id))
        words = one_line(reading.report.at(Span(c.start_char, c.end_char))) or c.term
        words += f" ({c.direction})" if c.direction not in words.lower().split() else ""
        table.add_row(c.id, words, holder, _bar(c), band(c.low, c.high, c.yardstick), remark)
    return table


def _bar(c: Certainty) -> Text:
    """The band on a line from 0 to 100 %."""
    if c.low is None or c.high is None:
        return Text("·" * BAR, style="dim")
    first = min(BAR - 1, int(c.low * BAR))
    last = max(first + 1, round(c.high * BAR))
    bar = Text("·" * first, style="dim")
    return bar.append("█" * (last - first), style="not dim yellow").append("·" * (BAR - last))

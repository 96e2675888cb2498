"""The report's text with roles marked, and beside each block what was found in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from onrecord.cli.terminal import band, one_line, printable
from onrecord.model import Attribution, Block, Reading, Span, Spans

CONTENT_STYLES = ("green", "yellow", "bright_blue", "bright_magenta")
"""Contents by their depth in the chain: the outermost first."""
ROLE_STYLES = {"source": "bold cyan", "cue": "magenta"}
CERTAINTY_STYLE = "bold underline"
TIME_STYLE = "underline"
BLOCK_STYLES = {
    "headline": "bold",
    "subhead": "bold",
    "standfirst": "italic",
    "byline": "dim italic",
    "dateline": "dim italic",
    "caption": "italic",
    "furniture": "dim",
}
MARGIN = 36
NARROW = 84
"""Under this width the margin goes below the text."""
_RAISED = str.maketrans("0123456789a", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃ")


def report_text(reading: Reading, *, coloured: bool, width: int) -> Table:
    """The blocks of the report in order, roles marked by colour or by signs, with the margin beside them."""
    marked = _Marked(reading, coloured)
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(ratio=1)
    if width >= NARROW:
        table.add_column(width=MARGIN)
    for block in _shown(reading):
        text, margin = marked.block(block).append("\n"), _margin(reading, block)
        if width >= NARROW:
            table.add_row(text, margin)
        else:
            margin.stylize("dim")
            table.add_row(Text("").join([text, margin.append("\n\n")]) if margin.plain else text)
    return table


def legend(coloured: bool) -> Text:
    """What the colours or signs say."""
    if not coloured:
        return Text("Signs: [a1 content of row a1]  _source_  *cue*  {likelihood}  | furniture")
    line = Text()
    line.append("source", style=ROLE_STYLES["source"]).append("  ")
    line.append("cue", style=ROLE_STYLES["cue"]).append("  ")
    line.append("content", style=CONTENT_STYLES[0]).append("  ")
    line.append("content within", style=CONTENT_STYLES[1]).append("  ")
    line.append("within that", style=CONTENT_STYLES[2]).append("  ")
    line.append("likelihood", style=CERTAINTY_STYLE).append("  ")
    line.append("time", style=TIME_STYLE).append("  ")
    return line.append("furniture", style="dim")


def _shown(reading: Reading) -> Iterator[Block]:
    """The blocks that have text, neighbouring pieces of furniture as one."""
    waiting: Block | None = None
    for block in reading.report.blocks:
        if not reading.report.at(block).strip():
            continue
        if waiting and block.kind == waiting.kind == "furniture":
            waiting = Block(waiting.start_char, block.end_char, "furniture")
            continue
        if waiting:
            yield waiting
        waiting = block
    if waiting:
        yield waiting


class _Marked:
    """The whole text once, with styles laid over it (or signs noted) by offset."""

    def __init__(self, reading: Reading, coloured: bool) -> None:
        self.text = Text(printable(reading.report.text))
        self.signs: dict[int, list[tuple[int, str]]] = defaultdict(list)
        """Signs to put in, by offset: order at that place, and the sign."""
        self.coloured = coloured
        deep = sorted((len(reading.chain(a.id)) - 1, n, a) for n, a in enumerate(reading.attributions or ()))
        if coloured:
            self._colour(reading, [(depth, a) for depth, _, a in deep])
        else:
            self._sign(reading, [(depth, a) for depth, _, a in deep])

    def block(self, block: Block) -> Text:
        """A block, its style under what stands in it, its signs put in."""
        start, end = _trimmed(self.text.plain, block)
        piece = self.text[start:end]
        if self.coloured:
            piece = _under(piece, BLOCK_STYLES.get(block.kind, ""))
        for offset in sorted((at for at in self.signs if start <= at <= end), reverse=True):
            signs = Text("").join(Text(sign, style="dim") for _, sign in self._at(offset, start, end))
            piece = Text("").join([piece[: offset - start], signs, piece[offset - start :]])
        if not self.coloured and block.kind == "furniture":
            return Text("\n").join(Text("| ").append_text(line) for line in piece.split("\n"))
        return piece

    def _at(self, offset: int, start: int, end: int) -> list[tuple[int, str]]:
        """The signs at an offset: those that close come first, and none that belongs to the next block."""
        signs = sorted(self.signs[offset], key=lambda sign: sign[0])
        if offset == end:
            signs = [sign for sign in signs if sign[0] < 0]
        return [sign for sign in signs if offset > start or sign[0] >= 0]

    def _colour(self, reading: Reading, deep: list[tuple[int, Attribution]]) -> None:
        for depth, a in deep:
            style = CONTENT_STYLES[min(depth, len(CONTENT_STYLES) - 1)]
            for start, end in a.content:
                self.text.stylize(style, start, end)
        for _, a in deep:
            for role, spans in (("source", a.source), ("cue", a.cue)):
                for start, end in spans:
                    self.text.stylize(ROLE_STYLES[role], start, end)
            if place := _anchor(a):
                self.signs[place].append((-1, _raised(a.id)))
        for t in reading.times or ():
            self.text.stylize(TIME_STYLE, t.start_char, t.end_char)
        for c in reading.certainties or ():
            self.text.stylize(CERTAINTY_STYLE, c.start_char, c.end_char)

    def _sign(self, reading: Reading, deep: list[tuple[int, Attribution]]) -> None:
        for depth, a in deep:
            self._around(a.content, f"[{a.id} ", "]", 10 + depth)
            self._around(a.source, "_", "_", 40)
            self._around(a.cue, "*", "*", 41)
        likely = (Span(c.start_char, c.end_char) for c in reading.certainties or ())
        self._around(tuple(dict.fromkeys(likely)), "{", "}", 42)

    def _around(self, spans: Spans, opening: str, closing: str, inner: int) -> None:
        for start, end in spans:
            if start < end:
                self.signs[start].append((inner, opening))
                self.signs[end].append((-inner, closing))


def _trimmed(text: str, block: Block) -> Span:
    piece = text[block.start_char : block.end_char]
    start = block.start_char + len(piece) - len(piece.lstrip())
    return Span(start, max(start, block.start_char + len(piece.rstrip())))


def _under(piece: Text, style: str) -> Text:
    """The piece with a style beneath those it has."""
    base = Text(piece.plain, style=style)
    base.spans = list(piece.spans)
    return base


def _anchor(a: Attribution) -> int | None:
    """Where the row's number stands: after the cue, else the source, else the content's beginning."""
    for spans in (a.cue, a.source):
        if spans:
            return spans[-1].end_char
    return a.content[0].start_char if a.content else None


def _raised(row: str) -> str:
    """A row's number small and raised, where the signs exist: ᵃ¹²."""
    return row.translate(_RAISED) if row[:1] == "a" and row[1:].isdigit() else f"[{row}]"


def _margin(reading: Reading, block: Block) -> Text:
    """A line for everything that begins in the block: statements, certainties, times."""
    if block.kind == "furniture":
        return Text("furniture", style="dim")
    lines = [
        *_statement_lines(reading, block.span),
        *_certainty_lines(reading, block.span),
        *_time_lines(reading, block.span),
    ]
    if not lines and block.kind != "body":
        return Text(block.kind, style="dim")
    return Text("\n").join(line for _, line in sorted(lines, key=lambda pair: pair[0]))


def _statement_lines(reading: Reading, where: Span) -> Iterator[tuple[int, Text]]:
    names = {v.id: v.name for v in reading.voices or ()}
    for a in reading.attributions or ():
        start = min((s for s, _ in (*a.source, *a.cue, *a.content)), default=-1)
        if not where.start_char <= start < where.end_char:
            continue
        depth = len(reading.chain(a.id)) - 1
        who = names.get(a.voice or "") or reading.report.at(a.source) or "?"
        line = Text().append(("  " * (depth - 1) + "└ " if depth else "") + f"{a.id} ", style="dim")
        line.append(one_line(who, 60), style="cyan")
        yield start, line.append(f" · {one_line(a.act)}", style="magenta")


def _certainty_lines(reading: Reading, where: Span) -> Iterator[tuple[int, Text]]:
    for c in reading.certainties or ():
        if where.start_char <= c.start_char < where.end_char:
            holder = "" if c.holder == "reporter" else f" ({c.holder})"
            said = one_line(reading.report.at(Span(c.start_char, c.end_char)))
            words = f"“{said}” {band(c.low, c.high, c.yardstick)}{holder}"
            yield c.start_char, Text(words, style="yellow")


def _time_lines(reading: Reading, where: Span) -> Iterator[tuple[int, Text]]:
    for t in reading.times or ():
        if where.start_char <= t.start_char < where.end_char:
            said = one_line(reading.report.at(Span(t.start_char, t.end_char)))
            yield t.start_char, Text(f"“{said}” {t.value or 'unresolved'}", style="dim")

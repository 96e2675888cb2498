"""A self-contained HTML page of evidence: the text with its marks, and every statement beside it.

No script, nothing from elsewhere; the page's own text is shown as text. It can be mailed, printed and archived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files

from onrecord import __version__
from onrecord.exports.entries import NOTICE, Entry, Piece, words_or_place
from onrecord.exports.marking import Run, marks_by_block, marks_of, runs
from onrecord.exports.rows import StatementRow, statement_rows
from onrecord.model import Block, HeadlineCheck, Span

PAGE = "evidence.html"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def evidence_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """One file `evidence.html` with a section a report."""
    yield Piece(PAGE, page_start("onrecord: evidence").encode("utf-8"))
    for entry in entries:
        yield Piece(PAGE, report_section(entry).encode("utf-8", "replace"))
    yield Piece(PAGE, b"</main></body></html>\n")


def page_start(title: str) -> str:
    """The head of the page with its style, and the notice of what onrecord does not say."""
    style = (files("onrecord.exports") / "evidence.css").read_text(encoding="utf-8")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body><main>"
        f'<h1>{escape(title)}</h1><p class="notice">{escape(NOTICE)} Made with onrecord {__version__}.</p>'
    )


def report_section(entry: Entry) -> str:
    """One report: what it is, the headline check, the marked text, the table of statements, the disputes."""
    report = entry.reading.report
    facts = [report.publisher, report.published, report.byline, report.url or report.source]
    title = report.title or report.source
    return (
        f'<section id="{escape(report.id)}"><h2 dir="auto">{escape(title)}</h2>'
        f'<p class="meta">{" · ".join(escape(fact) for fact in facts if fact)}<br>'
        f"sha256 {escape(report.sha256)}</p>"
        f"{''.join(f'<p class=notice>{escape(note)}</p>' for note in entry.reading.notes)}"
        f"{_headline(entry, entry.reading.headline)}{marked_text(entry)}{_statements(entry)}{_disputes(entry)}"
        f"{_trail(entry)}</section>"
    )


def marked_text(entry: Entry) -> str:
    """The report's text as paragraphs with its marks; furniture is folded away, not left out."""
    blocks = entry.reading.report.blocks
    if not entry.reading.report.has_text:
        return ""
    parts = [
        _paragraph(block, "".join(_run(entry, run) for run in runs(block.span, marks)))
        for block, marks in zip(blocks, marks_by_block(blocks, marks_of(entry.reading)), strict=True)
    ]
    return "".join(parts)


def _paragraph(block: Block, inner: str) -> str:
    if block.kind == "furniture":
        return (
            f'<details class="furniture"><summary>page furniture</summary><p dir="auto">{inner}</p></details>'
        )
    tag = {"headline": "h3", "subhead": "h4"}.get(block.kind, "p")
    return f'<{tag} class="text {block.kind}" dir="auto">{inner}</{tag}>'


def _run(entry: Entry, run: Run) -> str:
    text = escape(entry.reading.report.text[run.start_char : run.end_char])
    if not run.marks:
        return text
    classes = " ".join(dict.fromkeys(mark.role for mark in run.marks))
    title = "; ".join(f"{mark.role} of {mark.row}" for mark in run.marks)
    return f'<span class="{classes}" title="{escape(title)}">{text}</span>'


def _statements(entry: Entry) -> str:
    rows = "".join(_statement(entry, row) for row in statement_rows(entry))
    if not rows:
        return ""
    head = "".join(
        f"<th scope=col>{name}</th>" for name in ("", "on whose word", "statement", "how", "review")
    )
    return f"<h3>Statements</h3><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _statement(entry: Entry, row: StatementRow) -> str:
    sure = f"{row.certainty} " if row.certainty else ""
    if row.certainty_low is not None and row.certainty_high is not None:
        sure += f"({row.yardstick}: {row.certainty_low:.0%} to {row.certainty_high:.0%})"
    how = "; ".join(part for part in (row.act, row.quotation, row.said or "", sure) if part)
    words = row.content_text or words_or_place(
        entry.reading.report, entry.reading.attribution(row.statement).content
    )
    cells = [row.statement, row.chain.replace(" > ", " ▸ "), words, how, row.review]
    inner = "".join(f'<td dir="auto">{escape(cell)}</td>' for cell in cells)
    return f'<tr id="{escape(entry.reading.report.id)}-{escape(row.statement)}">{inner}</tr>'


def _disputes(entry: Entry) -> str:
    items = []
    for dispute in entry.reading.disputes or ():
        claim, denial = _end(entry, dispute.claim), _end(entry, dispute.denial)
        items.append(
            f'<li dir="auto"><q>{claim}</q> — {escape(dispute.kind)} — <q>{denial}</q> '
            f'<span class="meta">{escape(dispute.why)} (review: {escape(entry.review(dispute.id))})</span></li>'
        )
    return f"<h3>Disputes</h3><ul>{''.join(items)}</ul>" if items else ""


def _end(entry: Entry, end: str | Span) -> str:
    report = entry.reading.report
    spans = (end,) if isinstance(end, Span) else entry.reading.attribution(end).content
    return escape(words_or_place(report, spans))


def _trail(entry: Entry) -> str:
    """Who decided what about which row, when: what a colleague needs to trust a review."""
    told = (
        f"{c.at}: {c.by} set {c.row} from {c.from_state} to {c.to_state}{c.note and f' ({c.note})'}"
        for c in entry.trail
    )
    items = "".join(f'<li dir="auto">{escape(words)}</li>' for words in told)
    return f"<h3>Reviews</h3><ol>{items}</ol>" if items else ""


def _headline(entry: Entry, check: HeadlineCheck | None) -> str:
    if check is None:
        return ""
    report = entry.reading.report
    items = "".join(
        f"<li>{escape(d.what)}: <q>{escape(words_or_place(report, (d.headline,)))}</q> / "
        f"<q>{escape(words_or_place(report, (d.body,)))}</q></li>"
        for d in check.differences
    )
    return (
        f"<p><strong>Headline: {escape(check.verdict)}</strong> "
        f'<span class="meta">{escape(check.why)} (review: {escape(entry.review("h1"))})</span></p>'
        f"<ul>{items}</ul>"
    )

"""A reading as a notebook shows it: the marked text and its statements, without script or style sheet."""

from __future__ import annotations

from html import escape

from onrecord.exports.entries import NOTICE, Entry
from onrecord.exports.marking import Run, marks_by_block, marks_of, runs
from onrecord.exports.rows import StatementRow, statement_rows
from onrecord.model import Reading

# Style sheets of an output would reach the whole notebook, so each mark carries its own style. Roles differ by more
# than colour; semi-transparent grounds suit light and dark notebooks.
_STYLES = {
    "source": "font-weight:bold",
    "cue": "font-style:italic",
    "content": "background:rgba(70,130,180,.18)",
    "certainty": "text-decoration:underline wavy",
    "time": "text-decoration:underline dotted",
    "claim": "border-bottom:2px solid",
    "denial": "border-bottom:2px dashed",
}
_HEAD = ("", "on whose word", "statement", "act", "certainty")


def reading_html(reading: Reading) -> str:
    """An HTML fragment; the text of the page is shown as text, whatever it holds."""
    entry = Entry(reading)
    report = reading.report
    facts = [report.publisher, report.published, report.source]
    notes = "".join(f"<p>{escape(note)}</p>" for note in reading.notes)
    return (
        f'<div class="onrecord-reading"><p><strong>{escape(report.title or report.source)}</strong><br>'
        f"{' · '.join(escape(fact) for fact in facts if fact)}</p>{notes}"
        f"{_text(reading)}{_table(entry)}<p><small>{escape(NOTICE)}</small></p></div>"
    )


def _text(reading: Reading) -> str:
    if not reading.report.has_text:
        return ""
    blocks = [block for block in reading.report.blocks if block.kind != "furniture"]
    paragraphs = (
        "".join(_run(reading, run) for run in runs(block.span, marks))
        for block, marks in zip(blocks, marks_by_block(blocks, marks_of(reading)), strict=True)
    )
    return "".join(f'<p dir="auto">{paragraph}</p>' for paragraph in paragraphs)


def _run(reading: Reading, run: Run) -> str:
    text = escape(reading.report.text[run.start_char : run.end_char])
    if not run.marks:
        return text
    style = ";".join(dict.fromkeys(_STYLES[mark.role] for mark in run.marks))
    title = "; ".join(f"{mark.role} of {mark.row}" for mark in run.marks)
    return f'<span style="{style}" title="{escape(title)}">{text}</span>'


def _table(entry: Entry) -> str:
    head = "".join(f"<th>{name}</th>" for name in _HEAD)
    rows = "".join(_row(row) for row in statement_rows(entry))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""


def _row(row: StatementRow) -> str:
    cells = (row.statement, row.chain.replace(" > ", " ▸ "), row.content_text, row.act, row.certainty)
    return "<tr>" + "".join(f'<td dir="auto">{escape(cell)}</td>' for cell in cells) + "</tr>"

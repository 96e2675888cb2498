"""A comparison drawn: reports from left to right in time, arrows of lineage, a shape for each rendering's drift."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap

from onrecord.families.records import ComparedReport, Comparison, Utterance

COLUMN = 190
_LEFT = 20
_BOX_HEIGHT = 104
_ROW = 40
_SHAPES = {
    "strengthened": "M0 -9 L9 7 L-9 7 Z",
    "weakened": "M0 9 L9 -7 L-9 -7 Z",
    "same": "M-8 0 A8 8 0 1 0 8 0 A8 8 0 1 0 -8 0 Z",
    "none": "M0 -8 L8 0 L0 8 L-8 0 Z",
}
SIGNS = {"strengthened": "stronger", "weakened": "weaker", "same": "same", "none": "no certainty at stake"}
_TIP = (
    '<defs><marker id="{0}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path class="tip" d="M0 0 L8 4 L0 8 Z"/></marker></defs>'
)


def in_time(comparison: Comparison) -> list[ComparedReport]:
    """The reports in order of publication; undated ones stay behind their neighbours."""
    dates: list[str] = []
    for report in comparison.reports:
        dates.append(report.published or (dates[-1] if dates else ""))
    order = sorted(range(len(dates)), key=lambda k: (dates[k], k))
    return [comparison.reports[k] for k in order]


def letters(reports: Sequence[ComparedReport]) -> dict[str, str]:
    """A short sign for each report: A, B, ... Z, A2, ..."""
    return {r.id: chr(65 + k % 26) + (str(k // 26 + 1) if k >= 26 else "") for k, r in enumerate(reports)}


def shape(verdict: str) -> str:
    """A drift's shape as SVG markup about the origin of coordinates."""
    return f'<path class="{verdict}" d="{_SHAPES[verdict]}"/>'


def lineage_drawing(comparison: Comparison) -> str:
    """All reports as boxes on a time axis, with arrows from each report to those that took from it."""
    reports = in_time(comparison)
    sign = letters(reports)
    place = {r.id: k for k, r in enumerate(reports)}
    edges = [(place[s.report], place[r.id], r.copy_of == s.report) for r in reports for s in r.taken_from]
    reach = max((b - a for a, b, _ in edges), default=0)
    top = 34 + 26 * reach
    width, height = _LEFT * 2 + COLUMN * len(reports), top + _BOX_HEIGHT + 44
    parts = [_open(width, height, "Which report took from which, in order of time"), _TIP.format("tip")]
    parts += [_arc(a, b, copy, top) for a, b, copy in edges]
    parts += [_box(report, sign[report.id], k, top) for k, report in enumerate(reports)]
    parts.append(_axis([r.published for r in reports], top + _BOX_HEIGHT + 12))
    return "".join(parts) + "</svg>"


def utterance_drawing(comparison: Comparison, utterance: Utterance) -> str:
    """The way of one utterance: its renderings in the columns of their reports, with arrows of lineage."""
    reports = in_time(comparison)
    sign = letters(reports)
    rows: dict[str, list[int]] = {}
    for k, rendering in enumerate(utterance.renderings):
        rows.setdefault(rendering.report, []).append(k)
    shown = [r for r in reports if r.id in rows]
    column = {r.id: k for k, r in enumerate(shown)}
    edges = [
        (column[source.report], column[report.id], report.copy_of == source.report)
        for report in shown
        for source in report.taken_from
        if source.report in rows
    ]
    first = 58 + 15 * max((b - a for a, b, _ in edges), default=0)
    height = first + _ROW * max(len(ks) for ks in rows.values()) - 12
    parts = [
        _open(_LEFT * 2 + COLUMN * len(shown), height, "The way of this statement"),
        _TIP.format(f"tip-{utterance.id}"),
    ]
    parts += [_link(a, b, copy, first, f"tip-{utterance.id}") for a, b, copy in edges]
    for report in shown:
        x = _LEFT + COLUMN * column[report.id]
        label = f"{sign[report.id]}  {report.published or 'undated'}"
        parts.append(f'<text class="small strong" x="{x}" y="20">{escape(label)}</text>')
        parts.append(f'<text class="small" x="{x}" y="34">{escape(short(name_of(report), 26))}</text>')
        parts += [_node(utterance, k, x + 12, first + _ROW * row) for row, k in enumerate(rows[report.id])]
    return "".join(parts) + "</svg>"


def name_of(report: ComparedReport) -> str:
    """What to call a report: its outlet, else its file or address."""
    return report.outlet or report.source.rstrip("/").rsplit("/", 1)[-1]


def _link(a: int, b: int, copy: bool, y: int, tip: str) -> str:
    """An arrow between two columns, above the shapes and below the heads of the columns."""
    start, end = _LEFT + COLUMN * a + 16, _LEFT + COLUMN * b + 12 - 2 * (b - a)
    peak = y - 12 - 19 * (b - a)
    curve = f"M{start} {y - 11} C{start + 30} {peak} {end - 30} {peak} {end} {y - 11}"
    return f'<path class="edge{" copy" * copy}" marker-end="url(#{tip})" d="{curve}"/>'


def _node(utterance: Utterance, k: int, x: int, y: int) -> str:
    rendering = utterance.renderings[k]
    verdict = rendering.certainty.versus_origin
    first = "origin" if k == utterance.origin else SIGNS[verdict] if verdict != "none" else rendering.mode
    lost = (
        f", −{len(rendering.dropped_layers)} layer{'s' * (len(rendering.dropped_layers) > 1)}"
        if rendering.dropped_layers
        else ""
    )
    said = escape(f"{rendering.mode}: {short(rendering.text, 160)}")
    return (
        f'<a href="#{utterance.id}-{k + 1}" aria-label="{escape(first)}, {said}"><title>{said}</title>'
        f'<g transform="translate({x} {y})">{shape(verdict)}<text x="16" y="4">{escape(first + lost)}</text></g></a>'
    )


def _open(width: int, height: int, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="group" aria-label="{escape(title)}">'
    )


def _arc(a: int, b: int, copy: bool, top: int) -> str:
    start, end = _LEFT + COLUMN * a + 100 + 8 * (b - a), _LEFT + COLUMN * b + 70 - 8 * (b - a)
    peak = top - 24 - 34 * (b - a)
    dashed = " copy" if copy else ""
    label = f'<text class="small" x="{(start + end) // 2 - 14}" y="{top - 28}">copy</text>' if copy else ""
    curve = f"M{start} {top} C{start} {peak} {end} {peak} {end} {top - 2}"
    return f'<path class="edge{dashed}" marker-end="url(#tip)" d="{curve}"/>{label}'


def _box(report: ComparedReport, sign: str, k: int, top: int) -> str:
    x = _LEFT + COLUMN * k
    lines = wrap(report.title or "(no headline)", 21)[:4]
    if len(wrap(report.title or "", 21)) > len(lines):
        lines[-1] = lines[-1][:22] + "…"
    text = "".join(
        f'<text x="{x + 10}" y="{top + 42 + 16 * n}">{escape(line)}</text>' for n, line in enumerate(lines)
    )
    head = escape(f"{sign}  {short(name_of(report), 20)}")
    return (
        f'<a href="#report-{sign}">'
        f'<rect class="box" x="{x}" y="{top}" width="{COLUMN - 18}" height="{_BOX_HEIGHT}" rx="5"/>'
        f'<text class="small strong" x="{x + 10}" y="{top + 20}">{head}</text>{text}</a>'
    )


def _axis(dates: Sequence[str | None], y: int) -> str:
    end = _LEFT + COLUMN * len(dates) - 18
    ticks = "".join(
        f'<path class="axis" d="M{_LEFT + COLUMN * k + 10} {y - 4} v8"/>'
        f'<text class="small" x="{_LEFT + COLUMN * k + 10}" y="{y + 20}">{escape(date or "undated")}</text>'
        for k, date in enumerate(dates)
    )
    return f'<path class="axis" d="M{_LEFT} {y} H{end}"/>{ticks}'


def short(text: str, limit: int) -> str:
    """The text on one line, cut with an ellipsis if it is longer than `limit`."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"

"""Plots as SVG made on the server: they print, need no script, and say in words what they draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from html import escape

WIDTH, HEIGHT, EDGE = 640, 120, 24


def timeline(days: Sequence[tuple[str, str]]) -> str:
    """Dots over time, stacked by day. `days` are (YYYY-MM-DD, label of the statement) pairs.

    Returns an `<svg>` with a title and a description, or nothing when no day is known.
    """
    dated = sorted((date.fromisoformat(day), label) for day, label in days if len(day) == 10)
    if not dated:
        return ""
    first, last = dated[0][0], dated[-1][0]
    scale = (WIDTH - 2 * EDGE) / max(1, (last - first).days)
    stacked: Counter[date] = Counter()
    dots = []
    for day, label in dated:
        x = EDGE + (day - first).days * scale
        y = max(10, HEIGHT - 30 - 9 * stacked[day])
        stacked[day] += 1
        dots.append(f'<circle cx="{x:.1f}" cy="{y}" r="4"><title>{day}: {escape(label)}</title></circle>')
    said = f"{len(dated)} statements from {first} to {last}"
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}">'
        f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{HEIGHT - 22}" y2="{HEIGHT - 22}"></line>{"".join(dots)}'
        f'<text x="{EDGE}" y="{HEIGHT - 6}">{first}</text>'
        f'<text x="{WIDTH - EDGE}" y="{HEIGHT - 6}" text-anchor="end">{last}</text></svg>'
    )


def bands(days: Sequence[tuple[str, float, float, str]]) -> str:
    """Bands over time, 0 % below and 100 % on top. `days` are (YYYY-MM-DD, low, high, label), low and high 0 to 1.

    Returns an `<svg>`, or nothing when no day is known.
    """
    dated = sorted(
        (date.fromisoformat(day), low, high, label) for day, low, high, label in days if len(day) == 10
    )
    if not dated:
        return ""
    first, last = dated[0][0], dated[-1][0]
    scale = (WIDTH - 3 * EDGE) / max(1, (last - first).days)
    foot, tall = HEIGHT - 22, HEIGHT - 32
    grid = "".join(
        f'<line class="grid" x1="{2 * EDGE}" x2="{WIDTH - EDGE}" y1="{foot - part * tall:.1f}" '
        f'y2="{foot - part * tall:.1f}"></line><text x="0" y="{foot - part * tall + 4:.1f}">{part:.0%}</text>'
        for part in (0, 0.5, 1)
    )
    bars = "".join(
        f'<rect x="{2 * EDGE + (day - first).days * scale - 3:.1f}" width="6" y="{foot - high * tall:.1f}" '
        f'height="{max(2, (high - low) * tall):.1f}"><title>{day}: {escape(label)}</title></rect>'
        for day, low, high, label in dated
    )
    said = f"{len(dated)} bands from {first} to {last}"
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}">{grid}{bars}'
        f'<text x="{2 * EDGE}" y="{HEIGHT - 6}">{first}</text>'
        f'<text x="{WIDTH - EDGE}" y="{HEIGHT - 6}" text-anchor="end">{last}</text></svg>'
    )


def band(low: float, high: float) -> str:
    """A bar from 0 to 100 % with the band filled in."""
    said = f"{low * 100:g} to {high * 100:g} per cent"
    return (
        f'<svg class="band" viewBox="0 0 100 10" role="img" aria-label="{said}"><title>{said}</title>'
        '<rect class="scale" x="0" y="4" width="100" height="2"></rect>'
        f'<rect x="{low * 100:g}" y="1" width="{max(1.0, (high - low) * 100):g}" height="8"></rect></svg>'
    )

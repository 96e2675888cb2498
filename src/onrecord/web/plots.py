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


def band(low: float, high: float) -> str:
    """A bar from 0 to 100 % with the band filled in."""
    said = f"{low * 100:g} to {high * 100:g} per cent"
    return (
        f'<svg class="band" viewBox="0 0 100 10" role="img" aria-label="{said}"><title>{said}</title>'
        '<rect class="scale" x="0" y="4" width="100" height="2"></rect>'
        f'<rect x="{low * 100:g}" y="1" width="{max(1.0, (high - low) * 100):g}" height="8"></rect></svg>'
    )

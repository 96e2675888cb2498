"""Which lines of the body a statement rests on, and how much of its wording they bear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.headline.body import Line, rarity, roots

_UNKNOWN = 1.5
"""Weight of a word that the body does not have."""
_NEAR = 0.75
"""A line that bears this share of what the best line bears supports the statement too."""


@dataclass(frozen=True, slots=True)
class Support:
    """The lines a statement rests on, best first, and the shares of its wording that they bear."""

    lines: tuple[Line, ...]
    share: float
    """Share of the statement's wording in the best line."""
    own_share: float
    """The most that one line bears in the reporter's own words."""
    said_share: float
    """The most that one line bears in what somebody is said to have said."""
    anywhere: float
    """Share of the wording found anywhere in the body."""
    said_line: Line | None


def support(statement: str, body: Sequence[Line]) -> Support:
    """The support of a statement in the lines of a body (none of it if either is empty)."""
    wanted = roots(statement)
    rare = rarity(body)
    total = sum(rare.get(r, _UNKNOWN) for r in wanted)
    if not body or not total:
        return Support((), 0.0, 0.0, 0.0, 0.0, None)

    def share(found: frozenset[str]) -> float:
        return sum(rare[r] for r in wanted & found if r in rare) / total

    # The earlier of two equal lines comes first: news states its main point at the top.
    ranked = sorted(body, key=lambda line: -share(line.roots))
    best = share(ranked[0].roots)
    said = max(body, key=lambda line: share(line.said))
    return Support(
        lines=tuple(line for line in ranked[:6] if best > 0 and share(line.roots) >= _NEAR * best),
        share=best,
        own_share=max(share(line.own) for line in body),
        said_share=share(said.said),
        anywhere=share(frozenset().union(*(line.roots for line in body))),
        said_line=said if share(said.said) > 0 else None,
    )

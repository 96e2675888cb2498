"""The records of a comparison: what became of statements on their way from report to report.

utterance    one statement made once in the world, with all its renderings
rendering    one place in one report where an utterance is given
origin       the rendering that the others are measured against: the earliest, or the most direct one
drift        what a rendering changed against the origin: its certainty, its layers, its words
lineage      which report took from which; a copy is a report that is another one's text
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from onrecord.model import DisputeKind, Span, Spans, Verdict

Mode = Literal["verbatim", "elided", "reworded", "indirect"]
VersusOrigin = Literal["same", "strengthened", "weakened", "none"]
ChangeKind = Literal["actor", "act", "number", "time", "certainty", "scope", "word"]

MADE_BY = "families_v1"


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which a rendering's words differ from the origin's; an empty side was left out or added."""

    from_text: str
    to_text: str
    what: ChangeKind
    from_span: Span | None
    """Into the origin's report; None where something was added."""
    to_span: Span | None
    """Into the rendering's report; None where something was left out."""


@dataclass(frozen=True, slots=True)
class CertaintyDrift:
    """The rendering's word of likelihood (None if it has none) and how it stands to the origin's."""

    term: str | None
    versus_origin: VersusOrigin
    why: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Rendering:
    """One place in one report where an utterance is given."""

    report: str
    """Id of a compared report."""
    spans: Spans
    text: str
    mode: Mode
    holder: str
    """Who the report makes responsible for the words: the innermost speaker it names, else its outlet."""
    chain: tuple[str, ...]
    """Names, outermost first; the outlet itself is not among them."""
    dropped_layers: tuple[str, ...]
    certainty: CertaintyDrift
    changed: tuple[Change, ...]
    attribution: str | None = None
    score: float = 1.0
    """Mean probability that this rendering and the others are of one utterance."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One statement made once in the world."""

    id: str
    voice: str
    said_on: str | None
    """ISO date, or as much of one as is known."""
    origin: int
    """Index into `renderings`."""
    renderings: tuple[Rendering, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A report that another took from, with the reason."""

    report: str
    why: str
    score: float


@dataclass(frozen=True, slots=True)
class ComparedReport:
    """A report in a comparison."""

    id: str
    source: str
    title: str | None
    published: str | None
    outlet: str | None
    headline_verdict: Verdict | None
    taken_from: tuple[Source, ...] = ()
    copy_of: str | None = None


@dataclass(frozen=True, slots=True)
class CrossDispute:
    """Two utterances of which one denies the other, and in which reports a reader learns of it."""

    claim: str
    denial: str
    kind: DisputeKind
    why: str
    reports: tuple[str, ...]
    """Reports that give the denial."""
    missing_in: tuple[str, ...]
    """Reports that give the claim, came out no earlier than the denial, and leave it out."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The utterances of several reports, with drift, disputes and lineage."""

    reports: tuple[ComparedReport, ...]
    utterances: tuple[Utterance, ...]
    disputes: tuple[CrossDispute, ...]
    made_by: str = MADE_BY

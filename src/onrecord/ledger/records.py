"""What the ledger gives and takes besides readings. All dates are ISO 8601 strings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from onrecord.model import Direction, Quotation, Verdict, VoiceKind

Change = Literal["new", "unchanged", "new version", "read again"]
"""What adding a reading did: `read again` is the same page with other findings, e.g. by a newer method."""

ReviewState = Literal["machine", "accepted", "rejected", "unsure"]
REVIEW_STATES: tuple[ReviewState, ...] = ("machine", "accepted", "rejected", "unsure")

RowKind = Literal["statement", "voice", "time", "certainty", "dispute", "headline"]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who changes something, when, and with what remark: what an audit trail keeps."""

    by: str
    at: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one reading: the report's key, its version and what changed."""

    report: str
    version: int
    change: Change


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """A report in the ledger, by its current version."""

    report: str
    """The report's key; commands take any unambiguous start of it."""
    version: int
    source: str
    url: str | None
    title: str | None
    published: str | None
    outlet: str | None
    site: str | None
    language: str | None
    read_at: str
    statements: int
    voices: int
    disputes: int
    verdict: Verdict | None
    notes: tuple[str, ...] = ()
    made_with: str = ""
    """What made the reading, in words: the program's version and settings that change findings."""


@dataclass(frozen=True, slots=True)
class Search:
    """A question to the ledger; every part given narrows the answer."""

    words: str = ""
    """Words, "phrases", OR, NOT, prefix*, filters; see `onrecord.ledger.query`. Empty for all statements."""
    voice: str | None = None
    """A name or words of one, or `#` and a voice's number."""
    since: str | None = None
    """First day of publication: YYYY, YYYY-MM or YYYY-MM-DD."""
    until: str | None = None
    """Last day of publication, included."""
    certainty: str | None = None
    """A comparison such as `>=0.8` or `<=20%` with the band on the holder's own yardstick."""
    quotation: Quotation | None = None
    disputed: bool | None = None
    """Only claims that are denied and denials, or only the others; None for both."""
    report: str | None = None
    """The key of one report."""
    limit: int = 50
    offset: int = 0
    outlet: str | None = None
    """A name or words of one."""
    act: str | None = None
    counted: bool = True
    """Without it the total goes only as far as the hits given: counting a broad answer means reading all of it."""
    after: str | None = None
    """The cursor that the page before gave (`Hits.next`): quicker than `offset`, and sure while rows are added."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """A certainty as a search hit shows it."""

    term: str
    direction: Direction
    yardstick: str | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement found. `snippet` is the content around the match, in parts that match and do not."""

    statement: str
    """The row's reference, report key and row id: `5f0c....a3`."""
    report: str
    title: str | None
    outlet: str | None
    """As given with the page, else the site's name."""
    published: str | None
    voice: str | None
    voice_kind: VoiceKind | None
    source: str
    cue: str
    content: str
    snippet: tuple[tuple[str, bool], ...]
    chain: str
    quotation: Quotation
    act: str
    said: str | None
    certainties: tuple[Assessed, ...]
    disputed: bool
    confidence: float
    made_by: str
    review: ReviewState
    url: str | None
    start_char: int
    end_char: int


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of an answer and how many statements the whole answer has."""

    hits: tuple[Hit, ...]
    total: int
    next: str | None = None
    """The cursor for the page that follows; None after the last."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to divide an answer: voice, outlet, month, quotation, act or disputed."""

    name: str
    values: tuple[tuple[str, int], ...]
    """The most frequent values with the number of their statements."""
    others: int
    """How many values there are besides."""


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets of an answer; `complete` is false where only the latest `counted` statements were counted."""

    facets: tuple[Facet, ...]
    counted: int
    complete: bool


@dataclass(frozen=True, slots=True)
class VoiceEntry:
    """A voice across all reports of the ledger."""

    id: int
    name: str
    kind: VoiceKind
    roles: tuple[str, ...]
    statements: int
    reports: int
    first_seen: str | None
    last_seen: str | None
    also: tuple[str, ...] = ()
    """Names of the voices that were merged into this one."""


@dataclass(frozen=True, slots=True)
class VoiceChange:
    """An entry of the audit trail of voices."""

    at: str
    by: str
    action: Literal["merge", "split"]
    voice: str
    other: str
    report: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """A row that a person can review."""

    row: str
    """The row's reference, as in `Hit.statement`."""
    kind: RowKind
    what: str
    """The judgement in a line."""
    state: ReviewState
    title: str | None
    published: str | None
    made_by: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Review:
    """An entry of the audit trail of reviews."""

    row: str
    version: int
    at: str
    by: str
    from_state: ReviewState
    to_state: ReviewState
    note: str


@dataclass(frozen=True, slots=True)
class FailureEntry:
    """A source that could not be read, with the reason; it goes when the source is read after all."""

    source: str
    reason: str
    kind: str
    first_seen: str
    last_seen: str
    times_seen: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a segment of input was taken in: so many of its records, from the first on, `failed` among them."""

    segment: str
    source: str
    done: int
    failed: int
    finished: bool


__all__ = [
    "REVIEW_STATES",
    "Added",
    "Assessed",
    "Change",
    "Facet",
    "Facets",
    "FailureEntry",
    "Hit",
    "Hits",
    "Judgement",
    "Progress",
    "ReportEntry",
    "Review",
    "ReviewState",
    "RowKind",
    "Search",
    "Signature",
    "VoiceChange",
    "VoiceEntry",
]

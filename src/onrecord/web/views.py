"""What each page shows, as plain records: the HTML templates and the JSON twins are made from the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from onrecord.ledger.corrections import Correction
from onrecord.ledger.records import (
    Added,
    Facets,
    FailureEntry,
    Hit,
    Judgement,
    ReportEntry,
    Review,
    VoiceChange,
    VoiceEntry,
)


@dataclass(frozen=True, slots=True)
class Paged:
    """Where a list stands: which part of how many, and whether it is cut."""

    total: int
    offset: int
    limit: int

    @property
    def next_offset(self) -> int | None:
        """Where the next part begins, None after the last."""
        following = self.offset + self.limit
        return following if following < self.total else None


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """The front page: the reports of the ledger, latest first."""

    reports: tuple[ReportEntry, ...]
    failures: tuple[FailureEntry, ...]
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class TextRun:
    """A stretch of text under the same marks; `rows` are what they belong to, `tip` says it in words,
    `deep` is in how many contents it stands."""

    text: str
    roles: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    tip: str = ""
    deep: int = 0


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A block of the report with its runs."""

    kind: str
    runs: tuple[TextRun, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """An attribution as the side list shows it."""

    id: str
    row: str
    depth: int
    chain: tuple[str, ...]
    voice: str
    voice_kind: str | None
    voice_why: str
    roles: tuple[str, ...]
    cue: str
    content: str
    act: str
    quotation: str
    said: str | None
    certainties: tuple[str, ...]
    confidence: float
    made_by: str
    review: str


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A claim and its denial side by side."""

    row: str
    report: str
    report_title: str
    published: str | None
    kind: str
    claim: str
    claim_voice: str
    claim_id: str | None
    denial: str
    denial_voice: str
    denial_id: str | None
    why: str
    confidence: float
    review: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """The check of the headline or a sentence, with both ends of each difference."""

    row: str
    id: str
    """The row's id in its report: h1 the headline's, s1 ... those of sentences."""
    label: str
    verdict: str
    checked: str
    why: str
    differences: tuple[tuple[str, str, str], ...]
    rests_on: tuple[str, ...]
    confidence: float
    review: str


@dataclass(frozen=True, slots=True)
class VoiceView:
    """A voice as one report has it: what it is called there, and why these names are one."""

    row: str
    report: str
    report_title: str
    name: str
    kind: str
    roles: tuple[str, ...]
    called: tuple[str, ...]
    why: str
    confidence: float
    review: str


@dataclass(frozen=True, slots=True)
class CertaintyView:
    """A word of likelihood or doubt: whose it is, and what it means on its holder's yardstick."""

    row: str
    id: str
    words: str
    term: str
    direction: str
    holder: str
    holder_id: str | None
    """The statement that holds it; None for the reporter."""
    yardstick: str | None
    low: float | None
    high: float | None
    remarks: tuple[str, ...]
    made_by: str
    review: str


@dataclass(frozen=True, slots=True)
class TimeView:
    """A temporal expression and what it was taken for."""

    row: str
    id: str
    words: str
    kind: str
    value: str
    """A TIMEX3 value; empty if it stays unresolved."""
    anchor: str | None
    """`published`, the id of another time, or None if it stands by itself."""
    made_by: str
    review: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One report with everything found in it."""

    report: ReportEntry
    byline: str | None
    sha256: str
    blocks: tuple[TextBlock, ...]
    statements: tuple[Statement, ...]
    disputes: tuple[DisputeView, ...]
    headline: CheckView | None
    sentence_checks: tuple[CheckView, ...]
    voices: tuple[VoiceView, ...]
    certainties: tuple[CertaintyView, ...]
    times: tuple[TimeView, ...]
    versions: int
    has_text: bool
    """False where the ledger keeps positions alone."""


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version of a report and what it changed against the one before."""

    report: ReportEntry
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """The versions of one report, the latest first."""

    report: ReportEntry
    versions: tuple[VersionView, ...]


@dataclass(frozen=True, slots=True)
class CorrectedPage:
    """Reports that were changed after they were first read, the one changed last first."""

    reports: tuple[ReportEntry, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search as it stands in the address."""

    q: str = ""
    voice: str = ""
    since: str = ""
    until: str = ""
    certainty: str = ""
    kind: Literal["", "direct", "mixed", "indirect"] = ""
    disputed: bool | None = None
    outlet: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Statements found, and how they divide."""

    query: SearchQuery
    hits: tuple[Hit, ...]
    page: Paged
    facets: Facets | None = None
    problem: str = ""
    next: str | None = None
    """The cursor of the next part, for `after`; None after the last."""
    positions_only: bool = False
    """Whether there are reports without their text, whose words cannot be found."""


@dataclass(frozen=True, slots=True)
class VoicesPage:
    """The voices across reports."""

    voices: tuple[VoiceEntry, ...]
    name: str = ""
    cut: bool = False
    """Whether there are more than these."""


@dataclass(frozen=True, slots=True)
class VoicePage:
    """Everything one voice said."""

    voice: VoiceEntry
    hits: tuple[Hit, ...]
    page: Paged
    disputed: int
    outlets: tuple[tuple[str, int], ...]
    namesakes: tuple[VoiceEntry, ...]
    changes: tuple[VoiceChange, ...]
    names: tuple[VoiceView, ...]
    """What it is called in the reports of the statements shown, the first of them."""
    timeline: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DisputesQuery:
    """Which disputes are asked for."""

    voice: str = ""
    kind: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class DisputesPage:
    """Claims and denials across reports."""

    query: DisputesQuery
    disputes: tuple[DisputeView, ...]
    page: Paged


@dataclass(frozen=True, slots=True)
class Assessment:
    """A calibrated statement with its band."""

    hit: Hit
    term: str
    yardstick: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AssessmentsPage:
    """Statements with a band on their holder's yardstick, latest first."""

    assessments: tuple[Assessment, ...]
    voice: str
    page: Paged
    timeline: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Who reviewed what, when, from which state to which, latest first; of one row or of all."""

    row: str
    changes: tuple[Review, ...]
    cut: bool = False
    """Whether there are more than these."""


@dataclass(frozen=True, slots=True)
class AddingPage:
    """How far the reading of what was given has come. `report` is set once the only report is read."""

    id: str
    step: str
    done: bool
    problems: tuple[str, ...] = ()
    added: tuple[Added, ...] = ()

    @property
    def report(self) -> str | None:
        """The report to open, where there is just one and nothing to be told."""
        return self.added[0].report if self.done and len(self.added) == 1 and not self.problems else None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Machine judgements to accept, reject or leave unsure."""

    judgements: tuple[Judgement, ...]
    state: str
    kind: str = ""
    cut: bool = False
    """Whether there are more than these."""


@dataclass(frozen=True, slots=True)
class NewState:
    """A review to be written."""

    row: str
    state: str
    by: str = ""
    """Who says so; the name kept in the browser if not given."""
    note: str = ""

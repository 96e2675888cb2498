"""The one contract of every ledger; SQLite and PostgreSQL stand behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self

from onrecord.ledger.corrections import Correction
from onrecord.ledger.records import (
    Added,
    Facets,
    FailureEntry,
    Hits,
    Judgement,
    Progress,
    ReportEntry,
    Review,
    ReviewState,
    RowKind,
    Search,
    VoiceChange,
    VoiceEntry,
)
from onrecord.ledger.watched import FeedItem
from onrecord.ledger.watching import Watching
from onrecord.model import Reading, Report, VoiceKind


class Ledger(Protocol):
    """The store of all readings.

    Whatever names a report takes its key, any unambiguous start of it, its URL, its source or its file name.
    A row is named by its report and its id in the reading: `5f0c2a.a3`. Unknown or ambiguous names raise
    UsageError with what was meant perhaps; a ledger that cannot be read or written raises LedgerError.
    """

    def add(
        self,
        readings: Sequence[Reading],
        *,
        made_with: str = "",
        failures: Mapping[str, tuple[str, str]] | None = None,
        progress: Progress | None = None,
        items: Sequence[FeedItem] = (),
    ) -> tuple[Added, ...]:
        """Store readings in one transaction: all of them or none.

        The same page adds nothing; a changed page becomes a new version of its report. `made_with` says what
        made the readings (the program's version and settings that change findings). `failures` (see `fail`) and
        how far the segment of input is read with them go into the same transaction, and so do the entries of feeds
        that the readings came from.
        """
        ...

    def progress(self, segment: str) -> Progress | None:
        """How far a segment was taken in; None if nothing of it was, or if a report was forgotten since."""
        ...

    def held(self, reports: Sequence[Report], *, made_with: str = "") -> list[bool]:
        """Which of these very reports are stored already as read by `made_with`: reading them adds nothing."""
        ...

    def fail(self, failures: Mapping[str, tuple[str, str]]) -> None:
        """Record sources that could not be read: source -> (kind of error, reason)."""
        ...

    def reports(self, *, limit: int | None = None, offset: int = 0) -> tuple[ReportEntry, ...]:
        """The reports by their current versions, latest publication first."""
        ...

    def report(self, name: str) -> ReportEntry:
        """One report."""
        ...

    def versions(self, name: str) -> tuple[ReportEntry, ...]:
        """All versions of one report, oldest first."""
        ...

    def corrections(self, name: str) -> tuple[Correction, ...]:
        """What the versions of one report changed, each against the one before, oldest first."""
        ...

    def corrected(self, *, limit: int = 50) -> tuple[ReportEntry, ...]:
        """The reports with more than one version, the one changed last first."""
        ...

    def reading(self, name: str, version: int | None = None) -> Reading:
        """The reading exactly as it was added; of the current version unless another is named."""
        ...

    def search(self, search: Search) -> Hits:
        """Statements of current versions, latest first, within a day in a stable order."""
        ...

    def facets(self, search: Search, *, most: int = 8, counted: int = 10_000) -> Facets:
        """How the statements that answer, the latest `counted` of them, divide: by voice, outlet, month, quotation,
        act and whether they are disputed.
        """
        ...

    def voices(
        self, *, name: str | None = None, kind: VoiceKind | None = None, limit: int | None = None
    ) -> tuple[VoiceEntry, ...]:
        """The voices across reports, those with most statements first."""
        ...

    def merge_voices(self, voice: str, into: str, *, by: str, note: str = "") -> VoiceEntry:
        """Say that two voices are one. It holds for later reports too. Gives the voice that remains."""
        ...

    def split_voice(self, voice: str, *, by: str, report: str | None = None, note: str = "") -> VoiceEntry:
        """Take a voice out of the one it was merged into; with `report`, tell the voice of that report
        apart from its namesake elsewhere. Gives the voice that stands apart now.
        """
        ...

    def voice_changes(self) -> tuple[VoiceChange, ...]:
        """The audit trail of merges and splits, oldest first."""
        ...

    def review(self, row: str, state: ReviewState, *, by: str, note: str = "") -> Review:
        """Set the state of a row, with an entry in the audit trail."""
        ...

    def review_states(self, name: str) -> dict[str, ReviewState]:
        """The states of the rows of a report's current version that a person has reviewed."""
        ...

    def judgements(
        self,
        *,
        kinds: Sequence[RowKind] = ("dispute", "headline"),
        states: Sequence[ReviewState] = ("machine", "unsure"),
        limit: int | None = None,
    ) -> tuple[Judgement, ...]:
        """Rows to review, by default the open judgements."""
        ...

    def review_changes(self, row: str | None = None) -> tuple[Review, ...]:
        """The audit trail of reviews, oldest first, of one row or of all."""
        ...

    def forget(self, name: str, *, by: str, note: str = "") -> str:
        """Delete a report with all its versions and rows; who did it is kept. Gives the report's key."""
        ...

    @property
    def watching(self) -> Watching:
        """Feeds, their entries and their hosts: what watching has to remember."""
        ...

    def settle(self) -> None:
        """Bring the index into its quickest form, after much was added; it is right without."""
        ...

    def state(self) -> str:
        """A token that stays the same only as long as nothing in the ledger changes, by whatever program."""
        ...

    def failures(self) -> tuple[FailureEntry, ...]:
        """What could not be read, and why."""
        ...

    def close(self) -> None:
        """Finish: everything is in the one file and other programs can open it."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

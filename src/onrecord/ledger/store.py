"""The ledger behind the contract: opening, transactions, errors in words; the work is in the modules beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from onrecord.errors import LedgerError
from onrecord.ledger import (
    corrections,
    facets,
    forgetting,
    reports,
    reviewing,
    searching,
    voices,
    writing,
)
from onrecord.ledger.corrections import Correction
from onrecord.ledger.dialects import Dialect, Mode
from onrecord.ledger.migrate import Migration, migrate, migrations, refuse_newer, version_of
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
    Signature,
    VoiceChange,
    VoiceEntry,
)
from onrecord.ledger.rows import prepare
from onrecord.ledger.state import State
from onrecord.ledger.watched import FeedItem
from onrecord.ledger.watching import Watching, put_items
from onrecord.model import Reading, Report, VoiceKind

Clock = Callable[[], datetime]


class SqlLedger:
    """A ledger in a database; see `onrecord.ledger.contract.Ledger` for what its methods promise."""

    def __init__(self, place: str, dialect: Dialect, engine: Engine, mode: Mode, clock: Clock) -> None:
        """Bring the schema up to date. Raises LedgerError if that cannot be. `place` is what messages call it."""
        self._place = place
        self._dialect = dialect
        self._mode = mode
        self._clock = clock
        self._engine = engine
        self._state = State(engine)
        self._writer = engine.execution_options(**(dialect.WRITING if mode != "read" else {}))
        try:
            with self._writing() as connection:
                self._prepare(connection, migrations(dialect.NAME))
        except BaseException:
            engine.dispose()
            raise

    def _prepare(self, connection: Connection, steps: tuple[Migration, ...]) -> None:
        version = version_of(connection)
        refuse_newer(version, steps)
        if version == 0 and self._dialect.tables(connection):
            raise LedgerError(
                f"{self._place} is a database, but no ledger. Give a ledger, or another name for a new one."
            )
        if version == steps[-1].number:
            return
        if self._mode == "read" or (version == 0 and self._mode == "change"):
            raise LedgerError(
                f"The ledger {self._place} was written by an older onrecord (schema {version}). Bring it up to date "
                f"with: onrecord serve {self._place}, or read something into it."
                if version
                else f"The ledger {self._place} is empty. "
                f"Write to it with: onrecord read PATHS --into {self._place}"
            )
        migrate(connection, steps, types=self._dialect.TYPES, split=self._dialect.split, now=self._now())
        self._dialect.finish_schema(connection)

    @contextmanager
    def _looking(self) -> Iterator[Connection]:
        """One view of the ledger, whatever is written meanwhile."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise self._dialect.in_words(error, self._place) from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction: all or nothing."""
        try:
            with self._writer.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise self._dialect.in_words(error, self._place) from error

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="seconds")

    def _signed(self, by: str, note: str) -> Signature:
        return Signature(by, self._now(), note)

    def add(
        self,
        readings: Sequence[Reading],
        *,
        made_with: str = "",
        failures: Mapping[str, tuple[str, str]] | None = None,
        progress: Progress | None = None,
        items: Sequence[FeedItem] = (),
    ) -> tuple[Added, ...]:
        """Store readings in one transaction, with what failed beside them and how far the input is read."""
        batch = [prepare(reading, made_with) for reading in readings]
        failed = [(source, kind, reason) for source, (kind, reason) in (failures or {}).items()]
        now = self._now()
        with self._writing() as connection:
            added = writing.add(connection, batch, now)
            writing.fail(connection, failed, now)
            if progress is not None:
                writing.keep_progress(connection, progress, now)
            put_items(connection, items)
            return added

    def progress(self, segment: str) -> Progress | None:
        """How far a segment was taken in."""
        with self._looking() as connection:
            return writing.progress(connection, segment)

    def held(self, reports: Sequence[Report], *, made_with: str = "") -> list[bool]:
        """Which of these reports it would add nothing to read."""
        with self._looking() as connection:
            return writing.held(connection, reports, made_with)

    def fail(self, failures: Mapping[str, tuple[str, str]]) -> None:
        """Record sources that could not be read."""
        with self._writing() as connection:
            rows = ((source, kind, reason) for source, (kind, reason) in failures.items())
            writing.fail(connection, rows, self._now())

    def reports(self, *, limit: int | None = None, offset: int = 0) -> tuple[ReportEntry, ...]:
        """The reports by their current versions, latest first."""
        with self._looking() as connection:
            return reports.reports(connection, limit, offset)

    def report(self, name: str) -> ReportEntry:
        """One report."""
        with self._looking() as connection:
            return reports.report(connection, name)

    def versions(self, name: str) -> tuple[ReportEntry, ...]:
        """All versions of one report, oldest first."""
        with self._looking() as connection:
            return reports.versions(connection, name)

    def corrections(self, name: str) -> tuple[Correction, ...]:
        """What the versions of one report changed."""
        with self._looking() as connection:
            return corrections.of(connection, reports.key_of(connection, name))

    def corrected(self, *, limit: int = 50) -> tuple[ReportEntry, ...]:
        """The reports with more than one version."""
        with self._looking() as connection:
            return reports.corrected(connection, limit)

    def reading(self, name: str, version: int | None = None) -> Reading:
        """The reading as it was added."""
        with self._looking() as connection:
            return reports.reading(connection, name, version)

    def search(self, search: Search) -> Hits:
        """Statements, latest first."""
        with self._looking() as connection:
            return searching.search(connection, search)

    def facets(self, search: Search, *, most: int = 8, counted: int = facets.MOST_COUNTED) -> Facets:
        """How the statements that answer divide."""
        with self._looking() as connection:
            return facets.facets(connection, search, most, counted)

    def voices(
        self, *, name: str | None = None, kind: VoiceKind | None = None, limit: int | None = None
    ) -> tuple[VoiceEntry, ...]:
        """The voices across reports."""
        with self._looking() as connection:
            return voices.voices(connection, name, kind, limit)

    def merge_voices(self, voice: str, into: str, *, by: str, note: str = "") -> VoiceEntry:
        """Say that two voices are one."""
        with self._writing() as connection:
            return voices.merge(connection, voice, into, self._signed(by, note))

    def split_voice(self, voice: str, *, by: str, report: str | None = None, note: str = "") -> VoiceEntry:
        """Take a voice out of another."""
        with self._writing() as connection:
            return voices.split(connection, voice, report, self._signed(by, note))

    def voice_changes(self) -> tuple[VoiceChange, ...]:
        """The audit trail of voices."""
        with self._looking() as connection:
            return voices.changes(connection)

    def review(self, row: str, state: ReviewState, *, by: str, note: str = "") -> Review:
        """Set the state of a row."""
        with self._writing() as connection:
            return reviewing.review(connection, row, state, self._signed(by, note))

    def review_states(self, name: str) -> dict[str, ReviewState]:
        """The reviewed rows of a report."""
        with self._looking() as connection:
            return reviewing.states(connection, name)

    def judgements(
        self,
        *,
        kinds: Sequence[RowKind] = ("dispute", "headline"),
        states: Sequence[ReviewState] = ("machine", "unsure"),
        limit: int | None = None,
    ) -> tuple[Judgement, ...]:
        """Rows to review."""
        with self._looking() as connection:
            return reviewing.judgements(connection, kinds, states, limit)

    def review_changes(self, row: str | None = None) -> tuple[Review, ...]:
        """The audit trail of reviews."""
        with self._looking() as connection:
            return reviewing.changes(connection, row)

    def forget(self, name: str, *, by: str, note: str = "") -> str:
        """Delete a report with all its versions and rows."""
        with self._writing() as connection:
            return forgetting.forget(connection, name, self._signed(by, note))

    @property
    def watching(self) -> Watching:
        """Feeds, their entries and their hosts."""
        return Watching(self._looking, self._writing)

    def settle(self) -> None:
        """Bring the index into its quickest form, after much was added."""
        with self._writing() as connection:
            self._dialect.settle(connection)

    def state(self) -> str:
        """A token that changes with every change of the ledger."""
        try:
            return self._state.token()
        except DBAPIError as error:
            raise self._dialect.in_words(error, self._place) from error

    def failures(self) -> tuple[FailureEntry, ...]:
        """What could not be read."""
        with self._looking() as connection:
            rows = connection.execute(text("SELECT * FROM failures ORDER BY source")).mappings()
            return tuple(FailureEntry(**row) for row in rows)

    def close(self) -> None:
        """Close all connections; what was written to a file is brought into it."""
        self._state.close()
        self._dialect.close(self._engine, self._mode)

    def __enter__(self) -> Self:
        """The ledger itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it; an error on the way here says more than one of closing."""
        try:
            self.close()
        except LedgerError:
            if kind is None:
                raise

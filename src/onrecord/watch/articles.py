"""What becomes of the pages of entries: compared with what is known, read in batches, kept with their entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from onrecord.batch.reading import Skipped, read_each, skipped
from onrecord.errors import FetchFailed, OnrecordError, StopRun
from onrecord.ledger.contract import Ledger
from onrecord.ledger.corrections import in_words
from onrecord.ledger.identity import report_identity, report_key
from onrecord.ledger.records import Added
from onrecord.ledger.watched import Feed, FeedItem
from onrecord.model import Page, Reading, Report
from onrecord.pages.feeds import Entry
from onrecord.pages.network import page_of, refusal
from onrecord.watch.entries import stamp_of
from onrecord.watch.politeness import iso, parsed, rest_after
from onrecord.watch.records import Done, Settings, Tally

MOST_TRIES = 6
"""A page that cannot be fetched is given up after so many times: over five hours with the rests between."""
FIRST_RECHECK = timedelta(hours=1)
MOST_NAMED = 20

Parse = Callable[[Page], Report]
Read = Callable[[Sequence[Report]], list[Reading]]
Failures = dict[str, tuple[str, str]]


class Articles:
    """Takes answers, gives readings to the ledger, each in one transaction with the entry it came from."""

    def __init__(
        self,
        ledger: Ledger,
        parse: Parse,
        read: Read,
        settings: Settings,
        tell: Callable[[str], object] = lambda line: None,
    ) -> None:
        self.ledger = ledger
        self.parse = parse
        self.read = read
        self.settings = settings
        self.tell = tell
        self.tally = Tally()
        self.away: set[str] = set()
        """Entries under way: being fetched, or waiting to be read. The ledger still has them as due."""
        self._batch: list[tuple[FeedItem, Report]] = []

    def __len__(self) -> int:
        """How many pages wait to be read."""
        return len(self._batch)

    def take(self, item: FeedItem, done: Done, now: datetime, rest: timedelta) -> datetime | None:
        """An answer for an entry. Gives when to ask again, where that is known already."""
        answer = done.answer
        self.tally.fetched += 1
        unasked = answer is not None and answer.status == 304 and item.text_sha256 is None
        if answer is None or answer.status not in (200, 304) or unasked:
            error = done.error or (refusal(answer) if answer else FetchFailed("No answer."))
            return self._failed(item, error, now, rest)
        item = replace(item, fetched_at=iso(now), tries=0)
        if answer.status == 304:
            return self._unchanged(item, now)
        said = Entry(item.url, None, item.title, item.published, "")
        try:
            page = page_of(item.url, answer, lambda: now, said, item.outlet)
            # Every version of an article has the address of the first, wherever it has moved since.
            report = self.parse(replace(page, url=item.report_url or page.url))
        except StopRun:
            raise
        except Exception as error:  # whatever a page does to its parser is that page's
            return self._failed(item, error, now, rest)
        item = replace(
            item,
            etag=answer.etag,
            modified=answer.modified,
            report_url=page.url if item.report_url is None else item.report_url,
        )
        digest = _digest(report)
        if digest == item.text_sha256:
            return self._unchanged(item, now)
        self._batch.append((replace(item, text_sha256=digest), report))
        return None

    def read_batch(self, now: datetime) -> list[tuple[str, datetime]]:
        """Read what waits and keep it. Gives the hosts to come back to, and when."""
        batch = self._still_wanted(now)
        if not batch:
            return []
        rows = read_each([report for _, report in batch], self.read)
        failures: Failures = {}
        items: list[FeedItem] = []
        readings: list[Reading] = []
        for (item, report), row in zip(batch, rows, strict=True):
            if isinstance(row, Reading):
                readings.append(row)
                key = report_key(report_identity(report))
                items.append(replace(item, state="read", report=key, due_at=self._recheck(item, now)))
            elif isinstance(row, Skipped):
                failures[item.url] = (row.kind, row.reason)
                items.append(replace(item, state="failed", due_at=None))
        self._store(readings, items, failures)
        return [(item.host, at) for item in items if (at := parsed(item.due_at))]

    def _still_wanted(self, now: datetime) -> list[tuple[FeedItem, Report]]:
        """What waits, without what another watcher has read since, or a person had forgotten."""
        batch, self._batch = self._batch, []
        if not batch:
            return []
        known = self.ledger.watching.items(item.url for item, _ in batch)
        wanted: list[tuple[FeedItem, Report]] = []
        for item, report in batch:
            kept = known.get(item.url, item)
            if kept.state == "forgotten":
                self.away.discard(item.url)
            elif kept.text_sha256 == item.text_sha256:
                self._unchanged(item, now)
            else:
                wanted.append((item, report))
        return wanted

    def leave(self, item: FeedItem, error: Exception, now: datetime) -> None:
        """An entry that is not to be fetched."""
        self.tally.left += 1
        self._give_up(replace(item, state="left", fetched_at=iso(now)), error)

    def refuse(self, feed: Feed, entry: Entry, error: Exception, now: datetime) -> None:
        """An entry whose address is none that is fetched: kept by what stands there, so that it is told once."""
        item = FeedItem(entry.link, feed.url, None, "", stamp_of(entry), iso(now), state="failed")
        self.tally.failed += 1
        self._give_up(item, error)

    def problem(self, source: str, reason: str) -> None:
        """Remember a reason for the summary."""
        if len(self.tally.problems) < MOST_NAMED:
            self.tally.problems[source] = reason

    def _unchanged(self, item: FeedItem, now: datetime) -> datetime | None:
        self.tally.unchanged += 1
        self.away.discard(item.url)
        item = replace(item, state="read", due_at=self._recheck(item, now))
        self.ledger.add([], items=[item])
        return parsed(item.due_at)

    def _failed(self, item: FeedItem, error: Exception, now: datetime, rest: timedelta) -> datetime | None:
        self.tally.failed += 1
        item = replace(item, fetched_at=iso(now), tries=item.tries + 1)
        if isinstance(error, FetchFailed) and item.tries < MOST_TRIES:
            due = now + max(rest, rest_after(2 * item.tries - 1))
            self._give_up(replace(item, due_at=iso(due)), error)
            return due
        self._give_up(replace(item, state="failed"), error)
        return None

    def _give_up(self, item: FeedItem, error: Exception) -> None:
        """Write an entry with the reason why it is not read; it is due again only if its state is not final."""
        why = skipped(item.url, error)
        if item.state in ("failed", "left"):
            item = replace(item, due_at=None)
        self.away.discard(item.url)
        self.ledger.add([], failures={why.source: (why.kind, why.reason)}, items=[item])
        self.problem(why.source, why.reason)

    def _recheck(self, item: FeedItem, now: datetime) -> str | None:
        """When an article is asked for again: after as long as it is old, as long as it is to be watched."""
        since = parsed(item.first_seen) or now
        again = now + max(FIRST_RECHECK, now - since)
        return iso(again) if again - since <= self.settings.recheck else None

    def _store(self, readings: Sequence[Reading], items: Sequence[FeedItem], failures: Failures) -> None:
        """All in one transaction; if a reading cannot be stored, each in its own, without that one."""
        try:
            added = self.ledger.add(
                readings, made_with=self.settings.made_with, failures=failures, items=items
            )
        except OnrecordError:
            raise
        except Exception as error:  # a reading that breaks the ledger's rules is a bug of that report
            self._store_each(readings, items, failures, error)
            return
        self.away.difference_update(item.url for item in items)
        self.tally.failed += len(failures)
        for source, (_, reason) in failures.items():
            self.problem(source, reason)
        for row, reading in zip(added, readings, strict=True):
            self._count(row, reading)

    def _store_each(
        self, readings: Sequence[Reading], items: Sequence[FeedItem], failures: Failures, error: Exception
    ) -> None:
        by_source = {reading.report.source: reading for reading in readings}
        if len(items) == 1:
            failed = replace(items[0], state="failed")
            self.tally.failed += 1
            self._give_up(failed, error)
            return
        for item in items:
            reading = by_source.get(item.url)
            why = {item.url: failures[item.url]} if item.url in failures else {}
            self._store([reading] if reading else [], [item], why)

    def _count(self, added: Added, reading: Reading) -> None:
        self.tally.new += added.change == "new"
        self.tally.unchanged += added.change == "unchanged"
        if added.change != "new version":
            return
        self.tally.corrected += 1
        self.tell(f"changed: {reading.report.title or reading.report.source} (version {added.version})")
        for row in self.ledger.corrections(added.report):
            if row.version == added.version:
                self.tell(f"  {in_words(row)}")


def _digest(report: Report) -> str:
    said = f"{report.title}\x1f{report.text}"
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

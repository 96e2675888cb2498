"""The loop: ask the feeds whose time has come, fetch what they name in turn, read it, keep it.

Nothing is remembered that is not in the ledger: what is held in memory is what is under way and, for each host with
something to fetch, its next few entries. Feeds and pages that fail are listed as failures and stop nothing.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from onrecord.errors import FetchFailed, FetchRefused, SkipReport
from onrecord.ledger.contract import Ledger
from onrecord.ledger.watched import Feed, FeedItem
from onrecord.ledger.watching import robots_of
from onrecord.pages.feeds import FeedContent, parse_feed
from onrecord.pages.network import MAY_PASS, Answer, Question, refusal
from onrecord.watch.addresses import host_of, same_site
from onrecord.watch.articles import Articles
from onrecord.watch.entries import Found, addressed, maps_to_ask, to_keep
from onrecord.watch.hands import Hands
from onrecord.watch.politeness import MOST_ROBOTS, Host, Hosts, iso, parsed, rest_after, rest_asked
from onrecord.watch.records import Done, Settings, Tally, Task

LOADED = 50
"""Entries of a host that are taken from the ledger at once."""
BATCH = 16
"""Pages that are read together."""
PATIENCE = timedelta(seconds=60)
"""A single run (`once`) waits so long for a host; what has to wait longer is left to the next run."""
LONGEST_WAIT = 60.0
MOST_HOPS = 5
MOST_DEPTH = 2
"""Lists of sitemaps within lists of sitemaps."""
LONGEST_POLL = timedelta(days=1)


class Watcher:
    """Watches feeds into a ledger. One thread; what waits for the network does so in `hands`."""

    def __init__(
        self,
        feeds: Sequence[str],
        hands: Hands,
        clock: Callable[[], datetime],
        articles: Articles,
    ) -> None:
        self.ledger: Ledger = articles.ledger
        self.settings: Settings = articles.settings
        self.feeds = tuple(dict.fromkeys(feeds))
        self.hands = hands
        self.clock = clock
        self.articles = articles
        self.tally: Tally = articles.tally
        self.hosts = Hosts(self.ledger.watching.host)
        self.stopped = False
        self.once = False
        self._polls: list[tuple[datetime, str]] = []

    def stop(self) -> None:
        """End `run` soon: what is fetched is read and kept, what is under way is left. For signal handlers too."""
        self.stopped = True
        self.hands.wake()

    def run(self, *, once: bool = False) -> Tally:
        """Watch until `stop`; with `once`, until every feed was asked and nothing is left that can be done now.

        Raises LedgerError if the ledger cannot be written.
        """
        self.once = once
        self._begin()
        while not self.stopped:
            now = self.clock()
            self._start(now)
            if len(self.articles) >= BATCH:
                self._read()
            done = self.hands.take(0)
            if done is not None:
                self._take(done)
            elif self.articles:
                self._read()  # nothing has come just now: a good time to read
            elif once and not self.hands.busy() and not self._comes_soon(now):
                break
            else:
                done = self.hands.take(self._wait(now))
                if done is not None:
                    self._take(done)
        self._read()
        return self.tally

    def _read(self) -> None:
        now = self.clock()
        for name, due in self.articles.read_batch(now):
            self._wake(name, due)

    def _begin(self) -> None:
        now = self.clock()
        for url in self.feeds:
            feed = self.ledger.watching.feed(url) or Feed(url)
            if feed.state == "gone":
                self.tally.problems[url] = "The feed is gone (410); take it out of the list."
                continue
            due = parsed(feed.due_at)
            # A run by the clock of somebody else (cron) asks now, except feeds that fail or asked for rest.
            ask_now = due is None or (self.once and feed.tries == 0)
            heapq.heappush(
                self._polls, (now if due is None or ask_now else min(due, now + LONGEST_POLL), url)
            )
        for host in self.ledger.watching.hosts_due():
            self._wake(host, now)

    def _wake(self, name: str, due: datetime) -> None:
        """There are, or will be, entries to fetch from a host."""
        host = self.hosts[name]
        host.look_at = due if host.look_at is None else min(host.look_at, due)
        self.hosts.plan(host, self.clock())

    def _comes_soon(self, now: datetime) -> bool:
        turn = self.hosts.next_turn()
        return any(
            at is not None and at <= now + PATIENCE for at in (turn, *(at for at, _ in self._polls[:1]))
        )

    def _wait(self, now: datetime) -> float:
        times = [at for at in (self.hosts.next_turn(), *(at for at, _ in self._polls[:1])) if at]
        if not self.hands.room():
            return LONGEST_WAIT
        return min(
            LONGEST_WAIT, max(0.001, min(((at - now).total_seconds() for at in times), default=LONGEST_WAIT))
        )

    # What is fetched next

    def _start(self, now: datetime) -> None:
        while self._polls and self._polls[0][0] <= now:
            _, url = heapq.heappop(self._polls)
            self._queue_feed(url, now)
        ready = self.hosts.ready(now)
        while self.hands.room() and (host := next(ready, None)):
            task = self._next_task(host, now)
            if task is None:
                self.hosts.plan(host, now)
            else:
                host.busy = True
                self.hands.give(task)

    def _queue_feed(self, url: str, now: datetime, depth: int = 0) -> None:
        feed = self.ledger.watching.feed(url) or Feed(url)
        try:
            name = host_of(url)
        except FetchRefused as error:
            self._feed_failed(feed, error, now)
            return
        question = Question(url, self.settings.agent, feed.etag, feed.modified)
        host = self.hosts[name]
        host.tasks.append(Task("feed", name, question, url, depth=depth))
        self.hosts.plan(host, now)

    def _next_task(self, host: Host, now: datetime) -> Task | None:
        for task in self._waiting(host, now):
            # A person gave the address of a feed; what machines find is asked of robots.txt.
            if task.kind == "feed" and not task.depth:
                return task
            if not host.knows_rules(now):
                host.tasks.appendleft(task)
                url = robots_of(host.kept.host)
                return Task("robots", host.kept.host, Question(url, self.settings.agent), url)
            if host.allows(task.question.url):
                return task
            self._forbidden(task, now)
        return None

    def _waiting(self, host: Host, now: datetime) -> Iterator[Task]:
        while True:
            if host.tasks:
                yield host.tasks.popleft()
                continue
            if not host.items:
                self._refill(host, now)
            if not host.items:
                return
            item = host.items.popleft()
            self.articles.away.add(item.url)
            yield Task("page", host.kept.host, self._question(item, item.url), item.url, item)

    def _question(self, item: FeedItem, url: str) -> Question:
        """An article at an address; what its server said of it last is told to that server only."""
        known = item.report_url is not None and same_site(item.report_url, url)
        return Question(
            url,
            self.settings.agent,
            item.etag if known else None,
            item.modified if known else None,
            leave_site=False,
        )

    def _refill(self, host: Host, now: datetime) -> None:
        """Take the next entries of a host from the ledger; those that are under way are still due there."""
        if host.look_at is None or host.look_at > now:
            return
        limit = LOADED + len(self.articles.away)
        rows = self.ledger.watching.due(host.kept.host, limit)
        fresh = [row for row in rows if row.url not in self.articles.away]
        late = iso(now)
        host.items.extend(row for row in fresh if (row.due_at or "") <= late)
        later = [row.due_at for row in fresh if (row.due_at or "") > late]
        host.look_at = parsed(later[0]) if later else (now if len(rows) == limit else None)

    def _forbidden(self, task: Task, now: datetime) -> None:
        error = FetchRefused("The host's robots.txt asks programs not to fetch it; read it in a browser.")
        if task.item is not None:
            self.articles.leave(task.item, error, now)
        else:
            self._feed_failed(Feed(task.name), error, now)

    # What became of it

    def _take(self, done: Done) -> None:
        now = self.clock()
        host = self.hosts[done.task.host]
        host.busy = False
        host.free_at = now + host.pause(self.settings.delay)
        self._rest(host, done, now)
        if done.task.kind == "robots":
            self._robots(host, done, now)
        elif done.task.kind == "feed":
            self._feed(done, now)
        else:
            self._page(host, done, now)
        self.hosts.plan(host, now)

    def _rest(self, host: Host, done: Done, now: datetime) -> None:
        """Leave a host alone that asks for it or does not answer; kept, so that the next run does too."""
        status = done.answer.status if done.answer else 0
        asked = rest_asked(done.answer.retry_after, now) if done.answer and status != 200 else timedelta(0)
        failing = isinstance(done.error, FetchFailed) or status in (429, 503)
        if done.task.kind == "robots" and status in MAY_PASS:
            failing = True
        if not failing:
            if host.kept.tries:
                host.kept = replace(host.kept, tries=0, free_at=None)
                self.ledger.watching.keep_host(host.kept)
            return
        tries = host.kept.tries + 1
        host.free_at = now + (asked or rest_after(tries))
        host.kept = replace(host.kept, tries=tries, free_at=iso(host.free_at))
        self.ledger.watching.keep_host(host.kept)

    def _robots(self, host: Host, done: Done, now: datetime) -> None:
        answer = done.answer
        if isinstance(done.error, FetchFailed) or (answer and answer.status in MAY_PASS):
            error = done.error if isinstance(done.error, FetchFailed) else refusal(answer or Answer("", 0))
            reason = f"{error} No page of this host is fetched before its robots.txt is known."
            self.ledger.fail({done.task.name: (type(error).__name__, reason)})
            self.articles.problem(done.task.name, reason)
            return
        text = (
            answer.content[:MOST_ROBOTS].decode("utf-8", "replace") if answer and answer.status == 200 else ""
        )
        host.learn(text, now)
        host.kept = replace(host.kept, robots=text, robots_at=iso(now), tries=0, free_at=None)
        self.ledger.watching.keep_host(host.kept)

    def _page(self, host: Host, done: Done, now: datetime) -> None:
        task = done.task
        if task.item is None:
            return
        if done.answer is not None and done.answer.location:
            self._hop(task, done.answer.location, now)
            return
        rest = max((host.free_at or now) - now, timedelta(0))
        due = self.articles.take(task.item, done, now, rest)
        if due is not None:
            self._wake(task.item.host, due)

    def _hop(self, task: Task, location: str, now: datetime) -> None:
        """A redirect to another host: it has its own turn, and its own robots.txt."""
        assert task.item is not None
        try:
            name = host_of(location)
            if task.hops >= MOST_HOPS:
                raise FetchRefused("More than 5 hosts lead from one to the next.")
        except FetchRefused as error:
            self.articles.take(task.item, Done(task, error=error), now, timedelta(0))
            return
        host = self.hosts[name]
        question = self._question(task.item, location)
        host.tasks.append(Task("page", name, question, task.name, task.item, task.hops + 1))
        self.hosts.plan(host, now)

    def _feed(self, done: Done, now: datetime) -> None:
        feed = self.ledger.watching.feed(done.task.name) or Feed(done.task.name)
        answer, error = done.answer, done.error
        if answer is not None and answer.status == 304 and (feed.etag or feed.modified):
            self._feed_done(replace(feed, tries=0), done.task, now)
            return
        if answer is not None and answer.status == 200:
            try:
                content = parse_feed(answer.content, answer.url)
                self._take_entries(feed, content, done, now)
            except SkipReport as unread:
                error = unread
            else:
                return
        if error is None:
            error = refusal(answer or Answer(done.task.name, 0))
        self._feed_failed(feed, error, now, answer)

    def _take_entries(self, feed: Feed, content: FeedContent, done: Done, now: datetime) -> None:
        assert done.answer is not None
        found = addressed(content, now)
        watching = self.ledger.watching
        known = watching.items(
            [*(url for url, _ in found.entries), *(entry.link for entry, _ in found.refused)]
        )
        feed = replace(feed, title=content.title or feed.title, tries=0)
        if content.maps:
            self._queue_maps(content, done.task, now)
        else:
            # A list of sitemaps is always read whole: its parts are asked by what it says of them.
            feed = replace(feed, etag=done.answer.etag, modified=done.answer.modified)
        kept = to_keep(feed, found, known, watching.entries(feed.url, found.ids_to_ask(known)), now)
        pause = timedelta(minutes=content.minutes or 0)
        self._feed_done(feed, done.task, now, kept, pause)
        self._refuse(feed, found, known, now)
        self.tally.entries += sum(item.url not in known for item in kept)
        for name in {item.host for item in kept}:
            self._wake(name, min(parsed(item.due_at) or now for item in kept if item.host == name))

    def _refuse(self, feed: Feed, found: Found, known: dict[str, FeedItem], now: datetime) -> None:
        for entry, error in found.refused:
            if entry.link not in known:
                self.articles.refuse(feed, entry, error, now)

    def _queue_maps(self, content: FeedContent, task: Task, now: datetime) -> None:
        if task.depth >= MOST_DEPTH:
            return
        feeds = {url: self.ledger.watching.feed(url) for url, _ in content.maps}
        checked = {url: feed.checked_at if feed else None for url, feed in feeds.items()}
        for url in maps_to_ask(content, checked, now):
            self._queue_feed(url, now, task.depth + 1)

    def _feed_done(
        self,
        feed: Feed,
        task: Task,
        now: datetime,
        items: Sequence[FeedItem] = (),
        pause: timedelta = timedelta(0),
    ) -> None:
        due = now + min(max(self.settings.every, pause), LONGEST_POLL)
        feed = replace(feed, checked_at=iso(now), due_at=iso(due))
        self.ledger.watching.keep_feed(feed, items)
        self.tally.feeds += 1
        if not task.depth and not self.once:
            heapq.heappush(self._polls, (due, feed.url))

    def _feed_failed(self, feed: Feed, error: Exception, now: datetime, answer: Answer | None = None) -> None:
        gone = answer is not None and answer.status == 410
        tries = feed.tries + 1
        asked = rest_asked(answer.retry_after, now) if answer else timedelta(0)
        due = now + max(asked, rest_after(tries + 1, self.settings.every, LONGEST_POLL))
        state = replace(
            feed, tries=tries, checked_at=iso(now), due_at=iso(due), state="gone" if gone else "watched"
        )
        self.ledger.watching.keep_feed(state)
        reason = str(error) if isinstance(error, SkipReport) else f"a bug in onrecord ({error!r})"
        if gone:
            reason = "The feed is gone (410) and is not asked again; take it out of the list."
        self.ledger.fail({feed.url: (type(error).__name__, reason)})
        self.articles.problem(feed.url, reason)
        self.tally.failed += 1
        if feed.url in self.feeds and not gone and not self.once:
            heapq.heappush(self._polls, (due, feed.url))

"""`onrecord watch`: feeds into a ledger, for as long as it runs or once."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord import __version__
from onrecord.cli.options import INTO, AllowPrivate, MinConfidence, Yardsticks
from onrecord.errors import UsageError

if TYPE_CHECKING:
    from onrecord.watch import Settings, Tally, Watcher

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
LEAST_EVERY = timedelta(minutes=1)


def watch(
    feeds: Annotated[
        list[str],
        typer.Argument(
            help="Addresses of feeds (RSS, Atom, JSON Feed, sitemaps of news), and OPML files that list some.",
            metavar="FEEDS",
        ),
    ],
    into: Annotated[str, INTO],
    once: Annotated[
        bool, typer.Option("--once", help="Ask every feed once, read what is new, and end: for cron.")
    ] = False,
    every: Annotated[
        str, typer.Option(metavar="TIME", help="How often a feed is asked: 90s, 15m, 2h, 1d.")
    ] = "15m",
    delay: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="How long a host is left alone between two pages; its robots.txt can ask for more.",
        ),
    ] = "2s",
    recheck: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="For how long an article is asked for again, to see corrections: after an hour, then ever rarer.",
            show_default="only when its feed says that it changed",
        ),
    ] = None,
    contact: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="An address or page told to the servers, so that they can reach you."
        ),
    ] = None,
    min_confidence: MinConfidence = 0.0,
    yardsticks: Yardsticks = None,
    allow_private: AllowPrivate = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No news of corrections and no summary.")
    ] = False,
) -> None:
    """Watch feeds: read each article they name into a ledger, once, and its corrections as new versions.

    Runs until it is interrupted (Ctrl-C or a polite kill); what it has to remember is in the ledger, so that it can
    be killed at any time and started again. What fails stops nothing and is listed by `onrecord failures LEDGER`.
    """
    from functools import partial

    from onrecord.batch import readers
    from onrecord.batch.guard import Guard
    from onrecord.cli.terminal import console, one_line
    from onrecord.ledger import open_ledger
    from onrecord.pages.door import utc_now
    from onrecord.pages.gate import GatedTransport
    from onrecord.pages.network import ask
    from onrecord.watch import Articles, Threads, Watcher

    reading = readers.Settings(least=min_confidence, yardsticks=yardsticks)
    settings = _settings(every, delay, recheck, contact, reading.made_with)
    addresses = _addresses(feeds)
    errors = console(stderr=True)

    def tell(line: str) -> None:
        if not quiet:
            errors.print(one_line(line) if not line.startswith("  ") else "  " + one_line(line))

    # The reader is behind bounds: a page that takes too much time or memory is a failure like others.
    with open_ledger(into, mode="create") as ledger, Guard(reading) as guard:
        articles = Articles(ledger, guard.reader.parse, guard.reader.read, settings, tell)
        hands = Threads(partial(ask, GatedTransport(allow_private=allow_private)))
        watcher = Watcher(addresses, hands, utc_now, articles)
        with _stopping(watcher):
            tally = watcher.run(once=once)
    if not quiet:
        for line in _summary(tally):
            errors.print(line)
    raise typer.Exit(1 if tally.failed else 0)


def _settings(every: str, delay: str, recheck: str | None, contact: str | None, made_with: str) -> Settings:
    from onrecord.watch import Settings

    if contact is not None and not re.fullmatch(r"[\x21-\x7e ]{1,200}", contact):
        raise UsageError(
            "--contact takes one line of plain ASCII, such as a mail address or a page's address."
        )
    agent = (
        f"onrecord/{__version__} (reads the articles that news feeds name{f'; {contact}' if contact else ''})"
    )
    return Settings(
        agent,
        every=max(duration(every, "--every"), LEAST_EVERY),
        delay=duration(delay, "--delay"),
        recheck=duration(recheck, "--recheck") if recheck else timedelta(0),
        made_with=made_with,
    )


def duration(given: str, option: str) -> timedelta:
    """A length of time such as `15m`. Raises UsageError if it is none."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", given.strip())
    if not match:
        raise UsageError(
            f"{option} {given!r} is no length of time. Write a number and s, m, h or d: 90s, 15m, 2h, 1d."
        )
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _addresses(feeds: Sequence[str]) -> list[str]:
    from onrecord.pages.network import is_address
    from onrecord.watch import feeds_in

    return [url for given in feeds for url in ([given] if is_address(given) else feeds_in(Path(given)))]


@contextmanager
def _stopping(watcher: Watcher) -> Iterator[None]:
    """SIGINT and SIGTERM end the watcher's run in an orderly way, a second one at once."""

    def stop(number: int, frame: object) -> None:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        watcher.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _summary(tally: Tally) -> Iterator[str]:
    from onrecord.cli.terminal import one_line

    yield (
        f"{tally.feeds:,} feeds read, {tally.entries:,} entries not seen before, {tally.fetched:,} pages asked for."
    )
    yield (
        f"Ledger: {tally.new:,} new, {tally.corrected:,} new version, {tally.unchanged:,} unchanged; "
        f"{tally.failed:,} failed, {tally.left:,} left because of robots.txt."
    )
    for source, reason in tally.problems.items():
        yield f"  {one_line(source)}: {one_line(reason)}"
    if tally.failed > len(tally.problems):
        yield "  … onrecord failures LEDGER lists all"

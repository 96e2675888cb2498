"""onrecord: who said what, on whose word, when, how surely, and who says otherwise.

import onrecord
from pathlib import Path

reading = onrecord.read(Path("report.html"))
for attribution in reading.attributions:
    print(reading.report.at(attribution.source), "|", reading.report.at(attribution.content))

readings = list(onrecord.read_many([Path("reports/")]))
comparison = onrecord.compare(readings)

with onrecord.open_ledger("ledger.db", mode="create") as ledger:
    ledger.add(readings)
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from onrecord.ledger import open_ledger

if TYPE_CHECKING:
    from onrecord.batch.engines import Engine
    from onrecord.batch.reading import Skipped
    from onrecord.families import Comparison
    from onrecord.model import Page, Reading, Report
    from onrecord.pages import Failure
    from onrecord.pipeline import Pipeline

__version__ = "0.1.0"

_HTML = ("<!doctype html", "<html")

__all__ = ["__version__", "compare", "open_ledger", "read", "read_many"]


def read(report: str | Path | Report, *, published: str | None = None) -> Reading:
    """Read one report: the text or the HTML of one, a file with one, or a report made elsewhere.

    A string is never a path: one that begins as HTML does (`<!doctype html`, `<html`) is a page, any other the text
    itself. `published` is the day (YYYY-MM-DD) that dates such as "Monday" are counted from; given, it is used and not
    guessed again, whatever date the page itself shows. The models are loaded by the first call and kept.

    Raises SkipReport if the page cannot be read, UsageError if the file does not hold exactly one report.
    """
    from onrecord.model import Report
    from onrecord.pages import parse

    if isinstance(report, Report):
        made = replace(report, published=published) if published else report
    else:
        made = parse(_page(report), published)
    return _pipeline().read([made])[0]


def log_skip(skipped: Skipped) -> None:
    """What `read_many` does with a report that it cannot read unless told otherwise: log a warning."""
    logging.getLogger("onrecord").warning("skipped %s: %s", skipped.source, skipped.reason)


def read_many(
    inputs: Iterable[str | Path | Page | Report | Failure],
    *,
    published: str | None = None,
    batch: int = 16,
    on_skip: Callable[[Skipped], object] = log_skip,
    engine: Engine | None = None,
) -> Iterator[Reading]:
    """Read many reports, `batch` at a time, in the order given; nothing is read before it is asked for.

    A path is a file, a folder with all under it, or a file of many reports (JSON Lines, Parquet, WARC); a string is
    the text or the HTML of one report; what `onrecord.pages.gather` gives (addresses, feeds) is taken too. Memory holds
    one batch.

    `published` is used for every page without a date in its record, whatever date the page itself shows.

    A report that cannot be read does not end the run: `on_skip` is told its source, the kind of error and the reason;
    by default a warning is logged. What `on_skip` raises ends the run.

    With an `engine`, e.g. `Engine("daft", workers=4)`, other processes do the reading, and all inputs must be paths.
    Raises MissingExtra if it is not installed, UsageError for inputs that are no paths.
    """
    from onrecord.batch.reading import Skipped
    from onrecord.model import Reading

    done = _rows_here(inputs, published, batch) if engine is None else _rows_of(engine, inputs, published)
    for row in done:
        if isinstance(row, Reading):
            yield row
        elif isinstance(row, Skipped):
            on_skip(row)


def _rows_here(
    inputs: Iterable[str | Path | Page | Report | Failure], published: str | None, batch: int
) -> Iterator[object]:
    from onrecord.batch.reading import batches
    from onrecord.pages import parse

    pages = _pages(inputs)
    done = batches(pages, lambda page: parse(page, page.published or published), _pipeline().read, most=batch)
    return (row for rows in done for row in rows)


def _rows_of(
    engine: Engine, inputs: Iterable[str | Path | Page | Report | Failure], published: str | None
) -> Iterator[object]:
    from tempfile import TemporaryDirectory

    from onrecord.batch.readers import Settings
    from onrecord.batch.running import Job, steps
    from onrecord.errors import UsageError

    paths = list(inputs)
    if not all(isinstance(path, Path) for path in paths):
        raise UsageError(
            "An engine reads files and folders: give paths. Texts and addresses are read without one."
        )
    with TemporaryDirectory(prefix="onrecord-") as folder:
        job = Job(list(map(str, paths)), Settings(published), engine, Path(folder) / "shards")
        for step in steps(job):
            yield from step.rows


def compare(readings: Iterable[Reading]) -> Comparison:
    """Follow statements through several reports: renderings, what each changed, denials, who took from whom.

    Where reports have no date their order stands for time. `onrecord.exports.comparison.comparison_to_json` gives
    the comparison as JSON.
    """
    from onrecord.families import compare as compare_readings

    return compare_readings(list(readings))


def _pages(inputs: Iterable[str | Path | Page | Report | Failure]) -> Iterator[Page | Report | Failure]:
    from onrecord.pages import gather

    for given in inputs:
        if isinstance(given, str):
            yield _text_page(given)
        elif isinstance(given, Path):
            yield from gather([str(given)])
        else:
            yield given


def _page(given: str | Path) -> Page:
    from onrecord.errors import UsageError
    from onrecord.model import Page
    from onrecord.pages import gather

    if isinstance(given, str):
        return _text_page(given)
    pages = list(islice(gather([str(given)]), 2))
    if len(pages) != 1:
        raise UsageError(
            f"{given} does not hold exactly one report. Use read_many, or: onrecord read {given} --into LEDGER"
        )
    if isinstance(pages[0], Page):
        return pages[0]
    raise pages[0].reason


def _text_page(text: str) -> Page:
    from onrecord.pages.door import make_page, stamp, utc_now

    kind: Literal["html", "text"] = "html" if text[:1000].lstrip().lower().startswith(_HTML) else "text"
    # What UTF-8 cannot carry (lone surrogates) is no text that a page can have.
    return make_page("-", text.encode("utf-8", "replace"), kind, stamp(utc_now), encoding="utf-8")


@cache
def _pipeline() -> Pipeline:
    from onrecord.pipeline import Pipeline

    return Pipeline.load()

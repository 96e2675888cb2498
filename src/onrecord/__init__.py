"""onrecord: who said what, on whose word, when, how surely, and who says otherwise.

    import onrecord
    from pathlib import Path

    reading = onrecord.read(Path("report.html"))
    for attribution in reading.attributions:
        print(reading.report.at(attribution.source), "|", reading.report.at(attribution.content))

    with onrecord.open_ledger("ledger.db", mode="create") as ledger:
        ledger.add([reading])

To read many reports, load `onrecord.pipeline.Pipeline` once and give it batches.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.ledger import open_ledger

if TYPE_CHECKING:
    from onrecord.model import Page, Reading, Report
    from onrecord.pipeline import Pipeline

__version__ = "0.1.0"

__all__ = ["__version__", "open_ledger", "read"]


def read(report: str | Path | Report, *, published: str | None = None) -> Reading:
    """Read one report: the text of one, a file with one, or a report made elsewhere.

    A string is always the text itself. `published` is the day (YYYY-MM-DD) that dates such as "Monday" are
    counted from, used where the page brings none. The models are loaded by the first call and kept.

    Raises SkipReport if the page cannot be read, UsageError if the file does not hold exactly one report.
    """
    from onrecord.model import Report
    from onrecord.pages import parse

    made = report if isinstance(report, Report) else parse(_page(report), published)
    return _pipeline().read([made])[0]


def _page(given: str | Path) -> Page:
    from onrecord.errors import UsageError
    from onrecord.model import Page
    from onrecord.pages import gather
    from onrecord.pages.door import make_page, stamp, utc_now

    if isinstance(given, str):
        # What UTF-8 cannot carry (lone surrogates) is no text that a page can have.
        return make_page("-", given.encode("utf-8", "replace"), "text", stamp(utc_now), encoding="utf-8")
    pages = [page for page, _ in zip(gather([str(given)]), range(2), strict=False)]
    if len(pages) != 1:
        raise UsageError(
            f"{given} does not hold exactly one report. Read many with: onrecord read {given} --into LEDGER"
        )
    if isinstance(pages[0], Page):
        return pages[0]
    raise pages[0].reason


@cache
def _pipeline() -> Pipeline:
    from onrecord.pipeline import Pipeline

    return Pipeline.load()

"""A reader that costs next to nothing, in any process, and reports that are hard on it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from onrecord.batch.readers import Reader, Settings
from onrecord.errors import BrokenModel
from onrecord.model import Block, Page, Reading, Report
from onrecord.pages import report_id
from tests.cli.conftest import simple_reading


def load(settings: Settings) -> Reader:
    """`simple_reading`; a report with `SLEEP` takes long, one with `HUNGRY` much memory, `POISON` breaks it.

    Writes a line into the file that the variable CHEAP_LOADED names.
    """
    if "CHEAP_LOADED" in os.environ:
        with Path(os.environ["CHEAP_LOADED"]).open("a") as file:
            file.write("loaded\n")
    return Reader(parse, read)


def load_nothing(settings: Settings) -> Reader:
    """Cannot load."""
    raise BrokenModel("There are no weights.")


def die(settings: Settings) -> Reader:
    """Ends its process."""
    os._exit(3)


def parse(page: Page) -> Report:
    """The text as it is, one block."""
    text = page.content.decode()
    return Report(
        id=report_id(page),
        source=page.source,
        text=text,
        blocks=(Block(0, len(text), "body"),),
        sha256=page.sha256,
        url=page.url,
        published=page.published,
        language="en",
        fetched=page.fetched,
    )


def read(reports: Sequence[Report]) -> list[Reading]:
    """One reading for each report."""
    return [_read(report) for report in reports]


def _read(report: Report) -> Reading:
    if "SLEEP" in report.text:
        time.sleep(60)
    if "HUNGRY" in report.text:
        bytearray(2**40)
    return simple_reading(report)

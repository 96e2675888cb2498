"""A small invented family of reports, read once with the real stages."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from onrecord.model import Page, Reading, Report
from onrecord.pages import parse
from onrecord.pipeline import Pipeline

CASES = Path(__file__).parent / "cases"
DATES = {"a": "2025-03-03", "b": "2025-03-04", "c": "2025-03-05", "d": "2025-03-06"}


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of a file."""
    found: list[dict[str, Any]] = tomllib.loads((CASES / name).read_text(encoding="utf-8"))["case"]
    return found


def report(text: str, source: str = "text.txt", published: str | None = None) -> Report:
    """A plain-text report."""
    return parse(Page(source, text.encode(), source, "text", published=published, encoding="utf-8"))


@cache
def pipeline() -> Pipeline:
    """The stages, loaded once."""
    return Pipeline.load()


@cache
def ferry() -> tuple[Reading, ...]:
    """The ferry family: a notice, a wire report, a tabloid and a copy of the wire report under another headline."""
    texts = [
        (f"{k}.txt", (CASES / "ferry" / f"{k}.txt").read_text(encoding="utf-8"), day)
        for k, day in DATES.items()
    ]
    return tuple(pipeline().read([report(text, name, day) for name, text, day in texts]))

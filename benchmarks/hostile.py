"""How time and memory grow with hostile texts: `python -m benchmarks.hostile [--parse MB ...] [--read KB ...]`.

Taking pages apart is measured up to the bound on a page (32 MiB) and past it, where pages are refused; the whole
reading, which costs a hundred times as much a character, at lengths whose time can be waited for. What is told is the
time a megabyte: where it grows with the length, something is worse than linear.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from onrecord.errors import SkipReport
from onrecord.model import Report
from onrecord.pages import parse
from onrecord.pages.door import MOST_BYTES, make_page
from onrecord.pipeline import Pipeline
from tests.hostile.texts import TEXTS

WHEN = "2026-03-04T00:00:00+00:00"


def html(text: str) -> str:
    """The text as a page, its lines as paragraphs."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        "<html><body><h1>Dam</h1>"
        + "".join(f"<p>{line}</p>" for line in escaped.split("\n"))
        + "</body></html>"
    )


def parsed(content: str, kind: str) -> Report | None:
    """The report of a text or page, None if it is refused."""
    data = content.encode("utf-8", "replace")
    if len(data) > MOST_BYTES:
        return None  # what the doors do before a page is made of it
    page = make_page("x", data, "html" if kind == "html" else "text", WHEN, encoding="utf-8")
    try:
        return parse(page)
    except SkipReport:
        return None


def seconds(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    began = time.process_time()
    work()
    return time.process_time() - began


def memory() -> float:
    """The most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def row(name: str, sizes: list[float], times: list[float]) -> None:
    """Print the times a megabyte, and how much more a megabyte costs in the longest than in the shortest text."""
    each = [took / size for took, size in zip(times, sizes, strict=True)]
    grows = each[-1] / max(each[0], 1e-9)
    shown = "  ".join(f"{value:9.3f}" for value in each)
    print(f"{name:32} {shown}  x{grows:.2f}  {memory():6.0f} MiB", flush=True)


def main() -> None:
    """Measure."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.hostile")
    arguments.add_argument("--parse", type=float, nargs="*", default=[1, 10, 30], help="megabytes")
    arguments.add_argument("--read", type=float, nargs="*", default=[25, 100, 400], help="kilobytes")
    arguments.add_argument("--only", nargs="*", default=list(TEXTS), help="names of texts")
    given = arguments.parse_args()
    for kind in ("text", "html"):
        print(f"Parsing {kind}, processor seconds a megabyte at {given.parse} MB")
        for name in given.only if given.parse else []:
            texts = [TEXTS[name](int(size * 1e6)) for size in given.parse]
            made = texts if kind == "text" else [html(text) for text in texts]
            times = [seconds(partial(parsed, content, kind)) for content in made]
            row(name, given.parse, times)
    if not given.read:
        return
    pipeline = Pipeline.load()
    print(f"Reading, processor seconds a megabyte at {given.read} kB")
    for name in given.only:
        reports = [parsed(TEXTS[name](int(size * 1e3)), "text") for size in given.read]
        english = [replace(report, language="en") if report else None for report in reports]
        times = [seconds(partial(pipeline.read, [report])) if report else 0.0 for report in english]
        row(name, [size / 1000 for size in given.read], times)


if __name__ == "__main__":
    main()

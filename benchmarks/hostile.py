"""How time and memory grow with hostile texts: `python -m benchmarks.hostile [--parse MB ...] [--read KB ...]`.

Taking pages apart is measured up to the bound on a page; the whole reading, which costs fifty times as much a
character, at lengths whose time can be waited for. What is told is the time a megabyte: where it grows with the
length, something is worse than linear. Each measurement has a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import shlex
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Literal

from evaluation.results import record
from onrecord.errors import SkipReport
from onrecord.model import Report
from onrecord.pages import parse
from onrecord.pages.door import MOST_BYTES, make_page
from onrecord.pipeline import Pipeline
from tests.hostile.texts import TEXTS

WHEN = "2026-03-04T00:00:00+00:00"
Kind = Literal["text", "html", "reading"]
Cost = tuple[float, float]
"""Seconds of processor time, and the most memory that the process has had, in MiB."""


def html(text: str) -> str:
    """The text as a page, its lines as paragraphs."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        "<html><body><article><h1>Dam</h1>"
        + "".join(f"<p>{line}</p>" for line in escaped.split("\n") if line)
        + "</article></body></html>"
    )


def scripted(size: int) -> str:
    """A page of which nearly all is a script's data, a picture and an article's text said again for machines."""
    third = size // 3
    text = "The ministry said on Monday that the dam would hold. "
    data = json.dumps([{"id": n, "text": text} for n in range(third // (len(text) + 30))])
    said = json.dumps({"@type": "NewsArticle", "headline": "Dam", "articleBody": text * (third // len(text))})
    return (
        f'<html><head><script type="application/ld+json">{said}</script><script>window.state = {data}</script></head>'
        + html(TEXTS["paragraphs, none like another"](20_000))
        .removeprefix("<html>")
        .removesuffix("</body></html>")
        + f'<img src="data:image/png;base64,{"iVBORw0KGgo" * (third // 11)}"></body></html>'
    )


PAGES: dict[str, Callable[[int], str]] = {"scripts, data and pictures": scripted}
"""What is no text but a page of its own kind."""


def parsed(content: str, kind: Literal["text", "html"]) -> Report | None:
    """The report of a text or page, None if it is refused."""
    data = content.encode("utf-8", "replace")
    if len(data) > MOST_BYTES:
        return None  # what the doors do before a page is made of it
    page = make_page("x", data, kind, WHEN, encoding="utf-8")
    try:
        return parse(page)
    except SkipReport:
        return None


def cost(name: str, size: int, kind: Kind) -> Cost | None:
    """What one text of so many characters costs, in a process of its own; None if it is refused."""
    if kind == "reading":
        report = parsed(TEXTS[name](size), "text")
        pipeline = Pipeline.load()
        began = time.process_time()
        done = report and pipeline.read([replace(report, language="en")])
    else:
        if name in PAGES:
            content = PAGES[name](size)
        else:
            content = TEXTS[name](size) if kind == "text" else html(TEXTS[name](size))
        began = time.process_time()
        done = parsed(content, kind)
    took = time.process_time() - began
    return (took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024) if done else None


def measured(name: str, sizes: list[float], kind: Kind) -> dict[str, Cost | None]:
    """What a text costs at each size, in megabytes, and how much more a megabyte costs in the longest."""
    processes = multiprocessing.get_context("spawn")
    found: dict[str, Cost | None] = {}
    for size in sizes:
        with ProcessPoolExecutor(1, mp_context=processes) as pool:
            found[f"{size:g} MB"] = pool.submit(cost, name, int(size * 1e6), kind).result()
    each = [row[0] / size if row else None for row, size in zip(found.values(), sizes, strict=True)]
    shown = "  ".join("  refused" if value is None else f"{value:9.3f}" for value in each)
    memory = "  ".join("" if row is None else f"{row[1]:6.0f}" for row in found.values())
    read = [value for value in each if value]
    grows = f"x{read[-1] / read[0]:.2f}" if read else ""
    print(f"{name:32} {shown}  {grows:6}  {memory} MiB", flush=True)
    return found


def main() -> None:
    """Measure."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.hostile")
    arguments.add_argument("--parse", type=float, nargs="*", default=[1, 10, 50], help="megabytes")
    arguments.add_argument("--read", type=float, nargs="*", default=[25, 100, 400], help="kilobytes")
    arguments.add_argument("--only", nargs="*", default=[*TEXTS, *PAGES], help="names of texts")
    arguments.add_argument("--record", action="store_true", help="write to evaluation/results.json")
    given = arguments.parse_args()
    sizes: dict[Kind, list[float]] = {"text": given.parse, "html": given.parse}
    sizes["reading"] = [size / 1000 for size in given.read]
    scores: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for kind, of_kind in sizes.items():
        if of_kind:
            print(f"{kind}: processor seconds a megabyte, and memory, at {of_kind} MB")
            names = [name for name in given.only if kind == "html" or name not in PAGES]
            scores[kind] = {name: _named(measured(name, of_kind, kind)) for name in names}
    if given.record:
        command = f"python -m benchmarks.hostile {shlex.join(sys.argv[1:])}"
        record("hostile texts", scores, command=command, data_sha256="")


def _named(costs: dict[str, Cost | None]) -> dict[str, dict[str, float]]:
    return {
        size: {"CPU seconds": round(row[0], 2), "memory, MB": round(row[1] * 1.048576)}
        for size, row in costs.items()
        if row
    }


if __name__ == "__main__":
    main()

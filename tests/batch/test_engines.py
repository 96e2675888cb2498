"""Every engine makes the same shards of the same inputs, and the same ledger comes of them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pyarrow", reason="the extra onrecord[batch] is not installed")
pytest.importorskip("fastwarc", reason="the extra onrecord[batch] is not installed")

from benchmarks.articles import articles, write_jsonl, write_warc
from onrecord.batch import manifest, shards
from onrecord.batch.daft_engine import in_order
from onrecord.batch.engines import Engine, make_shards
from onrecord.batch.readers import Settings
from onrecord.batch.reading import Skipped
from onrecord.batch.running import Job, steps
from onrecord.batch.shards import Made
from onrecord.cli.run import Run
from onrecord.errors import StopRun, UsageError
from onrecord.ledger import open_ledger
from onrecord.model import Reading
from tests.batch.killing import THEN
from tests.batch.shard import SETTINGS
from tests.batch.test_resume import rows

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive, lines and files; one record is broken, one breaks the reader."""
    folder = tmp_path_factory.mktemp("corpus") / "corpus"
    folder.mkdir()
    write_warc(folder / "a.warc.gz", articles(700))
    write_jsonl(
        folder / "b.jsonl", ({"text": f"Number {n}\n\nAnn Ode said {n} is {n}.\n"} for n in range(600))
    )
    with (folder / "b.jsonl").open("a") as file:
        file.write('{"text": "POISON"}\n{broken\n')
    return folder


def here(corpus: Path, out: Path) -> list[Any]:
    manifest.begin(out, [str(corpus)], SETTINGS.made_with)
    return list(make_shards([str(corpus)], out, SETTINGS, Engine(guarded=False)))


@pytest.fixture(scope="module")
def plain(corpus: Path) -> Path:
    """The shards that the plain engine makes, by which the others are measured."""
    out = corpus.parent / "plain"
    here(corpus, out)
    return out


def read(out: Path) -> list[Any]:
    found = [row for path in manifest.readings(out) for part in shards.rows(path) for row in part]
    return [without_clock(row) for row in found]


def without_clock(row: Reading | Skipped) -> Any:
    from onrecord.exports import jsonl

    if isinstance(row, Skipped):
        return row
    record = jsonl.to_json(row)
    record["report"]["fetched"] = None
    return record


def taken_in(out: Path, ledger: Path) -> None:
    with open_ledger(ledger, mode="create", clock=lambda: THEN) as book:
        run = Run(book, "none", "", time.monotonic)
        for step in steps(Job([str(out)], Settings(), Engine()), book.progress):
            run.take(step)


@pytest.mark.parametrize("engine", ["daft", "ray"])
def test_engines_agree(corpus: Path, plain: Path, tmp_path: Path, engine: str) -> None:
    if find_spec(engine) is None or find_spec("daft") is None:
        pytest.skip(f"the extra onrecord[{'ray' if engine == 'ray' else 'batch'}] is not installed")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "tests.batch.shard", str(corpus), str(out), engine, "2"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)
    if engine == "ray" and "does not answer" in done.stderr:
        pytest.skip(f"Ray cannot be started here: {done.stderr.splitlines()[-1][:300]}")
    assert done.returncode == 0, done.stderr
    assert manifest.load(out).shards == manifest.load(plain).shards
    assert len(manifest.load(out).shards or ()) == 4
    assert read(out) == read(plain)
    ledgers = [tmp_path / f"{n}.db" for n in range(2)]
    for folder, ledger in zip((plain, out), ledgers, strict=True):
        taken_in(folder, ledger)
    one, two = map(rows, ledgers)
    assert len(one["reports"]) == 1300 and len(one["failures"]) == 2
    differ = {name for name in one if one[name] != two[name]}
    assert differ <= {"versions"}, "they hold when lines were read"


@given(st.randoms(use_true_random=False), st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_shards_come_in_the_order_of_the_inputs(chance: Random, sizes: list[int]) -> None:
    answers = [
        json.dumps({"place": [g, n], "last": n == size - 1, "made": asdict(Made(f"{g}.{n}", "", ""))})
        for g, size in enumerate(sizes)
        for n in range(size)
    ]
    chance.shuffle(answers)
    expected = [f"{g}.{n}" for g, size in enumerate(sizes) for n in range(size)]
    assert [made.name for made in in_order(answers)] == expected
    with pytest.raises(StopRun, match="no disk"):
        list(in_order([json.dumps({"stop": "no disk"}), *answers]))


def test_a_rerun_makes_what_is_missing_and_only_that(corpus: Path, plain: Path) -> None:
    files = sorted((plain / "readings").iterdir())
    before = {path: path.stat().st_mtime_ns for path in files}
    files[1].unlink()
    made = here(corpus, plain)
    assert len(made) == len(files)
    after = {path: path.stat().st_mtime_ns for path in sorted((plain / "readings").iterdir())}
    assert {path for path in after if after[path] != before[path]} == {files[1]}


def test_shards_of_inputs_that_changed_give_way(tmp_path: Path) -> None:
    path, out = tmp_path / "a.jsonl", tmp_path / "out"
    write_jsonl(path, articles(3))
    first = here(path, out)
    write_jsonl(path, articles(4))
    second = here(path, out)
    assert first[0].name != second[0].name
    assert [file.name for file in (out / "readings").iterdir()] == [f"{second[0].name}.parquet"]
    assert [file.name for file in (out / "statements").iterdir()] == [f"{second[0].name}.parquet"]


def test_a_folder_belongs_to_its_inputs(tmp_path: Path) -> None:
    path, out = tmp_path / "a.jsonl", tmp_path / "out"
    write_jsonl(path, articles(1))
    here(path, out)
    with pytest.raises(UsageError, match="other inputs"):
        here(tmp_path / "b.jsonl", out)
    with pytest.raises(UsageError, match="no folder of shards"):
        here(path, tmp_path)
    manifest.begin(out, [str(path)], "", again=True)
    assert list((out).glob("readings/*")) == []
    with pytest.raises(UsageError, match="not finished"):
        manifest.readings(out)


def test_a_damaged_shard_is_named(tmp_path: Path, plain: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(next((plain / "readings").iterdir()).read_bytes()[:-100])
    assert not shards.is_shard(path)
    with pytest.raises(StopRun, match=r"x\.parquet is no whole shard"):
        list(shards.rows(path))


def test_statements_are_in_the_shards_too(plain: Path) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(plain / "statements")
    readings: list[Any] = [row for row in read(plain) if isinstance(row, dict)]
    assert table.num_rows == sum(len(row["attributions"]) for row in readings) == 600
    assert json.loads(pq.read_table(plain / "readings").column("reading")[0].as_py())["report"]["source"]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ({"name": "plain", "workers": 2}, "--engine daft"),
        ({"name": "daft", "address": "auto"}, "--engine ray"),
    ],
)
def test_what_does_not_go_together(made: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        Engine(**made)

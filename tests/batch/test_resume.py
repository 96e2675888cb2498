"""Killed at any moment and run again, a run ends with exactly the rows of one that was left alone."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("fastwarc", reason="the extra onrecord[batch] is not installed")

from benchmarks.articles import response, warcinfo
from onrecord.ledger import Search, open_ledger
from tests.batch.killing import read_into

PLAIN = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8"
REPORTS = 700


def corpus(path: Path) -> Path:
    """An archive of more than one segment; some of its records cannot be read, one is damaged."""
    members = [gzip.compress(warcinfo(), mtime=0)]
    for n in range(REPORTS):
        text = f"Number {n}\n\nAnn Ode{n % 40} said the count is {n}.\n" + ("POISON" if n % 97 == 0 else "")
        members.append(gzip.compress(response(f"https://paper.example/{n}", text.encode(), PLAIN), mtime=0))
    members[400] = members[400][:-30]
    path.write_bytes(b"".join(members))
    return path


def rows(ledger: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables; of the full-text index, which orders its pages as it likes, what it finds."""
    with closing(sqlite3.connect(ledger)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for (name,) in names
            if "_fts" not in name
        }


@pytest.mark.parametrize(("kind", "kills"), [("straight", 50), ("shards", 25)])
def test_killed_at_random_moments_nothing_is_lost_or_doubled(tmp_path: Path, kind: str, kills: int) -> None:
    if kind == "shards":
        pytest.importorskip("pyarrow", reason="the extra onrecord[batch] is not installed")
    archive = corpus(tmp_path / "corpus.warc.gz")
    alone = tmp_path / "alone.db"
    read_into(alone, archive, "straight")
    command = [sys.executable, "-m", "tests.batch.killing", str(tmp_path), kind, str(kills), "7"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["kills"] == kills
    expected = rows(alone)
    assert len(expected["reports"]) == REPORTS - 8 - 1 and len(expected["failures"]) == 9
    for ledger in map(Path, told["ledgers"]):
        found = rows(ledger)
        assert {name for name in expected if found[name] != expected[name]} == set()
        with open_ledger(ledger) as book:
            assert book.search(Search("count")).total == REPORTS - 9

"""What holds for SQLite alone: the file, its schema, its errors, and that nothing half-written stays."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord.errors import LedgerError
from onrecord.ledger import open_ledger, sqlite
from onrecord.ledger.migrate import migrations
from tests.ledger.made import STORY, harbour, span


def test_a_missing_ledger_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"no ledger .*onrecord read PATHS --into"):
        open_ledger(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == [], "looking makes no file"


def test_what_is_no_ledger(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear reader, this is a letter of some length, and no data base at all.\n" * 20)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE birds (name)")
    for path, told in ((letter, "not an SQLite file"), (other, "but no ledger"), (tmp_path, "a folder")):
        for mode in ("read", "change", "create"):
            with pytest.raises(LedgerError, match=told):
                open_ledger(path, mode=mode)
    assert letter.read_text().startswith("Dear reader")


def test_an_address_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="postgresql"):
        open_ledger("postgresql://example/ledger")
    with pytest.raises(LedgerError, match="folder is there"):
        open_ledger(tmp_path / "no" / "such" / "folder.db", mode="create")
    open_ledger(f"sqlite:///{tmp_path / 'by-url.db'}", mode="create").close()
    assert (tmp_path / "by-url.db").exists()


def test_a_newer_ledger_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    open_ledger(path, mode="create").close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO schema_version VALUES (999, '2040-01-01')")
    for mode in ("read", "create"):
        with pytest.raises(LedgerError, match=r"newer onrecord \(schema 999"):
            open_ledger(path, mode=mode)


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = [step.number for step in migrations("sqlite")]
    assert numbers == list(range(1, len(numbers) + 1))


def test_other_programs_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with open_ledger(path, mode="create") as ledger:
        ledger.add([harbour()])
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.db"], "one file to hand on"
    with closing(sqlite3.connect(path)) as connection:
        counts = {
            view: connection.execute(f"SELECT COUNT(*) FROM {view}").fetchone()[0]
            for view in ("statements", "voices", "disputes", "assessments")
        }
        assert counts == {"statements": 4, "voices": 4, "disputes": 1, "assessments": 1}
        query = "SELECT holder, words, low, high, review FROM assessments"
        assert connection.execute(query).fetchone() == ("Mira Oduya", "highly likely", 0.8, 0.9, "machine")
        query = "SELECT claim_by, denial_by, claim FROM disputes"
        assert connection.execute(query).fetchone()[:2] == ("Mira Oduya", "Lindqvist")
        for table in ("attributions", "ledger_voices"):
            # As Datasette looks for the full text of a table (datasette.utils.detect_fts_sql).
            looked = "SELECT name FROM sqlite_master WHERE rootpage = 0 AND sql LIKE ?"
            found = connection.execute(looked, (f'%VIRTUAL TABLE%USING FTS%content="{table}"%',)).fetchall()
            assert found == [(f"{table}_fts",)]
        spans = "SELECT start_char, end_char FROM spans WHERE row_id = 'a3' AND role = 'cue'"
        start, end = connection.execute(spans).fetchone()
        assert harbour().report.text[start:end] == "said on"


def test_datasette_opens_it_as_it_is(tmp_path: Path) -> None:
    pytest.importorskip("datasette", reason="Datasette is not among the project's dependencies")
    path = tmp_path / "ledger.db"
    with open_ledger(path, mode="create") as ledger:
        ledger.add([harbour()])

    def get(address: str) -> list[dict[str, Any]]:
        command = [sys.executable, "-W", "ignore", "-m", "datasette", str(path), "--get", address]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        rows: list[dict[str, Any]] = json.loads(done.stdout)
        return rows

    found = get("/ledger/attributions.json?_search=contain&_shape=array")
    assert [row["row_id"] for row in found] == ["a3"]
    for view, rows in (("statements", 4), ("voices", 4), ("disputes", 1), ("assessments", 1)):
        assert len(get(f"/ledger/{view}.json?_shape=array")) == rows


def test_full_text_stays_in_step_with_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with open_ledger(path, mode="create") as ledger:
        ledger.add([harbour()])
        ledger.add([harbour(title="Another title, so that it is read again")])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO attributions_fts (attributions_fts, rank) VALUES ('integrity-check', 1)"
        )


def test_a_forgotten_text_is_not_in_the_file_any_more(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    secret = harbour(STORY + "\nThe xylophone is hidden.\n", source="secret.txt")
    content = (span(secret.report.text, "xylophone"),)
    told = tuple(replace(a, content=content) for a in secret.attributions or ())
    with open_ledger(path, mode="create") as ledger:
        ledger.add([harbour(), replace(secret, attributions=told)])
    assert b"xylophon" in path.read_bytes()
    with open_ledger(path, mode="change") as ledger:
        ledger.forget("secret.txt", by="Ada", note="a court said so")
    assert b"xylophon" not in path.read_bytes()


def test_a_second_writer_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    path = tmp_path / "ledger.db"
    with open_ledger(path, mode="create") as ledger, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError, match="Another program is writing"):
            ledger.add([harbour()])
        assert ledger.reports() == (), "reading goes on"
        other.rollback()
        assert ledger.add([harbour()])[0].change == "new"


def test_a_new_ledger_waits_for_another_that_is_being_made_at_the_same_place(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")  # as while another program switches the file to its log
        timer = threading.Timer(0.3, other.rollback)
        timer.start()
        try:
            with open_ledger(path, mode="create") as ledger:
                assert ledger.add([harbour()])[0].change == "new"
        finally:
            timer.join()


def test_closing_beside_a_reader_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bringing the log into the file needs readers to be through, and stops writers while it waits for them."""
    monkeypatch.setattr(sqlite, "CLOSING_SECONDS", 0.1)
    path = tmp_path / "ledger.db"
    open_ledger(path, mode="create").close()
    with closing(sqlite3.connect(path)) as reader, open_ledger(path, mode="change") as other:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM reports").fetchone()
        ledger = open_ledger(path, mode="change")
        ledger.add([harbour()])
        began = time.monotonic()
        ledger.close()
        assert time.monotonic() - began < sqlite.BUSY_SECONDS / 2
        assert other.add([harbour(source="b.txt")])[0].change == "new"
    with open_ledger(path) as ledger:
        assert len(ledger.reports()) == 2


WRITER = """
import sys
from onrecord.ledger import open_ledger
from tests.ledger.made import harbour, STORY
with open_ledger(sys.argv[1], mode="create") as ledger:
    print("ready", flush=True)
    for n in range(400):
        ledger.add([harbour(STORY + str(n), source=f"{n}-{m}.txt") for m in range(5)])
"""


def test_killed_while_writing_only_whole_batches_stay(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    for wait in (0.05, 0.3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, env=_env()
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
        assert writer.wait() == -signal.SIGKILL, "it was still writing"
        writer.stdout.close()
    with open_ledger(path) as ledger:
        reports = ledger.reports()
        assert len(reports) % 5 == 0
        assert reports
        assert all(report.statements == 4 and report.voices == 4 for report in reports)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}

"""What holds for PostgreSQL alone: its address, its errors in words, its one writer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.errors import LedgerError, MissingExtra
from onrecord.ledger import Search, open_ledger, postgres
from tests.ledger.made import harbour


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match=r"pip install 'onrecord\[postgres\]'$"):
        open_ledger("postgresql+psycopg://ada@localhost/ledger")


@pytest.mark.parametrize(
    "address", ["postgresql+psycopg://ada:secret@", "postgresql+psycopg://ada:secret@127.0.0.1:1/ledger?connect_timeout=2",
                "postgresql://ada:secret@nowhere.invalid/ledger", "postgresql://ada:secret@[::1/ledger"]
)  # fmt: skip
def test_no_message_shows_a_password(address: str) -> None:
    pytest.importorskip("psycopg", reason="the extra 'postgres' is not installed")
    with pytest.raises(LedgerError) as told:
        open_ledger(address)
    assert "secret" not in str(told.value)
    assert len(str(told.value)) > 30


def test_a_place_without_a_ledger(postgres: str) -> None:
    with pytest.raises(LedgerError, match="is empty"):
        open_ledger(postgres)
    with pytest.raises(LedgerError, match="is empty"):
        open_ledger(postgres, mode="change")


def test_a_database_that_is_something_else(postgres: str) -> None:
    import psycopg

    with psycopg.connect(postgres.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE birds (name text)")
    for mode in ("read", "change", "create"):
        with pytest.raises(LedgerError, match="but no ledger"):
            open_ledger(postgres, mode=mode)


def test_a_database_that_is_not_there(server: str) -> None:
    with pytest.raises(LedgerError, match="no such database"):
        open_ledger(server.replace("/postgres?", "/missing?"))


def test_a_second_writer_is_told_to_wait(emptied: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    monkeypatch.setattr(postgres, "WAIT_SECONDS", 0.1)
    place = emptied()
    with (
        open_ledger(place, mode="change") as ledger,
        psycopg.connect(place.replace("+psycopg", ""), autocommit=True) as other,
    ):
        other.execute(f"SELECT pg_advisory_lock({postgres.ONE_WRITER})")
        with pytest.raises(LedgerError, match="Another program is writing"):
            ledger.add([harbour()])
        assert ledger.reports() == (), "reading goes on"
        other.execute(f"SELECT pg_advisory_unlock({postgres.ONE_WRITER})")
        assert ledger.add([harbour()])[0].change == "new"


def test_without_trigrams_names_are_found_too(emptied: Callable[[], str]) -> None:
    import psycopg

    place = emptied()
    with psycopg.connect(place.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP INDEX IF EXISTS ledger_voices_trigrams")
    with open_ledger(place, mode="change") as ledger:
        ledger.add([harbour()])
        assert ledger.search(Search(voice="ports")).total == 1


def test_views_have_plain_names(emptied: Callable[[], str]) -> None:
    import psycopg

    place = emptied()
    with open_ledger(place, mode="change") as ledger:
        ledger.add([harbour()])
    with psycopg.connect(place.replace("+psycopg", ""), autocommit=True) as connection:
        for view, rows in (("statements", 4), ("voices", 4), ("disputes", 1), ("assessments", 1)):
            found = connection.execute(f"SELECT * FROM {view}").fetchall()
            assert len(found) == rows, view


def test_commands_take_its_address(emptied: Callable[[], str], tmp_path: Path) -> None:
    place = emptied()
    page = tmp_path / "page.txt"
    page.write_text("Harbour closed\n\nThe leak is contained, Mira Oduya said on Monday.\n")

    def run(*words: str) -> str:
        command = [sys.executable, "-W", "error", "-m", "onrecord", *words]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout

    run("read", str(page), "--into", place)
    assert "Oduya" in run("search", place, "contained")


def test_killed_while_writing_only_whole_batches_stay(emptied: Callable[[], str]) -> None:
    place = emptied()
    script = (
        "import sys\nfrom onrecord.ledger import open_ledger\nfrom tests.ledger.made import harbour, STORY\n"
        "with open_ledger(sys.argv[1], mode='create') as ledger:\n"
        "    for n in range(400):\n"
        "        ledger.add([harbour(STORY + str(n), source=f'{n}-{m}.txt') for m in range(5)])\n"
        "        print(n, flush=True)\n"
    )
    root = Path(__file__).parents[2]
    writer = subprocess.Popen([sys.executable, "-c", script, place], stdout=subprocess.PIPE, cwd=root)
    assert writer.stdout is not None
    for _ in range(3):
        writer.stdout.readline()
    writer.kill()
    writer.wait()
    writer.stdout.close()
    with open_ledger(place, mode="change") as ledger:
        kept = ledger.reports()
        assert len(kept) % 5 == 0 and len(kept) >= 15
        assert all(report.statements == 4 and report.voices == 4 for report in kept)
        assert ledger.add([harbour(source="later.txt")])[0].change == "new"


def test_its_reports_can_be_compared_and_forgotten(emptied: Callable[[], str]) -> None:
    from typer.testing import CliRunner

    from onrecord.cli import app

    place = emptied()
    with open_ledger(place, mode="change") as ledger:
        ledger.add([harbour(), harbour(source="other.txt", outlet="Bay Herald")])
    compared = CliRunner().invoke(app, ["compare", place, "--to", "json"])
    assert compared.exit_code == 0, compared.output
    assert CliRunner().invoke(app, ["forget", place, "other.txt", "--yes", "--by", "Ada"]).exit_code == 0
    with open_ledger(place) as ledger:
        assert [row.source for row in ledger.reports()] == ["harbour.txt"]

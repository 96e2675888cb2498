"""A damaged ledger is told from a whole one, and what is whole of it is saved."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from onrecord.cli import app
from onrecord.errors import LedgerError
from onrecord.ledger import Search, open_ledger
from onrecord.ledger.integrity import check, opened
from onrecord.ledger.salvage import AS_THEY_ARE, MADE_ANEW, WITH_CARE, repair
from onrecord.model import Reading
from tests.ledger.made import STORY, harbour

PAGE = 4096
REPORTS = 30


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with versions, reviews, a merge, a split and a failure."""
    path = tmp_path_factory.mktemp("sound") / "ledger.db"
    with open_ledger(path, mode="create") as ledger:
        padding = "It rained. " * 300
        ledger.add([harbour(f"{STORY}{padding}{n}\n", source=f"{n}.txt") for n in range(REPORTS)])
        ledger.add([harbour(STORY + "Later.\n", source=f"{n}.txt") for n in range(3)])
        ledger.review(f"{ledger.report('5.txt').report}.d1", "accepted", by="Ada", note="seen")
        ledger.split_voice("Mira Oduya", report="7.txt", by="Ada")
        ledger.merge_voices("Lindqvist", "Ministry of Ports", by="Ada")
        ledger.fail({"gone.txt": ("TooLarge", "over the bound")})
    return path


def readings(path: Path) -> list[list[Reading]]:
    """All readings of a ledger, of each report by version."""
    with open_ledger(path) as ledger:
        return [
            [ledger.reading(e.report, v.version) for v in ledger.versions(e.report)] for e in ledger.reports()
        ]


def contents(path: Path) -> dict[str, object]:
    """All that a ledger holds besides, as its contract gives it."""
    with open_ledger(path) as ledger:
        return {
            "entries": ledger.reports(),
            "reviews": (ledger.review_changes(), ledger.review_states("5.txt")),
            "voices": ledger.voices(),
            "changes": ledger.voice_changes(),
            "failures": ledger.failures(),
            "hits": sorted(hit.statement for hit in ledger.search(Search("contained", limit=99)).hits),
        }


def test_a_whole_ledger_is_whole(sound: Path) -> None:
    assert check(sound) == ()
    done = CliRunner().invoke(app, ["check", str(sound)])
    assert (done.exit_code, "is whole" in done.output) == (0, True)


def test_what_others_write_meanwhile_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with open_ledger(path, mode="create") as ledger:
        ledger.add([harbour(), harbour(source="b.txt")])
        with closing(opened(path)) as connection:
            numbers = [row[0] for row in connection.execute("SELECT id FROM versions")]
            ledger.forget("b.txt", by="Ada")
            for number in numbers:
                query = "SELECT COUNT(*) FROM versions v JOIN reports r ON r.id = v.report WHERE v.id = ?"
                assert connection.execute(query, (number,)).fetchone()[0] == 1
    assert check(path) == ()


def test_repairing_a_whole_ledger_changes_nothing(sound: Path, tmp_path: Path) -> None:
    salvaged = repair(sound, tmp_path / "again.db")
    assert [file.name for file in tmp_path.iterdir()] == ["again.db"], "one file to hand on"
    assert (salvaged.versions, salvaged.reports, salvaged.reviews) == (REPORTS + 3, REPORTS, 1)
    assert salvaged.lost == salvaged.damaged == []
    assert check(tmp_path / "again.db") == ()
    assert contents(tmp_path / "again.db") == contents(sound)
    assert readings(tmp_path / "again.db") == readings(sound)


@given(seed=st.integers(0, 2**32), length=st.integers(1, 2 * PAGE))
@settings(max_examples=8)
def test_damage_anywhere_is_found_and_what_is_whole_is_saved(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, length: int
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    chance = random.Random(seed)
    content = bytearray(sound.read_bytes())
    start = chance.randrange(len(content) - 1)
    length = min(length, len(content) - start)
    before = bytes(content[start : start + length])
    content[start : start + length] = chance.randbytes(length)
    if bytes(content[start : start + length]) == before:
        return
    (folder / "ledger.db").write_bytes(content)
    whole = readings(sound)
    try:
        findings = check(folder / "ledger.db")
        salvaged = repair(folder / "ledger.db", folder / "saved.db")
    except LedgerError as error:
        assert "damaged" in str(error) or "lost" in str(error)
        return
    saved = readings(folder / "saved.db")
    assert check(folder / "saved.db") == ()
    known = [reading for versions in whole for reading in versions]
    assert all(reading in known for versions in saved for reading in versions), "nothing is made up"
    missing = len(known) - sum(map(len, saved))
    assert (missing > 0) == bool(salvaged.lost)
    assert findings or not missing, "what is lost was found"


@pytest.mark.parametrize("lost", ["the schema", "versions", "reports", "attributions", "ledger_voices"])
def test_readings_are_found_where_no_tree_leads_to_them(sound: Path, tmp_path: Path, lost: str) -> None:
    path = tmp_path / "ledger.db"
    content = bytearray(sound.read_bytes())
    root = 1
    if lost != "the schema":
        with closing(sqlite3.connect(sound)) as connection:
            query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
            (root,) = connection.execute(query, (lost,)).fetchone()
    content[(root - 1) * PAGE : root * PAGE] = bytes(PAGE)
    path.write_bytes(content)
    salvaged = repair(path, tmp_path / "saved.db")
    assert salvaged.versions == REPORTS + 3
    assert readings(tmp_path / "saved.db") == readings(sound)
    assert check(tmp_path / "saved.db") == ()


def test_a_changed_row_is_found(sound: Path, tmp_path: Path) -> None:
    for statement, told in (
        ("UPDATE attributions SET cue_text = 'denied' WHERE row_id = 'a1'", "attributions"),
        ("DELETE FROM spans WHERE role = 'cue'", "spans"),
        ("UPDATE versions SET title = 'Other'", "title"),
        ("UPDATE versions SET is_current = 0", "current"),
        ("UPDATE reviews SET row_id = 'd9'", "no such row"),
        ("UPDATE versions SET fingerprint = 'x'", "fingerprint"),
        ("UPDATE versions SET reading = x'00'", "reading is damaged"),
    ):
        path = tmp_path / "changed.db"
        path.write_bytes(sound.read_bytes())
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(statement)
        assert any(told in finding.what for finding in check(path)), statement


def test_the_commands_say_what_to_do(sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    content = bytearray(sound.read_bytes())
    place = content.rindex(b"It rained. It rained.")
    content[place : place + 11] = b"It snowed. "
    path.write_bytes(content)
    done = CliRunner().invoke(app, ["check", str(path)])
    assert (done.exit_code, "onrecord repair" in done.output) == (1, True)
    done = CliRunner().invoke(app, ["repair", str(path)])
    assert done.exit_code == 0, "the reading itself is whole, the text beside it was not"
    assert check(tmp_path / "ledger.repaired.db") == ()
    done = CliRunner().invoke(app, ["repair", str(path)])
    assert done.exit_code == 2, "nothing is written over"


def test_what_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear reader\n" * 900)
    with closing(sqlite3.connect(tmp_path / "birds.db")) as connection, connection:
        connection.execute("CREATE TABLE birds (name)")
    for name in ("letter.txt", "birds.db", "none.db"):
        with pytest.raises(LedgerError):
            check(tmp_path / name)
        with pytest.raises(LedgerError):
            repair(tmp_path / name, tmp_path / "new.db")
    assert not (tmp_path / "new.db").exists()


def test_every_table_is_thought_of(sound: Path) -> None:
    with closing(sqlite3.connect(sound)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    known = {*AS_THEY_ARE, *MADE_ANEW, *WITH_CARE}
    assert {name for name in names if "_fts" not in name and not name.startswith("sqlite_")} == known

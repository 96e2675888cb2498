"""Nothing acknowledged is lost and nothing appears twice, whatever ends the program. `python -m tests.faults` injects
hundreds of the faults of which these are a few.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.encoder.files import WEIGHTS, checked, open_session
from onrecord.errors import BrokenModel, LedgerError
from onrecord.ledger import open_ledger
from onrecord.ledger.integrity import check
from tests.faults.injecting import do, faults, hold, prepared, suffer
from tests.faults.together import Part, go_together, parts
from tests.faults.work import BATCHES, JOBS, SIZE, Fault
from tests.ledger import cluster
from tests.ledger.made import STORY, harbour


@pytest.mark.parametrize("job", JOBS)
def test_a_fault_loses_and_doubles_nothing(job: str, tmp_path: Path) -> None:
    for fault in faults(job, 5, tmp_path / "place", random.Random(job)):
        suffer(job, fault, tmp_path / "place")


def test_two_writers_at_once(tmp_path: Path) -> None:
    for job in ("ingest", "ingest by and by"):
        assert go_together([Part(job)] * 2, tmp_path / "place") == 0


def test_several_at_once_some_of_which_are_killed(tmp_path: Path) -> None:
    chance = random.Random(7)
    for _ in range(6):
        go_together(parts(chance), tmp_path / "place")


def test_a_read_only_ledger_can_be_read_and_says_that_it_cannot_be_written(tmp_path: Path) -> None:
    place = prepared("review", tmp_path / "place")
    place.chmod(0o444)
    place.parent.chmod(0o555)
    seen = do("look", place, Fault("rights"))
    assert (seen.code, set(seen.done)) == (0, {BATCHES * SIZE}), seen
    refused = do("ingest", place, Fault("rights"))
    assert refused.code == 3
    assert "read-only" in refused.last["error"]
    place.parent.chmod(0o755)
    assert check(place) == ()


def test_what_stands_in_the_log_alone_is_not_passed_over_where_the_log_cannot_be_read(tmp_path: Path) -> None:
    place = prepared("ingest", tmp_path / "place")
    steps = int(do("ingest", place).last["steps"])
    prepared("ingest", tmp_path / "place")
    killed = do("ingest", place, Fault("step", steps // 2))
    assert killed.done, killed
    place.with_name("ledger.db-shm").unlink()
    assert place.with_name("ledger.db-wal").stat().st_size
    place.parent.chmod(0o555)
    told = do("look", place, Fault("rights"))
    assert told.code == 3, "as immutable it would be read without what was acknowledged"
    assert "ledger.db-wal" in told.last["error"]
    place.parent.chmod(0o755)
    hold("ingest", place, killed.done, finished=False)


def test_no_room_at_all(tmp_path: Path) -> None:
    outcome = do("ingest", tmp_path / "ledger.db", Fault("file size", 0))
    assert outcome.code == 3
    assert outcome.last["error"]
    assert do("ingest", tmp_path / "ledger.db").code == 0


def test_a_clock_that_goes_back(tmp_path: Path) -> None:
    times = iter([datetime(2026, 5, 3, tzinfo=UTC), *[datetime(2019, 1, 1, tzinfo=UTC)] * 20])
    with open_ledger(tmp_path / "ledger.db", mode="create", clock=lambda: next(times)) as ledger:
        ledger.add([harbour()])
        ledger.add([harbour(STORY + "More.\n")])
        row = f"{ledger.reports()[0].report}.d1"
        for state in ("accepted", "unsure", "rejected"):
            ledger.review(row, state, by="Ada")
        assert [version.version for version in ledger.versions("harbour.txt")] == [1, 2]
        assert ledger.reading("harbour.txt").report.text.endswith("More.\n"), "the last added is current"
        assert [change.to_state for change in ledger.review_changes(row)] == [
            "accepted",
            "unsure",
            "rejected",
        ]
        assert ledger.review_states("harbour.txt") == {"d1": "rejected"}
    assert check(tmp_path / "ledger.db") == ()


@pytest.mark.parametrize("damage", ["a bit", "half", "nothing left", "gone"])
def test_damaged_weights_are_told(damage: str, tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    folder.mkdir()
    shutil.copy(WEIGHTS / "checksums.json", folder)
    content = bytearray((WEIGHTS / "tokenizer.json").read_bytes())
    content[len(content) // 2] ^= 1
    written = {"a bit": bytes(content), "half": bytes(content[: len(content) // 2]), "nothing left": b""}
    if damage in written:
        (folder / "tokenizer.json").write_bytes(written[damage])
    with pytest.raises(BrokenModel, match="Install onrecord again"):
        checked(folder, "tokenizer.json")


def test_a_graph_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "graph.onnx").write_bytes(b"\x08\x07\x12" + random.Random(1).randbytes(900))
    with pytest.raises(BrokenModel, match="cannot open"):
        open_session(tmp_path / "graph.onnx", 1)


def test_every_folder_of_weights_has_its_hashes() -> None:
    for path in WEIGHTS.parents[1].rglob("*.onnx"):
        assert path.name in json.loads((path.parent / "checksums.json").read_text("utf-8")), path


def test_damage_met_while_reading_is_told(tmp_path: Path) -> None:
    place = prepared("review", tmp_path / "place")
    content = bytearray(place.read_bytes())
    with closing(sqlite3.connect(place)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'versions'").fetchone()
    content[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    place.write_bytes(content)
    with pytest.raises(LedgerError, match="onrecord check"), open_ledger(place) as ledger:
        ledger.reports()


def test_a_server_stopped_in_mid_run(tmp_path: Path) -> None:
    """PostgreSQL is stopped at once, as by a fault, while batches come in; then it starts again."""
    batches = [[harbour(f"{STORY}{b} {n}\n", source=f"{b}-{n}.txt") for n in range(2)] for b in range(9)]
    try:
        with cluster.running() as address, open_ledger(address, mode="create") as ledger:
            acknowledged = 0
            for number, made in enumerate(batches):
                if number in (3, 6):
                    cluster.restart(address)
                try:
                    ledger.add(made)
                except LedgerError as error:
                    assert len(str(error)) > 20
                    ledger.add(made)  # what a rerun does
                acknowledged += 2
                assert len(ledger.reports()) == acknowledged, "nothing acknowledged is lost"
            sources = [entry.source for entry in ledger.reports()]
            assert len(set(sources)) == len(sources) == 18
    except cluster.NoServer as reason:
        pytest.skip(f"no PostgreSQL to test with: {reason}")

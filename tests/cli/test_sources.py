"""The index beside a ledger is used by one program at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from onrecord.cli.sources import INDEX, _alone
from onrecord.ledger import open_ledger
from tests.ledger.made import STORY, harbour

pytest.importorskip("fcntl", reason="this system has no locks of files")


def test_a_second_program_waits_for_the_first_to_be_through_with_the_index(tmp_path: Path) -> None:
    """Both would write the same part and take away each other's."""
    place = tmp_path / "ledger.db"
    with open_ledger(place, mode="create") as ledger:
        ledger.add([harbour(), harbour(STORY + "It rained.\n", source="b.txt")])
    (tmp_path / ("ledger.db" + INDEX)).mkdir()
    command = [sys.executable, "-m", "onrecord", "compare", str(place)]
    with _alone(tmp_path / ("ledger.db" + INDEX)):
        second = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        assert "waiting for another program" in second.stderr.readline()
        assert second.poll() is None
    _, errors = second.communicate(timeout=120)
    assert second.returncode == 0, errors

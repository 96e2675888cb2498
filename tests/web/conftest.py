"""A ledger to show, hostile names among the voices, and the reading room over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from onrecord.ledger import open_ledger
from onrecord.ledger.contract import Ledger
from onrecord.web import create_app
from tests.exports.entry import READING
from tests.web.shown import HOSTILE

NOW = datetime(2026, 5, 3, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "room.db", mode="create", clock=lambda: NOW) as opened:
        hostile = replace(
            READING.report,
            id="r2",
            source=HOSTILE,
            url="javascript:alert(1)",
            title=HOSTILE,
            byline=HOSTILE,
            sha256="ee" * 32,
        )
        voices = tuple(
            replace(voice, name=HOSTILE + voice.name, why=HOSTILE) for voice in READING.voices or ()
        )
        opened.add([READING, replace(READING, report=hostile, voices=voices)])
        yield opened


@pytest.fixture
def room(ledger: Ledger) -> TestClient:
    return TestClient(create_app(ledger), base_url="http://127.0.0.1:8321")

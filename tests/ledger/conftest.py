"""Every store that stands behind the contract; the contract's tests run over each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onrecord.ledger import open_ledger
from onrecord.ledger.contract import Ledger

Opener = Callable[[str], Ledger]


class Ticks:
    """A clock that goes on by a minute every time somebody looks."""

    def __init__(self) -> None:
        self.now = datetime(2024, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time."""
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture(params=["sqlite"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Opens the same empty place again and again, in the mode given."""
    assert request.param == "sqlite"
    clock = Ticks()

    def reopen(mode: str) -> Ledger:
        return open_ledger(tmp_path / "ledger.db", mode=mode, clock=clock)  # type: ignore[arg-type]

    return reopen


@pytest.fixture
def ledger(opener: Opener) -> Iterator[Ledger]:
    """A new ledger."""
    with opener("create") as ledger:
        yield ledger

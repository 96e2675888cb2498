"""The ledger: the store of all readings, behind one contract.

with open_ledger("ledger.db", mode="create") as ledger:
    ledger.add(readings)
    ledger.search(Search("missile threat", voice="Kremlin"))
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from onrecord.errors import LedgerError
from onrecord.ledger.records import Search

if TYPE_CHECKING:
    from onrecord.ledger.contract import Ledger

__all__ = ["Search", "open_ledger"]


def open_ledger(
    url: str | Path,
    *,
    mode: Literal["read", "change", "create"] = "read",
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Ledger:
    """Open the ledger at a file path or a URL (`sqlite:///ledger.db`).

    `read` changes nothing; `change` needs a ledger to be there; `create` makes one if need be. `clock` gives
    the time of every entry. Raises LedgerError, with what to do, if it is no ledger, cannot be opened or was
    written by a newer program.
    """
    from onrecord.ledger.store import SqliteLedger

    return SqliteLedger(_path(str(url)), mode, clock)


def _path(url: str) -> Path:
    scheme, mark, rest = url.partition("://")
    if not mark:
        return Path(url)
    if scheme == "sqlite" and len(rest) > 1 and rest.startswith("/"):
        return Path(rest[1:])
    raise LedgerError(
        f"A ledger cannot be opened at {scheme}:// addresses by this version. "
        "Give a file, e.g. ledger.db or sqlite:///ledger.db."
    )

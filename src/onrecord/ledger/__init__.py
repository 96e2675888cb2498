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

__all__ = ["Search", "file_of", "open_ledger"]


def open_ledger(
    url: str | Path,
    *,
    mode: Literal["read", "change", "create"] = "read",
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Ledger:
    """Open the ledger at a file path or an address: `sqlite:///ledger.db`, `postgresql+psycopg://user@host/database`.

    `read` changes nothing; `change` needs a ledger to be there; `create` makes one if need be. `clock` gives
    the time of every entry. Raises LedgerError, with what to do, if it is no ledger, cannot be opened or was
    written by a newer program; MissingExtra if the database's driver is not installed.
    """
    from onrecord.ledger import postgres, sqlite
    from onrecord.ledger.store import SqlLedger

    path = file_of(url)
    if path is None:
        address = str(url)
        return SqlLedger(postgres.shown(address), postgres, postgres.engine(address, mode), mode, clock)
    return SqlLedger(str(path), sqlite, sqlite.file_engine(path, mode), mode, clock)


def file_of(url: str | Path) -> Path | None:
    """The file of a ledger, None if it is in a database. Raises LedgerError for other addresses."""
    scheme, mark, rest = str(url).partition("://")
    if mark and scheme in ("postgresql", "postgresql+psycopg"):
        return None
    if mark and not (scheme == "sqlite" and len(rest) > 1 and rest.startswith("/")):
        raise LedgerError(
            f"A ledger cannot be opened at {scheme}:// addresses. Give a file, e.g. ledger.db, or a database, "
            "e.g. postgresql+psycopg://user@host/database."
        )
    return Path(rest[1:] if mark else url)

"""A token of what the ledger holds, so that what was made of it can be kept until something changes."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from sqlalchemy import Connection, Engine, text

_QUERIES: Mapping[str, str] = {
    # Goes up with every commit of another connection: the one asked here never writes.
    "sqlite": "PRAGMA data_version",
    # Any transaction that ends changes the snapshot, of other databases too: at worst too much is made anew.
    "postgresql": "SELECT CAST(pg_current_snapshot() AS TEXT)",
}


class State:
    """Asks by a connection of its own, opened with the first question."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._asking = Lock()

    def token(self) -> str:
        """The same text as long as nothing in the ledger changes."""
        with self._asking:
            if self._connection is None:
                self._connection = self._engine.connect()
            token = str(self._connection.execute(text(_QUERIES[self._engine.dialect.name])).scalar_one())
            self._connection.rollback()
            return token

    def close(self) -> None:
        """Give the connection back."""
        with self._asking:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

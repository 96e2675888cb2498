"""Every store that stands behind the contract; the contract's tests run over each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from onrecord.ledger import open_ledger
from onrecord.ledger.contract import Ledger
from tests.ledger import cluster

Opener = Callable[[str], Ledger]
_SCHEMAS = count(1)


class Ticks:
    """A clock that goes on by a minute every time somebody looks."""

    def __init__(self) -> None:
        self.now = datetime(2024, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time."""
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL database."""
    with ExitStack() as stack:
        try:
            address = stack.enter_context(cluster.running())
        except cluster.NoServer as reason:
            pytest.skip(f"no PostgreSQL to test with: {reason}")
        yield address


@pytest.fixture(scope="session")
def schemas(server: str) -> Callable[[], str]:
    """Makes empty places in the database, each a schema of its own, and gives their addresses."""
    import psycopg

    def make() -> str:
        name = f"place_{next(_SCHEMAS)}"
        with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{server}&options=-csearch_path%3D{name},public"

    return make


@pytest.fixture
def postgres(schemas: Callable[[], str]) -> str:
    """The address of an empty place in the database."""
    return schemas()


@pytest.fixture(scope="session")
def emptied(schemas: Callable[[], str]) -> Callable[[], str]:
    """Empties one ledger in the database again and again: quicker than making one for each test."""
    import psycopg

    address = schemas()
    with open_ledger(address, mode="create"):
        pass

    def empty() -> str:
        with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
            query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
            tables = {row[0] for row in connection.execute(query)} - {"schema_version"}
            connection.execute("SET session_replication_role = replica")  # in any order
            connection.execute("; ".join(f"DELETE FROM {table}" for table in sorted(tables)))
        return address

    return empty


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger of each store can be."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    empty: Callable[[], str] = request.getfixturevalue("emptied")
    return empty()


@pytest.fixture
def opener(place: str) -> Opener:
    """Opens the same empty place again and again, in the mode given."""
    clock = Ticks()

    def reopen(mode: str) -> Ledger:
        return open_ledger(place, mode=mode, clock=clock)  # type: ignore[arg-type]

    return reopen


@pytest.fixture
def ledger(opener: Opener) -> Iterator[Ledger]:
    """A new ledger."""
    with opener("create") as ledger:
        yield ledger

"""What every database behind the contract does in its own way; the rest of the ledger is one SQL for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from onrecord.errors import LedgerError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from onrecord.ledger.asking import Asked

Mode = Literal["read", "change", "create"]


class Dialect(Protocol):
    """The module of one database: `sqlite`, `postgres`."""

    NAME: str
    TYPES: Mapping[str, str]
    """What stands for $identity, $blob and $real in migrations."""
    WRITING: Mapping[str, Any]
    """Options of connections that write."""
    FOUND: str
    """What to select from to find statements by the index, as `a`; $condition and $number are of it."""
    CONDITION: str
    """That the index has :words; the statement's number is $number."""
    NUMBER: str
    FACETS: str
    """Added to the table of statements where only what facets need is read."""

    def split(self, script: str) -> list[str]:
        """The statements of a migration, in this database's words."""
        ...

    def tables(self, connection: Connection) -> set[str]:
        """The names of all tables at the place."""
        ...

    def finish_schema(self, connection: Connection) -> None:
        """After migrations: what is made only where the database allows it."""
        ...

    def indexed(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What the index needs of a statement besides its columns."""
        ...

    def match(self, asked: Asked) -> str:
        """What is asked, in the index's own syntax."""
        ...

    def insert(self, connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write many rows at once; all have the same columns."""
        ...

    def change_fact(self, connection: Connection, facts: tuple[str, str], chosen: str) -> None:
        """Put one fact in place of another, in the row and in the index. `chosen` is a condition on statements."""
        ...

    def names_with(self, parts: Sequence[str]) -> tuple[str, dict[str, str]]:
        """A quick condition, with its values, that holds for every voice whose plain name has all these parts."""
        ...

    def settle(self, connection: Connection) -> None:
        """Bring the index into its quickest form; nothing of deleted statements stays in it."""
        ...

    def in_words(self, error: BaseException, place: str) -> LedgerError:
        """A database error as a message that says what to do."""
        ...

    def close(self, engine: Engine, mode: Mode) -> None:
        """Close all connections."""
        ...


def of(connection: Connection) -> Dialect:
    """The dialect of a connection."""
    from onrecord.ledger import postgres, sqlite

    module = postgres if connection.dialect.name == postgres.NAME else sqlite
    return cast(Dialect, module)

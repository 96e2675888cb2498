"""Where new rows go: the numbers they get, and the facts that their statements are found by.

Numbers are given here, not by the database, so that a whole batch can be written at once. There is one writer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from onrecord.ledger import dialects, facts
from onrecord.ledger.identity import normalised_name
from onrecord.ledger.lists import rows_in
from onrecord.ledger.stems import words


@dataclass(slots=True)
class Numbers:
    """The next numbers of tables, and of statements by day."""

    connection: Connection
    next: dict[str | int, int] = field(default_factory=dict)

    def of(self, table: str) -> int:
        """The next number in a table."""
        if table not in self.next:
            self.next[table] = 1 + (
                self.connection.execute(text(f"SELECT MAX(id) FROM {table}")).scalar() or 0
            )
        return self._take(table)

    def of_statement(self, day: int) -> int:
        """The next number of a statement of this day."""
        if day not in self.next:
            low, high = facts.first_of(day), facts.first_of(day + 1)
            last = self.connection.execute(
                text("SELECT MAX(id) FROM attributions WHERE id >= :low AND id < :high"),
                {"low": low, "high": high},
            ).scalar()
            self.next[day] = low + 1 if last is None else last + 1
        return self._take(day)

    def _take(self, key: str | int) -> int:
        self.next[key] += 1
        return self.next[key] - 1


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a version's statements besides their own columns."""

    version: int
    day: int
    """The number of the day of publication; 0 if none is known."""
    is_current: bool
    outlet: int | None
    disputed: frozenset[str]
    """Row ids of claims and denials."""
    bands: Mapping[str, tuple[tuple[float, float], ...]]
    """The bands that a statement's words of likelihood mean, by row id."""


def said_of(
    disputes: Iterable[Mapping[str, Any]], certainties: Iterable[Mapping[str, Any]]
) -> tuple[frozenset[str], dict[str, tuple[tuple[float, float], ...]]]:
    """What rows of disputes and certainties say of the statements of their version: `Told.disputed`, `Told.bands`."""
    disputed = frozenset(row[end] for row in disputes for end in ("claim", "denial") if row[end])
    bands: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in certainties:
        if row["low"] is not None and row["high"] is not None:
            bands[row["holder"]].append((row["low"], row["high"]))
    return disputed, {holder: tuple(found) for holder, found in bands.items()}


def placed(row: Mapping[str, Any], told: Told, voice: tuple[int, str] | None) -> dict[str, Any]:
    """The columns of a statement that say where it belongs and what it is found by.

    `voice` is the ledger's voice with its plain name.
    """
    row_id = row["row_id"]
    disputed = row_id in told.disputed
    found = [facts.quotation(row["quotation"]), facts.act(row["act"]), facts.disputed(disputed)]
    if voice is not None:
        found += [
            facts.voice(voice[0]),
            *(facts.name(word.stem) for word in words(voice[1])[:MOST_NAME_WORDS]),
        ]
    if told.outlet is not None:
        found.append(facts.outlet(told.outlet))
    found += [facts.band(low, high) for low, high in told.bands.get(row_id, ())]
    return {
        "version": told.version,
        "ledger_voice": voice[0] if voice else None,
        "is_current": int(told.is_current),
        "outlet": told.outlet,
        "disputed": int(disputed),
        "facts": facts.joined(found),
    }


MOST_NAME_WORDS = 12
"""Words of a name that a statement is found by; longer ones are descriptions."""


def publisher(version: Mapping[str, Any]) -> str:
    """The name of a version's outlet: as given, else the site's; empty if neither is known."""
    return version["outlet"] or version["site"] or ""


def outlets(connection: Connection, names: Iterable[str | None], numbers: Numbers) -> dict[str, int]:
    """The numbers of outlets by name; new ones are written."""
    wanted = {name for name in names if name}
    known = {
        row.name: row.id
        for row in rows_in(connection, "SELECT id, name FROM outlets WHERE name IN :keys", wanted)
    }
    new = [
        {"id": numbers.of("outlets"), "name": name, "plain_name": normalised_name(name)}
        for name in sorted(wanted - known.keys())
    ]
    if new:
        dialects.of(connection).insert(connection, "outlets", new)
    return known | {row["name"]: row["id"] for row in new}


def keep_bands(connection: Connection, bands: Iterable[tuple[float, float]]) -> None:
    """Remember which bands there are."""
    wanted = set(bands)
    if not wanted:
        return
    known = {(row.low, row.high) for row in connection.execute(text("SELECT low, high FROM bands"))}
    new = [{"low": low, "high": high} for low, high in sorted(wanted - known)]
    if new:
        dialects.of(connection).insert(connection, "bands", new)

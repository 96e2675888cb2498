"""Ledgers of every schema that was ever released open in this version, and lose nothing on the way."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from onrecord.errors import LedgerError
from onrecord.ledger import Search, counting, open_ledger, postgres, sqlite
from onrecord.ledger.dialects import Dialect
from onrecord.ledger.migrate import Migration, migrate, migrations, version_of
from tests.ledger.made import harbour

RELEASED = sorted(Path(__file__).with_name("cases").glob("version_*.db.gz"))
LATER = Migration(
    9001,
    (
        "-- One more table.\nCREATE TABLE later (id $identity, x INTEGER);\nINSERT INTO later (x) VALUES (7);\n",
    ),
)
BROKEN = Migration(9001, ("CREATE TABLE later (id $identity);\nCREATE TABLE reports (id $identity);\n",))


@pytest.mark.parametrize("packed", RELEASED, ids=lambda path: path.stem)
def test_a_released_ledger_goes_on(packed: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    with open_ledger(path, mode="create") as ledger:
        assert ledger.reading("harbour.txt") == harbour()
        assert ledger.review_states("harbour.txt") == {"d1": "accepted"}
        for query, rows in (
            ("contained", 1), ("voice:Oduya kind:direct", 1), ("disputed:yes", 2), ("certainty>=0.8", 1),
            ("outlet:gazette", 4), ("since:2024-03-04 until:2024-03-04 act:deny", 1), ("since:2024-04", 0),
        ):  # fmt: skip
            assert ledger.search(Search(query)).total == rows, query
        voices = {voice.name: (voice.statements, voice.reports) for voice in ledger.voices()}
        assert voices == dict.fromkeys(("Ministry of Ports", "media", "Mira Oduya", "Lindqvist"), (1, 1))
        assert ledger.add([harbour()])[0].change == "unchanged"
        ledger.forget("harbour.txt", by="Ada")
        assert ledger.search(Search()).total == 0
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO attributions_fts (attributions_fts, rank) VALUES ('integrity-check', 1)"
        )


@pytest.mark.parametrize("packed", RELEASED, ids=lambda path: path.stem)
def test_a_migrated_ledger_has_the_schema_of_a_new_one(packed: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    old.write_bytes(gzip.decompress(packed.read_bytes()))
    schemas = []
    for path in (old, new):
        with open_ledger(path, mode="create"):
            pass
        with closing(sqlite3.connect(path)) as connection:
            query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
            schemas.append(connection.execute(query).fetchall())
    assert schemas[0] == schemas[1]


def test_numbers_facts_and_counts_made_anew_are_the_same(place: str) -> None:
    """What migration 4 fills in for old rows is what adding gives new ones."""
    from onrecord.ledger.refilling import refill
    from onrecord.ledger.store import SqlLedger

    with open_ledger(place, mode="create") as ledger:
        ledger.add([harbour(), harbour("x" + harbour().report.text, source="b.txt", published=None)])
        assert isinstance(ledger, SqlLedger)
        with ledger._writing() as connection:
            before = _filled(connection)
            connection.execute(text("UPDATE attributions SET facts = '', outlet = NULL, disputed = 0"))
            connection.execute(
                text("UPDATE ledger_voices SET statements = 7, reports = 0, first_seen = NULL")
            )
            assert _filled(connection) != before
            refill(connection)
            assert _filled(connection) == before
        assert ledger.search(Search("voice:Oduya certainty>=0.8")).total == 2


def test_a_report_without_an_outlet_is_its_site_s_also_if_it_was_there_before(place: str) -> None:
    from onrecord.ledger.refilling import refill_sites
    from onrecord.ledger.store import SqlLedger

    with open_ledger(place, mode="create") as ledger:
        ledger.add([harbour(), harbour(source="b.txt", outlet=None, site="Bay Herald")])
        assert isinstance(ledger, SqlLedger)
        with ledger._writing() as connection:
            before = _filled(connection)
            connection.execute(
                text(
                    "UPDATE attributions SET facts = '', outlet = NULL "
                    "WHERE version IN (SELECT id FROM versions WHERE site = 'Bay Herald')"
                )
            )
            refill_sites(connection)
            assert _filled(connection) == before
        found = ledger.search(Search("outlet:herald"))
        assert found.total == 4
        assert {hit.outlet for hit in found.hits} == {"Bay Herald"}
        counts = {facet.name: facet.values for facet in ledger.facets(Search()).facets}
        assert dict(counts["outlet"]) == {"Port Gazette": 4, "Bay Herald": 4}


def test_an_older_ledger_is_not_changed_by_reading(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(RELEASED[0].read_bytes()))
    with pytest.raises(
        LedgerError, match=r"older onrecord \(schema 1\). Bring it up to date with: onrecord serve"
    ):
        open_ledger(path)
    assert path.read_bytes() == gzip.decompress(RELEASED[0].read_bytes())


def _filled(connection: Connection) -> list[object]:
    columns = "id, version, row_id, is_current, outlet, disputed, facts"
    statements = connection.execute(text(f"SELECT {columns} FROM attributions ORDER BY id")).all()
    kept = "id, statements, reports, first_seen, last_seen"
    voices = connection.execute(text(f"SELECT {kept} FROM ledger_voices ORDER BY id")).all()
    return [*map(tuple, statements), *map(tuple, voices)]


def _steps(dialect: Dialect, place: str, steps: tuple[Migration, ...]) -> None:
    engine = postgres.engine(place, "create") if dialect is postgres else sqlite.engine(Path(place), "create")
    try:
        with engine.begin() as connection:
            migrate(connection, steps, types=dialect.TYPES, split=dialect.split, now="2024-01-01")
            dialect.finish_schema(connection)
    finally:
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Dialect, str]:
    """A database of each kind without a table."""
    if request.param == "sqlite":
        return sqlite, str(tmp_path / "ledger.db")
    place: str = request.getfixturevalue("postgres")
    return postgres, place


def test_each_step_by_itself_comes_to_the_same(fresh: tuple[Dialect, str]) -> None:
    dialect, place = fresh
    steps = migrations(dialect.NAME)
    for last in range(1, len(steps) + 1):
        _steps(dialect, place, steps[:last])
    with open_ledger(place, mode="change", clock=lambda: datetime(2024, 5, 1, tzinfo=UTC)) as ledger:
        ledger.add([harbour()])
        assert ledger.search(Search("voice:Oduya contain*")).total == 1


def test_a_later_migration_runs_once_and_a_broken_one_not_at_all(fresh: tuple[Dialect, str]) -> None:
    dialect, place = fresh
    steps = migrations(dialect.NAME)
    _steps(dialect, place, steps)
    with pytest.raises(Exception, match="already exists"):
        _steps(dialect, place, (*steps, BROKEN))
    engine = postgres.engine(place, "read") if dialect is postgres else sqlite.engine(Path(place), "read")
    with engine.begin() as connection:
        assert "later" not in dialect.tables(connection)
        assert version_of(connection) == steps[-1].number
    for _ in range(2):
        _steps(dialect, place, (*steps, LATER))
    with engine.begin() as connection:
        assert version_of(connection) == 9001
        assert connection.execute(text("SELECT COUNT(*) FROM later")).scalar() == 1
    engine.dispose()


def test_counting_nobody_changes_nothing(place: str) -> None:
    with open_ledger(place, mode="create") as ledger:
        ledger.add([harbour()])
        before = ledger.voices()
        with ledger._writing() as connection:  # type: ignore[attr-defined]
            counting.recount(connection, [])
        assert ledger.voices() == before

"""Packs a ledger of the present schema for the tests of migrations: `python -m tests.ledger.pack_release`.

Run once when a version with a new schema is released. What it wrote before is never written again: that file is how
the ledgers look that people have.
"""

from __future__ import annotations

import gzip
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from onrecord.ledger import open_ledger
from onrecord.ledger.migrate import migrations
from tests.ledger.made import harbour


def main() -> None:
    """Write cases/version_N.db.gz."""
    to = Path(__file__).with_name("cases") / f"version_{migrations('sqlite')[-1].number}.db.gz"
    if to.exists():
        raise SystemExit(f"{to.name} is there already: a released schema never changes.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        with open_ledger(path, mode="create", clock=lambda: datetime(2024, 5, 1, tzinfo=UTC)) as ledger:
            (added,) = ledger.add([harbour()])
            ledger.review(f"{added.report}.d1", "accepted", by="Ada")
        to.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    print(f"wrote {to}")


if __name__ == "__main__":
    main()

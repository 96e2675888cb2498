"""The token of a ledger's state: the same while nothing changes, another after every change."""

from __future__ import annotations

from onrecord.ledger.contract import Ledger
from tests.ledger.made import harbour


def test_it_changes_with_the_ledger_and_only_then(ledger: Ledger) -> None:
    seen = [ledger.state()]
    ledger.add([harbour()])
    seen.append(ledger.state())
    key = ledger.reports()[0].report
    ledger.review(f"{key}.a1", "accepted", by="ada")
    seen.append(ledger.state())
    ledger.fail({"x.html": ("UnreadableInput", "empty")})
    seen.append(ledger.state())
    ledger.forget(key, by="ada")
    seen.append(ledger.state())
    assert len(set(seen)) == len(seen)
    ledger.reports()
    assert ledger.state() == seen[-1]

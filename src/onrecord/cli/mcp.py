"""`onrecord mcp`: a ledger for assistants."""

from __future__ import annotations

from onrecord.cli.options import LedgerName


def mcp(ledger: LedgerName) -> None:
    """Serve a ledger, read-only, to an assistant over the Model Context Protocol (standard input and output)."""
    from onrecord.ledger import open_ledger
    from onrecord.mcp import make_server

    with open_ledger(ledger) as opened:
        make_server(opened).run("stdio")

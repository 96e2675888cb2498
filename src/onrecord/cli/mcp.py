"""`onrecord mcp`: a ledger for assistants."""

from __future__ import annotations

from typing import Annotated

import typer


def mcp(ledger: Annotated[str, typer.Argument(help="The ledger.", metavar="LEDGER")]) -> None:
    """Serve a ledger, read-only, to an assistant over the Model Context Protocol (standard input and output)."""
    from onrecord.ledger import open_ledger
    from onrecord.mcp import make_server

    with open_ledger(ledger) as opened:
        make_server(opened).run("stdio")

"""`onrecord serve`: the reading room in the browser."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated

import typer

from onrecord.errors import UsageError


def serve(
    ledger: Annotated[Path, typer.Argument(help="The ledger to show; made if need be.", metavar="LEDGER")],
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8321,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="ONRECORD_TOKEN", help="What writing needs when not on loopback; 16 characters or more."
        ),
    ] = None,
) -> None:
    """Open the reading room: a ledger in the browser, for people who check.

    On loopback, which is the default, this machine's users may read and write. Elsewhere everybody may read, and
    writing needs the token; without one nobody can write.
    """
    import uvicorn

    from onrecord.ledger import open_ledger
    from onrecord.web import Access, create_app

    if token is not None and len(token) < 16:
        raise UsageError("--token is too short: give 16 characters or more, e.g. from a password manager.")
    access = Access(loopback=_is_loopback(host), token=token)
    with open_ledger(ledger, mode="create") as opened:
        typer.echo(
            f"The reading room of {ledger} is at http://{host}:{port} (stop it with Ctrl-C).", err=True
        )
        uvicorn.run(
            create_app(opened, access), host=host, port=port, log_level="warning", server_header=False
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""`onrecord serve`: the reading room in the browser."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated

import typer

from onrecord.errors import UsageError

_SHORTEST = 12
KEEP_ALIVE_SECONDS = 75
"""How long a reader's connection stays open between two pages: longer than it takes to read one, so that no request
meets a connection that is just being closed."""


def serve(
    ledger: Annotated[str, typer.Argument(help="The ledger to show; made if need be.", metavar="LEDGER")],
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8321,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="ONRECORD_TOKEN", help="What writing needs when not on loopback; 16 characters or more."
        ),
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            help="A file with the argon2 hash of a password that opens writing too. If it is not there, the password "
            "is asked for and the file is made.",
            metavar="FILE",
        ),
    ] = None,
) -> None:
    """Open the reading room: a ledger in the browser, for people who check.

    On loopback, which is the default, this machine's users may read and write. Elsewhere everybody may read, and
    writing needs the token or the password; without either nobody can write.
    """
    import uvicorn

    from onrecord.ledger import open_ledger
    from onrecord.web import Access, create_app

    if token is not None and len(token) < 16:
        raise UsageError("--token is too short: give 16 characters or more, e.g. from a password manager.")
    access = Access(_is_loopback(host), token, _password_hash(password_file) if password_file else None)
    with open_ledger(ledger, mode="create") as opened:
        typer.echo(
            f"The reading room of {ledger} is at http://{host}:{port} (stop it with Ctrl-C).", err=True
        )
        uvicorn.run(
            create_app(opened, access),
            host=host,
            port=port,
            log_level="warning",
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )


def _password_hash(file: Path) -> str:
    """The hash that the file holds; without a file, that of a password asked for, kept there for its owner alone."""
    from onrecord.web.access import hash_password

    if file.exists():
        kept = file.read_text(encoding="utf-8").strip()
        if not kept.startswith("$argon2"):
            raise UsageError(f"{file} holds no argon2 hash. Delete it, and start again to make a new one.")
        return kept
    password = typer.prompt(
        f"New password, kept as a hash in {file}", hide_input=True, confirmation_prompt=True
    )
    if len(password) < _SHORTEST:
        raise UsageError(f"The password is too short: give {_SHORTEST} characters or more.")
    made = hash_password(password)
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(made + "\n", encoding="utf-8")
    return made


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""A PostgreSQL server of the tests' own: in a temporary folder, on a local socket, without network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

USER = "postgres"
"""Debian's package makes this account; the server refuses to run as root."""


class NoServer(Exception):
    """Why there is no server to test with."""


@contextmanager
def running() -> Iterator[str]:
    """The address of a running server's database. Raises NoServer, with the reason, if none can be started."""
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise NoServer("the extra 'postgres' is not installed") from error
    tools = _tools()
    folder = Path(tempfile.mkdtemp(prefix="onrecord-pg-"))
    data = folder / "data"
    address = f"postgresql+psycopg://tester@/postgres?host={quote(str(folder))}"
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        made = _as_user(
            [
                tools / "initdb",
                "-D",
                data,
                "-U",
                "tester",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ]
        )
        told = made.communicate(timeout=90)[1]
        if made.returncode:
            raise NoServer(f"initdb failed: {told.decode().strip()[-300:]}")
        quick = ("listen_addresses=", "fsync=off", "full_page_writes=off", "shared_buffers=32MB")
        settings = [word for setting in quick for word in ("-c", setting)]
        server = _as_user([tools / "postgres", "-D", data, "-k", folder, *settings], folder / "log")
        try:
            _wait(server, address)
            yield address
        finally:
            _stop(server, data)
    except (OSError, LookupError, subprocess.TimeoutExpired) as error:
        raise NoServer(f"it could not be started: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stop(server: subprocess.Popen[bytes], data: Path) -> None:
    """At once: nothing is kept. A server that a test started again is another process than the first."""
    if server.poll() is None:
        server.send_signal(signal.SIGQUIT)
        server.wait(timeout=30)
    lock = data / "postmaster.pid"
    if lock.exists():
        with suppress(ProcessLookupError):
            os.kill(int(lock.read_text().split()[0]), signal.SIGQUIT)


def restart(address: str) -> None:
    """Stop the server of `running` at once, as a fault would, and start it again."""
    data = Path(parse_qs(urlsplit(address).query)["host"][0]) / "data"
    done = _as_user([_tools() / "pg_ctl", "restart", "-D", data, "-m", "immediate", "-w", "-s"])
    told = done.communicate(timeout=60)[1]
    if done.returncode:
        raise NoServer(f"it could not be started again: {told.decode()}")


def _tools() -> Path:
    """The folder of the server's programs."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    for folder in [*reversed(debian), *map(Path, os.get_exec_path())]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoServer("PostgreSQL is not installed")


def _as_user(words: Sequence[str | Path], log: Path | None = None) -> subprocess.Popen[bytes]:
    other: dict[str, Any] = {"user": USER, "group": USER, "extra_groups": []} if os.geteuid() == 0 else {}
    with ExitStack() as stack:
        told = stack.enter_context(log.open("wb")) if log else subprocess.PIPE
        return subprocess.Popen(
            list(map(str, words)), cwd="/", stdout=subprocess.DEVNULL, stderr=told, **other
        )


def _wait(server: subprocess.Popen[bytes], address: str) -> None:
    import psycopg

    for _ in range(300):
        try:
            psycopg.connect(address.replace("+psycopg", "")).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None:
                raise NoServer("the server ended as it began") from None
            time.sleep(0.1)
    raise NoServer("the server does not answer")

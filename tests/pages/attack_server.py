"""A hostile web server on loopback: every path is a way to attack whoever fetches it."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpcore

PAGE = b"<html><body><p>The council voted on Thursday, the mayor said.</p></body></html>"
STEP = 0.05
"""Seconds between two bytes of a slow answer."""
Send = Callable[[bytes], None]


@dataclass
class Server:
    """Answers on a port of its own, a thread a connection, and remembers what it was asked."""

    port: int
    heads: list[bytes] = field(default_factory=list)
    pages: dict[str, bytes] = field(default_factory=dict)
    """Answers that a test adds, by path."""

    def paths(self) -> list[str]:
        """The paths that were asked for."""
        return [head.split(b" ", 2)[1].decode() for head in self.heads]


def ok(*headers: bytes, body: bytes = PAGE, length: bool = True) -> bytes:
    """A well-formed answer."""
    rows = [b"HTTP/1.1 200 OK", b"Content-Type: text/html", *headers]
    if length:
        rows.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(rows) + b"\r\n\r\n" + body


def packed(how: bytes, body: bytes) -> bytes:
    """An answer that says it is packed."""
    return ok(b"Content-Encoding: " + how, body=body)


def slowly(send: Send, first: bytes, again: bytes) -> None:
    """Something now, then a little at a time for ever."""
    send(first)
    while True:
        time.sleep(STEP)
        send(again)


def endlessly(send: Send, first: bytes, again: bytes) -> None:
    """As much as the other side takes."""
    send(first)
    while True:
        send(again)


def redirect(to: str, status: bytes = b"302 Found", *headers: bytes) -> bytes:
    """A redirect."""
    rows = [b"HTTP/1.1 " + status, b"Location: " + to.encode("utf-8"), b"Content-Length: 0", *headers]
    return b"\r\n".join(rows) + b"\r\n\r\n"


ZEROS = bytes(30_000_000)
TINY_MEMBERS = gzip.compress(b"") * 3000


def raw_deflate(content: bytes) -> bytes:
    """Deflate without its frame."""
    maker = zlib.compressobj(wbits=-15)
    return maker.compress(content) + maker.flush()


FIXED: dict[str, Callable[[], bytes]] = {
    "/page": ok,
    "/bomb-gzip": lambda: packed(b"gzip", gzip.compress(ZEROS)),
    "/bomb-x-gzip": lambda: packed(b"x-gzip", gzip.compress(ZEROS)),
    "/bomb-deflate": lambda: packed(b"deflate", zlib.compress(ZEROS)),
    "/bomb-raw-deflate": lambda: packed(b"deflate", raw_deflate(ZEROS)),
    "/bomb-in-bomb": lambda: packed(b"gzip, gzip", gzip.compress(gzip.compress(ZEROS))),
    "/chained": lambda: packed(b"gzip, br", b"x"),
    "/chained-deep": lambda: packed(b", ".join([b"gzip"] * 200), b"x"),
    "/br": lambda: packed(b"br", b"\x8b\x03\x80ok\x03"),
    "/zstd": lambda: packed(b"zstd", b"\x28\xb5\x2f\xfd\x04\x00"),
    "/compress": lambda: packed(b"compress", b"\x1f\x9d\x90"),
    "/members": lambda: packed(b"gzip", TINY_MEMBERS),
    "/cut": lambda: packed(b"gzip", gzip.compress(PAGE * 50)[:-12]),
    "/damaged": lambda: packed(b"gzip", b"\x1f\x8b\x08\x00" + b"\xff" * 100),
    "/twice": lambda: ok(b"Content-Length: 3", body=PAGE),
    "/negative": lambda: b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "/huge-length": lambda: (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999999999999\r\n\r\nx"
    ),
    "/bad-chunk": lambda: ok(b"Transfer-Encoding: chunked", body=b"zz\r\nxx\r\n", length=False),
    "/huge-chunk": lambda: ok(b"Transfer-Encoding: chunked", body=b"f" * 40 + b"\r\n", length=False),
    "/old": lambda: b"<html>HTTP/0.9 has no head</html>",
    "/garbage": lambda: b"\x00\xff" * 500,
    "/upgrade": lambda: b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "/not-modified": lambda: b"HTTP/1.1 304 Not Modified\r\n\r\n",
    "/who-are-you": lambda: (
        b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
    ),
    "/proxy": lambda: b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n",
    "/picture": lambda: ok().replace(b"text/html", b"image/svg+xml"),
    "/loop": lambda: redirect("/loop"),
    "/nowhere": lambda: redirect(""),
    "/refresh": lambda: ok(
        b"Refresh: 0; url=/secret", body=b'<meta http-equiv="refresh" content="0;url=/secret">' + PAGE
    ),
    "/hints": lambda: ok(
        b"Link: </secret>; rel=preload", b'Alt-Svc: h2="127.0.0.1:1"', b"Content-Location: /secret"
    ),
    "/cookie": lambda: redirect("/after-cookie", b"302 Found", b"Set-Cookie: spy=1; Path=/"),
    "/after-cookie": ok,
    "/secret": ok,
}
GROWING: dict[str, Callable[[Send], None]] = {
    "/silent": lambda send: time.sleep(3),
    "/drip-body": lambda send: slowly(send, ok(b"Content-Length: 90000", body=b"", length=False), b"x"),
    "/drip-headers": lambda send: slowly(send, b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "/drip-header": lambda send: slowly(send, b"HTTP/1.1 200 OK\r\nX: ", b"y"),
    "/drip-status": lambda send: slowly(send, b"HTTP/1.1 200 ", b"O"),
    "/drip-chunks": lambda send: slowly(
        send, ok(b"Transfer-Encoding: chunked", body=b"", length=False), b"1\r\nx\r\n"
    ),
    "/drip-gzip": lambda send: slowly(  # the name of the packed file, which has no end
        send,
        ok(
            b"Content-Encoding: gzip",
            b"Content-Length: 90000",
            body=b"\x1f\x8b\x08\x08" + bytes(6),
            length=False,
        ),
        b"n",
    ),
    "/drip-1xx": lambda send: slowly(send, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "/endless": lambda send: endlessly(
        send, ok(b"", body=b"", length=False).replace(b"\r\n\r\n\r\n", b"\r\n\r\n"), b"x" * 65536
    ),
    "/endless-chunks": lambda send: endlessly(
        send, ok(b"Transfer-Encoding: chunked", body=b"", length=False), b"10000\r\n" + b"x" * 65536 + b"\r\n"
    ),
    "/endless-headers": lambda send: endlessly(send, b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 8000 + b"\r\n"),
    "/endless-header": lambda send: endlessly(send, b"HTTP/1.1 200 OK\r\nX: ", b"y" * 65536),
    "/endless-1xx": lambda send: endlessly(send, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500),
    "/endless-trailers": lambda send: endlessly(
        send, ok(b"Transfer-Encoding: chunked", body=b"0\r\n", length=False), b"X: " + b"y" * 8000 + b"\r\n"
    ),
    "/endless-extension": lambda send: endlessly(
        send, ok(b"Transfer-Encoding: chunked", body=b"1;", length=False), b"x" * 65536
    ),
}


def _serve(connection: socket.socket, server: Server) -> None:
    with connection, suppress(OSError):
        connection.settimeout(2)
        head = b""
        while b"\r\n\r\n" not in head:
            more = connection.recv(65536)
            if not more:
                return
            head += more
        server.heads.append(head)
        path = head.split(b" ", 2)[1].decode("ascii")
        if path in server.pages:
            connection.sendall(server.pages[path])
        elif path.startswith("/to?"):
            connection.sendall(redirect(unquote(path[4:])))
        elif path in GROWING:
            GROWING[path](connection.sendall)
        elif path in FIXED:
            connection.sendall(FIXED[path]())
        else:
            connection.sendall(ok())


@contextmanager
def attack_server() -> Iterator[Server]:
    """The server, as long as it is needed."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    server = Server(listener.getsockname()[1])

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=_serve, args=(connection, server), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


class Rerouted(httpcore.NetworkBackend):
    """All of the internet is the server on loopback; says which addresses were to be connected to."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connected: list[str] = []

    def connect_tcp(self, host: str, port: int, *given: Any, **more: Any) -> httpcore.NetworkStream:
        """Connect to the server instead."""
        self.connected.append(host)
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self.port, *given, **more)

"""The gate of the network door: which addresses may be connected to.

The decision is taken on the resolved addresses, when a connection is made, and the connection goes to just
the address that was judged: a name that resolves elsewhere a moment later changes nothing. Every hop of a
redirect makes its own connection and so comes by here.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from onrecord.errors import FetchFailed, FetchRefused, TooLarge

Resolver = Callable[[str, int], Sequence[str]]
"""Host and port to addresses, as text."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
_UNICAST = ipaddress.ip_network("2000::/3")
"""The one part of IPv6 that is given out for public addresses (IANA, IPv6 global unicast assignments)."""
_ALSO_CLOSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "168.63.129.16/32",  # a cloud's own services at a public address (Azure, "WireServer")
            "192.0.0.0/24",  # protocol assignments (RFC 6890); some clouds answer there
            "192.88.99.0/24",  # relays of 6to4, withdrawn (RFC 7526)
            "3fff::/20",  # documentation (RFC 9637)
        ),
    )
)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host by the system's resolver. Raises OSError if there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def is_public(address: str) -> bool:
    """Whether an address is a public one: no loopback, private, link-local, shared, multicast or reserved one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _inner_ipv4(ip)
        if inner is not None:
            return is_public(str(inner))
        if ip not in _UNICAST:
            return False
    if any(ip in closed for closed in _ALSO_CLOSED if closed.version == ip.version):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _inner_ipv4(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip in _SIX_TO_FOUR:
        return ipaddress.IPv4Address((int(ip) >> 80) & 0xFFFFFFFF)
    return None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a request may take and how many bytes its answer may have on the wire."""

    until: float
    """By `time.monotonic`."""
    most_bytes: int


NO_BOUNDS = Bounds(float("inf"), 2**62)


class BoundedStream(httpcore.NetworkStream):
    """A connection that ends at the bounds, however slowly or endlessly the other side sends."""

    def __init__(self, inner: httpcore.NetworkStream, bounds: Bounds) -> None:
        self.inner = inner
        self.bounds = bounds
        self.received = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes. Raises FetchFailed when the time is over, TooLarge over the bound on bytes."""
        received = self.inner.read(max_bytes, self._left(timeout))
        self.received += len(received)
        if self.received > self.bounds.most_bytes:
            raise TooLarge(f"The server sent more than {self.bounds.most_bytes / 2**20:.3g} MiB.")
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self.inner.write(buffer, self._left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted."""
        secure = self.inner.start_tls(ssl_context, server_hostname, self._left(timeout))
        return BoundedStream(secure, self.bounds)

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks about the connection."""
        return self.inner.get_extra_info(info)

    def _left(self, timeout: float | None) -> float:
        left = self.bounds.until - time.monotonic()
        if left <= 0:
            raise FetchFailed("The page took too long; try again later, or save it and give the file.")
        return left if timeout is None else min(left, timeout)


class GatedBackend(httpcore.NetworkBackend):
    """Connects only to addresses that may be connected to."""

    def __init__(
        self,
        *,
        allow_private: bool,
        resolver: Resolver = resolve,
        inner: httpcore.NetworkBackend | None = None,
        bounds: Bounds = NO_BOUNDS,
    ) -> None:
        self.allow_private = allow_private
        self.bounds = bounds
        self.resolver = resolver
        self.inner = inner or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of the host that answers. Raises FetchRefused if one is not public."""
        try:
            addresses = self.resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise FetchFailed(f"{host!r} cannot be resolved ({error}); check the address.") from error
        if not self.allow_private:
            closed = [address for address in addresses if not is_public(address)]
            if closed:
                raise FetchRefused(
                    f"{host!r} resolves to {closed[0]}, which is not a public address; allow private addresses "
                    "if you mean to read from your own network."
                )
        failure: Exception | None = None
        for address in addresses:
            try:
                stream = self.inner.connect_tcp(address, port, timeout, local_address, socket_options)
                return BoundedStream(stream, self.bounds)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or FetchFailed(f"{host!r} has no address; check it.")

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Never: pages do not come from sockets of this machine."""
        raise FetchRefused("Sockets of this machine are not read from.")


class _Body(httpx.SyncByteStream):
    """The response's bytes as they come."""

    def __init__(self, response: httpcore.Response, connection: httpcore.HTTPConnection) -> None:
        self.response = response
        self.connection = connection

    def __iter__(self) -> Iterator[bytes]:
        yield from self.response.iter_stream()

    def close(self) -> None:
        self.response.close()
        self.connection.close()


class GatedTransport(httpx.BaseTransport):
    """A transport for httpx that makes a connection for each request, through the gate.

    Nothing is kept from one request to the next: no connection, no cookie. It may be used by several threads.
    A request's extension `bounds` (`Bounds`) says when and after how many bytes it ends.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        resolver: Resolver = resolve,
        inner: httpcore.NetworkBackend | None = None,
    ) -> None:
        self.allow_private = allow_private
        self.resolver = resolver
        self.inner = inner
        self.ssl_context = httpx.create_ssl_context()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        backend = GatedBackend(
            allow_private=self.allow_private,
            resolver=self.resolver,
            inner=self.inner,
            bounds=request.extensions.get("bounds", NO_BOUNDS),
        )
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        sent = httpcore.Request(
            request.method,
            url,
            headers=request.headers.raw,
            content=request.read(),
            extensions=request.extensions,
        )
        connection = httpcore.HTTPConnection(url.origin, self.ssl_context, network_backend=backend)
        try:
            answer = connection.handle_request(sent)
        except BaseException:
            connection.close()
            raise
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer, connection),
            extensions=answer.extensions,
        )

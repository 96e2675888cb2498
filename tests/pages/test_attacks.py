"""Every attack of cases/attacks.toml, played by a server on loopback, refused for the right reason."""

from __future__ import annotations

import re
import time
import tomllib
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from onrecord import errors
from onrecord.model import Page
from onrecord.pages import Failure, network
from onrecord.pages.gate import GatedTransport, resolve
from onrecord.pages.network import pages_from
from tests.pages.attack_server import PAGE, Rerouted, Server, attack_server

ATTACKS = tomllib.loads(Path(__file__).with_name("cases").joinpath("attacks.toml").read_text("utf-8"))
ADDRESSES: list[dict[str, Any]] = ATTACKS["address"]
OUTER = "93.184.216.34"
PUBLIC = "http://public.example"
NAMES = {urlsplit(row["url"]).hostname: row["resolves"] for row in ADDRESSES if "resolves" in row}


def names(row: dict[str, Any]) -> str:
    return str(row["name"])


def resolver(host: str, port: int) -> Sequence[str]:
    """The name server: of the world outside, of the attacks, and the system's for numeric addresses."""
    if host == "public.example":
        return [OUTER]
    return NAMES.get(host) or NAMES.get(host.lower()) or resolve(host, port)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with attack_server() as server:
        yield server


def fetch(
    server: Server, url: str, *, allow_private: bool = False
) -> tuple[Page | errors.SkipReport, list[str]]:
    """The page or the reason, and the addresses that were connected to."""
    inner = Rerouted(server.port)
    transport = GatedTransport(allow_private=allow_private, resolver=resolver, inner=inner)
    (found,) = pages_from(url, transport=transport)
    return (found.reason if isinstance(found, Failure) else found), inner.connected


def refused(found: Page | errors.SkipReport, row: dict[str, Any], reason: str) -> None:
    assert isinstance(found, errors.SkipReport), f"the attack went through: {found}"
    kinds = row.get("error", "FetchRefused").split("|")
    assert isinstance(found, tuple(getattr(errors, kind) for kind in kinds)), repr(found)
    assert re.search(row.get("reason", reason), str(found)), str(found)


def test_there_are_attacks_enough() -> None:
    rows = [row["name"] for kind in ATTACKS.values() for row in kind]
    assert len(rows) == len(set(rows)) >= 40


@pytest.mark.parametrize("row", ADDRESSES, ids=names)
def test_an_inner_address_is_not_connected_to(server: Server, row: dict[str, Any]) -> None:
    found, connected = fetch(server, row["url"])
    refused(found, row, "not a public address")
    assert connected == []


@pytest.mark.parametrize("row", ADDRESSES, ids=names)
def test_no_redirect_leads_to_an_inner_address(server: Server, row: dict[str, Any]) -> None:
    found, connected = fetch(server, f"{PUBLIC}/to?{quote(row['url'], safe='')}")
    refused(found, row, "not a public address")
    assert connected == [OUTER], "the first server only"


@pytest.mark.parametrize("row", [row for row in ADDRESSES if not row.get("never")], ids=names)
def test_an_inner_address_can_be_allowed(server: Server, row: dict[str, Any]) -> None:
    found, _ = fetch(server, row["url"], allow_private=True)
    assert isinstance(found, Page), repr(found)
    assert found.content == PAGE


@pytest.mark.parametrize("row", ATTACKS["never"], ids=names)
@pytest.mark.parametrize("allow_private", [False, True])
def test_nothing_opens_what_is_no_address_of_a_page(
    server: Server, row: dict[str, Any], allow_private: bool
) -> None:
    url = row.get("url") or row["url_times"][0] + row["url_times"][1] * row["url_times"][2]
    found, connected = fetch(server, url, allow_private=allow_private)
    refused(found, row, "")
    assert connected == []


@pytest.mark.parametrize("row", ATTACKS["answer"], ids=names)
def test_a_hostile_answer_is_bounded(
    server: Server, row: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "MOST_BYTES", 200_000)
    monkeypatch.setattr(network, "MOST_SECONDS", row.get("seconds", 20.0))
    monkeypatch.setattr(network, "MOST_READ_SECONDS", row.get("seconds", 20.0))
    began = time.monotonic()
    found, connected = fetch(server, PUBLIC + row["path"])
    refused(found, row, "")
    assert time.monotonic() - began < 19
    assert set(connected) == {OUTER}
    for head in server.heads:
        assert b"\r\nAuthorization:" not in head and b"\r\nCookie:" not in head


def test_a_bomb_takes_no_memory(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MOST_BYTES", 200_000)
    fetch(server, PUBLIC + "/bomb-gzip")  # what the server needs for it is made
    tracemalloc.start()
    try:
        found, _ = fetch(server, PUBLIC + "/bomb-gzip")
        assert isinstance(found, errors.TooLarge)
        assert tracemalloc.get_traced_memory()[0] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_name_that_resolves_anew_for_each_request(server: Server) -> None:
    """Rebinding: a public address for the first look, the server's own network for the second."""
    answers = iter([[OUTER], ["127.0.0.1"]])
    inner = Rerouted(server.port)
    transport = GatedTransport(allow_private=False, resolver=lambda host, port: next(answers), inner=inner)
    (found,) = pages_from(f"{PUBLIC}/to?/page", transport=transport)
    assert isinstance(found, Failure) and "127.0.0.1" in str(found.reason)
    assert inner.connected == [OUTER]


def test_the_connection_goes_to_the_address_that_was_judged(server: Server) -> None:
    looked: list[str] = []

    def once(host: str, port: int) -> list[str]:
        looked.append(host)
        return [OUTER]

    inner = Rerouted(server.port)
    (found,) = pages_from(
        PUBLIC + "/page", transport=GatedTransport(allow_private=False, resolver=once, inner=inner)
    )
    assert isinstance(found, Page)
    assert (looked, inner.connected) == (["public.example"], [OUTER])


def test_a_cookie_is_not_sent_back(server: Server) -> None:
    server.heads.clear()
    found, _ = fetch(server, PUBLIC + "/cookie")
    assert isinstance(found, Page)
    assert server.paths() == ["/cookie", "/after-cookie"]
    assert not any(b"cookie:" in head.lower() for head in server.heads)


@pytest.mark.parametrize("path", ["/refresh", "/hints"])
def test_hints_of_the_server_are_not_followed(server: Server, path: str) -> None:
    server.heads.clear()
    found, _ = fetch(server, PUBLIC + path)
    assert isinstance(found, Page)
    assert server.paths() == [path]


def test_nothing_of_the_environment_is_used(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No proxy, which would lead around the gate, and no password from a file."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine public.example login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.port}")
    server.heads.clear()
    found, connected = fetch(server, PUBLIC + "/page")
    assert isinstance(found, Page)
    assert connected == [OUTER]
    assert server.paths() == ["/page"], "a proxy would have been asked for the whole address"
    assert b"secret" not in server.heads[0] and b"uthorization" not in server.heads[0]


def test_a_server_that_speaks_no_tls(server: Server) -> None:
    found, _ = fetch(server, "https://public.example/page")
    assert isinstance(found, errors.FetchFailed)


def test_sockets_of_this_machine_are_closed() -> None:
    transport = GatedTransport(allow_private=True)
    with pytest.raises(errors.FetchRefused):
        network.ask(transport, network.Question("http+unix://%2Fvar%2Frun%2Fdocker.sock/x"))


def test_validators_with_line_breaks_are_not_sent() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, html="x", headers={"etag": "a" * 600})

    question = network.Question(PUBLIC, etag='"a"\r\nX-Injected: 1', modified="x\x00")
    found = network.ask(httpx.MockTransport(answer), question)
    assert "if-none-match" not in sent[0].headers and "if-modified-since" not in sent[0].headers
    assert found.etag is None, "too long to be sent back"

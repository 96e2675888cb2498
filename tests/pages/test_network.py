from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpcore
import httpx
import pytest

from onrecord.errors import FetchRefused, SkipReport, TooLarge
from onrecord.model import Page
from onrecord.pages import Failure, network
from onrecord.pages.gate import GatedBackend, GatedTransport, is_public
from onrecord.pages.network import pages_from

HTML = "<html><body><p>The council voted on Thursday, the mayor said.</p></body></html>"
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Valley Courier</title>
<item><title>Council votes</title><link>https://courier.example/1</link>
<pubDate>Thu, 14 Mar 2024 10:00:00 GMT</pubDate></item>
<item><title>Gone</title><link>https://courier.example/gone</link></item>
<item><title>Local file</title><link>file:///etc/passwd</link></item></channel></rss>"""


def noon() -> datetime:
    return datetime(2024, 3, 14, 12, tzinfo=UTC)


def get(
    answer: Callable[[httpx.Request], httpx.Response], url: str = "https://courier.example/a"
) -> list[Any]:
    return list(pages_from(url, clock=noon, transport=httpx.MockTransport(answer)))


def refusal(found: list[Any]) -> SkipReport:
    (failure,) = found
    assert isinstance(failure, Failure)
    return failure.reason


def test_a_page_comes_with_its_last_address() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/a":
            return httpx.Response(301, headers={"location": "/b"})
        return httpx.Response(200, html=HTML)

    (page,) = get(answer)
    assert isinstance(page, Page)
    assert (page.source, page.url) == ("https://courier.example/a", "https://courier.example/b")
    assert (page.media_type, page.encoding) == ("html", "utf-8")
    assert page.fetched == "2024-03-14T12:00:00+00:00"


def test_a_feed_gives_the_page_of_each_entry() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/feed":
            return httpx.Response(200, text=FEED, headers={"content-type": "application/rss+xml"})
        return httpx.Response(200, html=HTML) if request.url.path == "/1" else httpx.Response(404)

    one, gone, local = get(answer, "https://courier.example/feed")
    assert (one.title, one.published, one.outlet) == ("Council votes", "2024-03-14", "Valley Courier")
    assert "404" in str(gone.reason)
    assert "http" in str(local.reason) and isinstance(local.reason, FetchRefused)


@pytest.mark.parametrize(
    "url", ["ftp://x.example/a", "file:///etc/passwd", "https://", "https://me:secret@x.example/"]
)
def test_other_addresses_are_refused(url: str) -> None:
    assert isinstance(refusal(get(lambda _: httpx.Response(200, html=HTML), url)), FetchRefused)


def test_redirects_end() -> None:
    assert "redirects" in str(refusal(get(lambda _: httpx.Response(302, headers={"location": "/again"}))))


def test_a_redirect_elsewhere_than_http_is_refused() -> None:
    found = get(lambda _: httpx.Response(302, headers={"location": "file:///etc/passwd"}))
    assert isinstance(refusal(found), FetchRefused)


def test_a_packed_page_is_bounded_as_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MOST_BYTES", 100_000)
    packed = gzip.compress(b"a" * 5_000_000)
    found = get(lambda _: httpx.Response(200, content=packed, headers={"content-encoding": "gzip"}))
    assert isinstance(refusal(found), TooLarge)
    twice = get(
        lambda _: httpx.Response(
            200, stream=httpx.ByteStream(b"x"), headers={"content-encoding": "gzip, gzip"}
        )
    )
    assert isinstance(refusal(twice), FetchRefused)


def test_what_is_no_page_is_refused() -> None:
    reason = refusal(get(lambda _: httpx.Response(200, content=b"x", headers={"content-type": "video/mp4"})))
    assert "video/mp4" in str(reason)


def test_a_failing_network_is_a_reason() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("too slow", request=request)

    assert "too slow" in str(refusal(get(answer)))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1",
     "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "x"],
)  # fmt: skip
def test_no_address_of_an_inner_network_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::6810:84e5"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


class Recorder(httpcore.MockBackend):
    def __init__(self) -> None:
        super().__init__([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok"])
        self.connected: list[str] = []

    def connect_tcp(self, host: str, *args: Any, **named: Any) -> httpcore.NetworkStream:
        self.connected.append(host)
        return super().connect_tcp(host, *args, **named)


def test_the_gate_connects_to_the_address_that_it_judged() -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    inner = Recorder()
    backend = GatedBackend(allow_private=False, resolver=lambda host, port: next(answers), inner=inner)
    backend.connect_tcp("courier.example", 443)
    with pytest.raises(FetchRefused, match=r"127\.0\.0\.1"):
        backend.connect_tcp("courier.example", 443)
    assert inner.connected == ["93.184.216.34"]


def test_one_private_address_among_public_ones_closes_the_gate() -> None:
    backend = GatedBackend(
        allow_private=False, resolver=lambda h, p: ["93.184.216.34", "10.0.0.1"], inner=Recorder()
    )
    with pytest.raises(FetchRefused):
        backend.connect_tcp("courier.example", 80)


def test_private_addresses_can_be_allowed() -> None:
    inner = Recorder()
    GatedBackend(allow_private=True, resolver=lambda h, p: ["127.0.0.1"], inner=inner).connect_tcp("home", 80)
    assert inner.connected == ["127.0.0.1"]


def test_the_transport_goes_through_the_gate() -> None:
    transport = GatedTransport(allow_private=False, resolver=lambda host, port: ["127.0.0.1"])
    (failure,) = pages_from("http://courier.example/", clock=noon, transport=transport)
    assert isinstance(failure, Failure)
    assert "127.0.0.1" in str(failure.reason)

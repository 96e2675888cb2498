"""The reading room: pages and their twins, what a reviewer does, and what a stranger cannot do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from onrecord.ledger import open_ledger
from onrecord.ledger.contract import Ledger
from onrecord.web import Access, create_app
from tests.exports.entry import READING

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
PAGES = (
    "/",
    "/search",
    "/search?q=dam",
    "/voices",
    "/voices/1",
    "/disputes",
    "/assessments",
    "/review",
    "/add",
    "/login",
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    clock = lambda: datetime(2026, 5, 3, tzinfo=UTC)  # noqa: E731  a fixed clock
    with open_ledger(tmp_path / "room.db", mode="create", clock=clock) as opened:
        hostile = replace(
            READING.report,
            id="r2",
            source=HOSTILE,
            url="javascript:alert(1)",
            title=HOSTILE,
            byline=HOSTILE,
            sha256="ee" * 32,
        )
        voices = tuple(
            replace(voice, name=HOSTILE + voice.name, why=HOSTILE) for voice in READING.voices or ()
        )
        opened.add([READING, replace(READING, report=hostile, voices=voices)])
        yield opened


@pytest.fixture
def room(ledger: Ledger) -> TestClient:
    return TestClient(create_app(ledger), base_url="http://127.0.0.1:8321")


def key_of(ledger: Ledger, source: str = "dam.txt") -> str:
    return next(entry.report for entry in ledger.reports() if entry.source == source)


class _Shape(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str | None] = []
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.scripts.append(given.get("src"))
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.links += [given["href"] or ""] if "href" in given else []
        self.ids += [given["id"] or ""] if "id" in given else []


def shape(html: str) -> _Shape:
    found = _Shape()
    found.feed(html)
    return found


@pytest.mark.parametrize("path", [*PAGES, "/reports/HOSTILE"])
def test_page_text_is_never_markup(room: TestClient, ledger: Ledger, path: str) -> None:
    answer = room.get(path.replace("HOSTILE", key_of(ledger, HOSTILE)))
    assert answer.status_code == 200
    found = shape(answer.text)
    assert found.scripts == ["/static/room.js"] and found.handlers == []
    assert not [link for link in found.links if link.startswith("javascript")]
    assert len(found.ids) == len(set(found.ids))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize(
    "path", ["/search?q=dam", "/voices", "/voices/1", "/disputes", "/assessments", "/review"]
)
def test_every_page_names_its_json_twin(room: TestClient, path: str) -> None:
    html = room.get(path).text
    twin = next(link for link in shape(html).links if ".json" in link)
    assert twin.split("?")[0] == path.split("?", maxsplit=1)[0] + ".json"
    assert room.get(twin).json()


def test_the_report_page_marks_the_text_and_draws_the_chain(room: TestClient, ledger: Ledger) -> None:
    key = key_of(ledger)
    page = room.get(f"/reports/{key}.json").json()
    assert "".join(run["text"] for run in page["blocks"][1]["runs"]) == READING.report.text.split("\n")[1]
    assert page["statements"][1]["chain"] == ["Water Board", "divers"]
    assert page["statements"][1]["certainties"] == ["likely (PHIA: 55 to 75 %)"]
    assert page["headline"]["verdict"] == "strengthened"
    html = room.get(f"/reports/{key}").text
    assert {"a1", "a2", "a3", "a4", "disputes"} <= set(shape(html).ids)
    assert '<details class="furniture">' in html
    assert html.index("Water Board ▸") < html.index("<strong>divers</strong>")


def test_search_finds_and_says_what_is_wrong_with_a_question(room: TestClient) -> None:
    found = room.get("/search.json", params={"q": "dam", "certainty": ">=0.5"}).json()
    assert found["page"]["total"] == 2 and {hit["voice_kind"] for hit in found["hits"]} == {"group"}
    wrong = room.get("/search.json", params={"certainty": "very"}).json()
    assert "is no comparison" in wrong["problem"] and wrong["hits"] == []


def test_a_search_is_a_feed(room: TestClient) -> None:
    feed = ET.fromstring(room.get("/search.atom", params={"q": "dam"}).content)
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert entries and all(entry.find(f"{atom}updated") is not None for entry in entries)


def test_a_review_is_kept_shown_and_undone(room: TestClient, ledger: Ledger) -> None:
    row = f"{key_of(ledger)}.d1"
    answer = room.post("/review.json", json={"row": row, "state": "rejected"})
    assert answer.json()["from_state"] == "machine"
    assert ">rejected</span>" in room.get(f"/reports/{key_of(ledger)}").text
    back = room.post(
        "/review", data={"row": row, "state": "machine", "back": "/disputes"}, follow_redirects=False
    )
    assert (back.status_code, back.headers["location"]) == (303, "/disputes")
    assert [r.to_state for r in ledger.review_changes(row)] == ["rejected", "machine"]


@pytest.mark.parametrize("row", ["nothing", "ffff.a1", "x.y.z", "'; DROP TABLE reviews --"])
def test_a_review_of_no_row_says_so(room: TestClient, row: str) -> None:
    answer = room.post("/review.json", json={"row": row, "state": "accepted"})
    assert answer.status_code == 400 and answer.json()["error"]


def test_a_wrong_state_is_refused(room: TestClient, ledger: Ledger) -> None:
    answer = room.post("/review.json", json={"row": f"{key_of(ledger)}.d1", "state": "true"})
    assert answer.status_code == 400 and "no review state" in answer.json()["error"]


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_no_redirect_leads_elsewhere(room: TestClient, ledger: Ledger, back: str) -> None:
    data = {"row": f"{key_of(ledger)}.d1", "state": "unsure", "back": back}
    assert room.post("/review", data=data, follow_redirects=False).headers["location"] == "/"


def test_a_pasted_text_is_read_and_opens(room: TestClient) -> None:
    text = "Mayor Ute Falk said on Monday that the bridge is safe.\n\n“It is not,” said engineer Jon Berg."
    answer = room.post("/add", data={"text": text, "title": "Bridge", "published": "2026-05-05"})
    assert answer.status_code == 200 and re.search(r"/reports/\w+$", str(answer.url))
    assert "the bridge is safe" in answer.text


def test_nothing_to_add_says_so(room: TestClient) -> None:
    answer = room.post("/add", data={"text": " "})
    assert answer.status_code == 400 and "Nothing was given" in answer.text
    wrong = room.post("/add", data={"url": "file:///etc/passwd"})
    assert wrong.status_code == 400 and "only http and https" in wrong.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_other_sites_cannot_write(room: TestClient, ledger: Ledger, headers: dict[str, str]) -> None:
    row = f"{key_of(ledger)}.d1"
    answer = room.post("/review.json", json={"row": row, "state": "accepted"}, headers=headers)
    assert answer.status_code == 403 and ledger.review_changes(row) == ()
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8321"}
    assert room.post("/review.json", json={"row": row, "state": "accepted"}, headers=own).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::1", ""])
def test_on_loopback_only_its_own_names_are_answered(room: TestClient, host: str) -> None:
    assert room.get("/", headers={"Host": host}).status_code == 421


def writing_routes(app_routes: list[object]) -> list[tuple[str, str]]:
    return [
        (method, route.path)
        for route in app_routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
        if method not in ("GET", "HEAD")
    ]


def test_elsewhere_every_writing_route_needs_the_token(ledger: Ledger) -> None:
    app = create_app(ledger, Access(loopback=False, token="a long enough token"))
    room = TestClient(app, base_url="http://room.example")
    routes = writing_routes(
        [
            *app.routes,
            *(r for x in app.routes for r in getattr(getattr(x, "original_router", None), "routes", [])),
        ]
    )
    assert {path for _, path in routes} >= {"/review.json", "/review", "/add", "/login"}
    for method, path in routes:
        if path != "/login":
            assert room.request(method, path.replace("{voice}", "1")).status_code == 403, path
    assert room.get("/").status_code == 200
    assert "Accept</button>" not in room.get(f"/reports/{key_of(ledger)}").text


def test_the_token_opens_a_session_and_a_wrong_one_does_not(ledger: Ledger) -> None:
    app = create_app(ledger, Access(loopback=False, token="a long enough token"))
    room = TestClient(app, base_url="http://room.example")
    wanted = {"row": f"{key_of(ledger)}.d1", "state": "accepted"}
    assert room.post("/login", data={"token": "wrong"}).status_code == 403
    assert room.post("/review.json", json=wanted).status_code == 403
    entered = room.post("/login", data={"token": "a long enough token"}, follow_redirects=False)
    assert {"httponly", "samesite=strict"} <= set(
        entered.headers["set-cookie"].lower().replace(" ", "").split(";")
    )
    assert room.post("/review.json", json=wanted).status_code == 200
    other = TestClient(app, base_url="http://room.example")
    bearer = {"Authorization": "Bearer a long enough token"}
    assert other.post("/review.json", json=wanted, headers=bearer).status_code == 200


def test_without_a_token_nobody_writes_elsewhere(ledger: Ledger) -> None:
    room = TestClient(create_app(ledger, Access(loopback=False)), base_url="http://room.example")
    for header in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}):
        answer = room.post("/review.json", json={"row": "x.a1", "state": "accepted"}, headers=header)
        assert answer.status_code == 403


def test_the_api_is_described(room: TestClient) -> None:
    paths = json.loads(room.get("/openapi.json").content)["paths"]
    assert {"/search.json", "/reports/{report}.json", "/review.json", "/voices.json"} <= set(paths)
    for path, operations in paths.items():
        for method, operation in operations.items():
            if method == "get" and path.endswith(".json") and path != "/health.json":
                assert operation["responses"]["200"]["content"]["application/json"]["schema"], path


def test_what_is_not_there_is_not_found(room: TestClient) -> None:
    for path in ("/reports/nope", "/reports/nope.json", "/voices/999", "/voices/999.json"):
        assert room.get(path).status_code == 404, path
    assert room.get("/reports/nope.json").json()["error"]
    assert room.get("/static/../app.py").status_code == 404

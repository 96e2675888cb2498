"""What a stranger cannot do in the reading room, and what opens it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from onrecord.ledger.contract import Ledger
from onrecord.web import Access, create_app
from onrecord.web.access import SESSION_SECONDS, hash_password
from tests.web.shown import key_of


def test_what_is_kept_is_each_visitors_own(ledger: Ledger) -> None:
    app = create_app(ledger, Access(loopback=False, token="a long enough token"))
    reader = TestClient(app, base_url="http://room.example")
    writer = TestClient(
        app, base_url="http://room.example", headers={"Authorization": "Bearer a long enough token"}
    )
    path = f"/reports/{key_of(ledger)}"
    for _ in range(2):
        assert "Accept</button>" in writer.get(path).text
        assert "Accept</button>" not in reader.get(path).text


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
    for wrong in ("wrong", "", "\ud800"):
        assert room.post(
            "/login",
            content=b"token=" + quote(wrong, errors="surrogatepass").encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        ).status_code in (403, 422)
    assert room.post("/review.json", json=wanted).status_code == 403
    entered = room.post("/login", data={"token": "a long enough token"}, follow_redirects=False)
    assert {"httponly", "samesite=strict"} <= set(
        entered.headers["set-cookie"].lower().replace(" ", "").split(";")
    )
    assert room.post("/review.json", json=wanted).status_code == 200
    other = TestClient(app, base_url="http://room.example")
    bearer = {"Authorization": "Bearer a long enough token"}
    assert other.post("/review.json", json=wanted, headers=bearer).status_code == 200


def test_a_password_opens_writing_until_the_session_ends(ledger: Ledger) -> None:
    now = [0.0]
    hashed = hash_password("a good password")
    assert hashed.startswith("$argon2id$") and "good" not in hashed
    app = create_app(ledger, Access(loopback=False, password_hash=hashed, clock=lambda: now[0]))
    room = TestClient(app, base_url="http://room.example")
    wanted = {"row": f"{key_of(ledger)}.d1", "state": "accepted"}
    assert room.post("/login", data={"token": "a bad password"}).status_code == 403
    assert room.post("/login", data={"token": hashed}).status_code == 403
    assert room.post("/login", data={"token": "a good password"}, follow_redirects=False).status_code == 303
    assert room.post("/review.json", json=wanted).status_code == 200
    now[0] = SESSION_SECONDS + 1
    assert room.post("/review.json", json=wanted).status_code == 403


def test_without_a_token_nobody_writes_elsewhere(ledger: Ledger) -> None:
    room = TestClient(create_app(ledger, Access(loopback=False)), base_url="http://room.example")
    for header in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}):
        answer = room.post("/review.json", json={"row": "x.a1", "state": "accepted"}, headers=header)
        assert answer.status_code == 403

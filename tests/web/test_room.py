"""The reading room: pages and their twins, what a reviewer does, and what a stranger cannot do."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from onrecord.ledger import open_ledger
from onrecord.ledger.contract import Ledger
from onrecord.ledger.positions import without_text
from onrecord.model import Span
from onrecord.web import Access, create_app, reading_routes, table_routes
from onrecord.web.access import SESSION_SECONDS, hash_password
from onrecord.web.rendering import narrowed
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
    "/audit",
    "/audit?row=HOSTILE.d1",
    "/disputes?kind=rejects&state=machine",
    "/disputes?voice=divers",
    "/search?outlet=The+Paper&act=say",
    "/review?kind=voice",
    "/review?kind=statement&state=machine",
    "/reports/HOSTILE/versions",
    "/corrected",
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
    assert answer.status_code == 200, answer.text
    found = shape(answer.text)
    assert found.scripts == ["/static/room.js"] and found.handlers == []
    assert not [link for link in found.links if link.startswith("javascript")]
    assert len(found.ids) == len(set(found.ids))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize(
    "path", ["/search?q=dam", "/voices", "/voices/1", "/disputes", "/assessments", "/review", "/corrected"]
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
    ladder = re.findall(r'class="(rung\d)[^"]*"[^>]*>([^<]+)', html[html.index('id="a2"') :])
    assert ladder[:2] == [("rung0", "Water Board"), ("rung1", "divers")]


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


def test_the_checks_of_headline_and_sentences_are_reviewed(room: TestClient, ledger: Ledger) -> None:
    key = key_of(ledger)
    check = room.get(f"/reports/{key}.json").json()["headline"]
    assert (check["row"], check["label"], check["review"]) == (f"{key}.h1", "Headline", "machine")
    back = f"/reports/{key}#h1"
    done = room.post(
        "/review", data={"row": check["row"], "state": "accepted", "back": back}, follow_redirects=False
    )
    assert (done.status_code, done.headers["location"]) == (303, back)
    assert room.get(f"/reports/{key}.json").json()["headline"]["review"] == "accepted"


def test_the_first_paragraph_is_checked_beside_the_headline(room: TestClient, ledger: Ledger) -> None:
    assert READING.headline is not None
    check = replace(READING.headline, checked=Span(26, 40), verdict="supported", differences=())
    other = replace(READING.report, id="r3", source="lede.txt", url=None, sha256="aa" * 32)
    ledger.add([replace(READING, report=other, sentence_checks=(check,))])
    key = key_of(ledger, "lede.txt")
    (shown,) = room.get(f"/reports/{key}.json").json()["sentence_checks"]
    assert (shown["id"], shown["label"], shown["checked"]) == ("s1", "First paragraph", "The board said")
    assert room.post("/review.json", json={"row": shown["row"], "state": "unsure"}).status_code == 200
    assert {"h1", "s1"} <= set(shape(room.get(f"/reports/{key}").text).ids)


@pytest.mark.parametrize("kind", ["statement", "voice", "time", "certainty", "dispute", "headline"])
def test_every_kind_of_judgement_can_be_reviewed(room: TestClient, ledger: Ledger, kind: str) -> None:
    found = room.get("/review.json", params={"kind": kind}).json()
    assert {j["kind"] for j in found["judgements"]} == {kind} and not found["cut"]
    row = found["judgements"][0]["row"]
    assert room.post("/review.json", json={"row": row, "state": "rejected"}).status_code == 200
    left = room.get("/review.json", params={"kind": kind}).json()["judgements"]
    assert row not in {j["row"] for j in left}
    assert row in {
        j["row"] for j in room.get(f"/review.json?kind={kind}&state=rejected").json()["judgements"]
    }


def test_reviews_are_signed_with_the_name_that_was_given(room: TestClient, ledger: Ledger) -> None:
    row = f"{key_of(ledger)}.d1"
    room.post("/review", data={"row": row, "state": "unsure"})
    room.post("/name", data={"name": " Ada  Løv; x=y "})
    assert "Ada  Løv; x=y" in room.get("/review").text
    room.post("/review", data={"row": row, "state": "accepted"})
    room.post("/review.json", json={"row": row, "state": "machine"})
    room.post("/review.json", json={"row": row, "state": "unsure", "by": "Bo"})
    signed = [change.by for change in ledger.review_changes(row)]
    assert signed == ["reading room", "Ada  Løv; x=y", "Ada  Løv; x=y", "Bo"]


def test_what_a_voice_is_called_and_why_stands_beside_it(room: TestClient, ledger: Ledger) -> None:
    voice = next(v for v in ledger.voices() if v.name == "Water Board")
    page = room.get(f"/voices/{voice.id}.json").json()
    assert [(n["called"], n["why"], n["report_title"]) for n in page["names"]] == [
        (["The board"], "named", READING.report.title)
    ]
    html = room.get(f"/reports/{key_of(ledger)}").text
    assert {"v1", "v2", "v3"} <= set(shape(html).ids) and "called <q>The board</q>" in html


def test_versions_of_a_report_and_what_they_changed(room: TestClient, ledger: Ledger) -> None:
    key = key_of(ledger)
    text = READING.report.text.replace("“Rubbish,”", "“Nothing,”")
    changed = replace(READING, report=replace(READING.report, text=text, sha256="ff" * 32))
    assert room.get("/corrected.json").json()["reports"] == []
    ledger.add([changed])
    page = room.get(f"/reports/{key}/versions.json").json()
    assert [v["report"]["version"] for v in page["versions"]] == [2, 1]
    assert page["versions"][0]["corrections"] and not page["versions"][1]["corrections"]
    html = room.get(f"/reports/{key}/versions").text
    assert "Rubbish" in html and "Nothing" in html and shape(html).scripts == ["/static/room.js"]
    assert [r["report"] for r in room.get("/corrected.json").json()["reports"]] == [key]
    old = room.get(f"/reports/{key}?version=1").text
    assert "older version" in old and "Rubbish" in old and "Accept</button>" not in old
    assert "Rubbish" not in room.get(f"/reports/{key}").text.replace("“Rubbish”", "")
    assert room.get(f"/reports/{key}?version=3").status_code == 404


def test_a_report_without_its_text_says_so(room: TestClient, ledger: Ledger) -> None:
    other = replace(READING.report, id="r4", source="gone.txt", url=None, sha256="bb" * 32)
    ledger.add([without_text(replace(READING, report=other))])
    html = room.get(f"/reports/{key_of(ledger, 'gone.txt')}").text
    assert "The text is not kept here" in html and "[text not kept: characters" in html
    assert 'class="text"' not in html
    found = room.get("/search", params={"q": "zebra"}).text
    assert "words in those cannot be found" in found
    assert "text not kept: between characters" in room.get("/search", params={"q": "voice:Water"}).text


def test_an_answer_goes_on_from_where_it_was_cut(room: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_routes, "PAGE_SIZE", 3)
    whole = [hit["statement"] for hit in room.get("/search.json").json()["hits"]]
    found, after = [], ""
    for _ in range(5):
        page = room.get("/search.json", params={"after": after}).json()
        found += [hit["statement"] for hit in page["hits"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert len(found) == len(set(found)) == 8 and found[:3] == whole and len(whole) == 3
    assert 'rel="next"' in room.get("/search").text
    assert room.get("/search.json", params={"after": "nonsense"}).json()["problem"]


def test_pages_are_kept_until_the_ledger_changes(room: TestClient, ledger: Ledger) -> None:
    path = f"/reports/{key_of(ledger)}"
    first = room.get(path)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    same = room.get(path, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert "content-security-policy" in same.headers and "content-length" not in same.headers
    assert room.get(path).text == first.text
    ledger.review(f"{key_of(ledger)}.a1", "rejected", by="ada")
    changed = room.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200 and ">rejected</span>" in changed.text


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


def test_facets_count_and_narrow(room: TestClient) -> None:
    everything = room.get("/search.json").json()
    facets = {facet["name"]: dict(facet["values"]) for facet in everything["facets"]["facets"]}
    assert everything["facets"]["complete"] and sum(facets["act"].values()) == everything["page"]["total"]
    assert facets["month"] == {"2026-05": everything["page"]["total"]}
    for facet, values in facets.items():
        for value, count in values.items():
            query = narrowed({}, facet, value)
            if facet != "voice":  # a voice's name is looked for as words
                assert room.get("/search.json", params=query).json()["page"]["total"] == count, query


def test_an_audit_trail_tells_who_and_what(room: TestClient, ledger: Ledger) -> None:
    row = f"{key_of(ledger)}.d1"
    assert "Nobody has reviewed" in room.get("/audit", params={"row": row}).text
    room.post("/review.json", json={"row": row, "state": "unsure", "by": "Ada", "note": "ask again"})
    change = room.get("/audit.json", params={"row": row}).json()["changes"][0]
    assert (change["by"], change["from_state"], change["to_state"]) == ("Ada", "machine", "unsure")
    assert "ask again" in room.get("/audit", params={"row": row}).text


def test_nothing_machine_made_looks_verified(room: TestClient, ledger: Ledger) -> None:
    key = key_of(ledger)
    for path in (f"/reports/{key}", "/search", "/disputes", "/review", "/assessments"):
        html = room.get(path).text
        assert 'class="state machine"' in html, path
        assert 'class="state accepted"' not in html, path
        assert "never whether the statement is true" in html, path


@pytest.mark.parametrize(
    "path", ["/search", "/reports", "/voices", "/disputes", "/assessments", "/review", "/audit"]
)
def test_every_table_is_csv(room: TestClient, ledger: Ledger, path: str) -> None:
    ledger.review(f"{key_of(ledger)}.d1", "unsure", by="=cmd()")
    answer = room.get(f"{path}.csv", params={"formula_safe": "true"})
    rows = list(csv.reader(answer.text.splitlines()))
    assert answer.headers["x-onrecord-complete"] == "true" and len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_a_cut_table_says_so(room: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_routes, "MOST_ROWS", 2)
    for path in ("/search.csv", "/voices.csv", "/review.csv"):
        answer = room.get(path)
        assert answer.headers["x-onrecord-complete"] == "false"
        assert answer.text.splitlines()[-1].startswith("CUT after 2 rows")


def test_a_family_is_compared(room: TestClient, ledger: Ledger) -> None:
    keys = [entry.report for entry in ledger.reports()]
    answer = room.get("/family", params={"report": keys})
    found = shape(answer.text)
    assert answer.status_code == 200 and found.scripts == [] and found.handlers == []
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
    twin = room.get(next(link for link in found.links if "family.json" in link)).json()
    assert len(twin["reports"]) == 2
    assert room.get("/family", params={"report": keys[:1]}).status_code == 404
    assert room.get("/family").status_code == 404


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


def when_done(room: TestClient, path: str) -> Any:
    until = time.monotonic() + 60
    while not (state := room.get(f"{path}.json").json())["done"]:
        assert time.monotonic() < until and state["step"]
        time.sleep(0.05)
    return room.get(path)


def test_a_pasted_text_is_read_and_opens(room: TestClient) -> None:
    text = "Mayor Ute Falk said on Monday that the bridge is safe.\n\n“It is not,” said engineer Jon Berg."
    begun = room.post(
        "/add", data={"text": text, "title": "Bridge", "published": "2026-05-05"}, follow_redirects=False
    )
    answer = when_done(room, begun.headers["location"])
    assert answer.status_code == 200 and re.search(r"/reports/\w+$", str(answer.url))
    assert "the bridge is safe" in answer.text


def test_what_could_not_be_read_is_told(room: TestClient) -> None:
    given = {"upload": ("empty.html", b"<html><body></body></html>")}
    page = when_done(room, room.post("/add", files=given, follow_redirects=False).headers["location"])
    assert "empty.html" in page.text and 'role="alert"' in page.text
    assert room.get("/adding/nothing").status_code == 404


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

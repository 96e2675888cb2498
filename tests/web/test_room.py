"""The reading room: its pages and their twins."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from onrecord.ledger.contract import Ledger
from onrecord.ledger.positions import without_text
from onrecord.web import reading_routes, table_routes
from onrecord.web.rendering import narrowed
from tests.exports.entry import READING
from tests.web.shown import HOSTILE, key_of, shape

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
    ledger.add([replace(READING, attributions=(), certainties=(), disputes=(), headline=None)])
    assert room.get("/family.json", params={"report": keys}).json()["utterances"] != twin["utterances"]
    assert room.get("/family", params={"report": keys[:1]}).status_code == 404
    assert room.get("/family").status_code == 404


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

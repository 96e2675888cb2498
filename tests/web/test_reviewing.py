"""What a reviewer does in the reading room, and where it is seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from onrecord.ledger.contract import Ledger
from onrecord.model import Span
from tests.exports.entry import READING
from tests.web.shown import key_of, shape


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


@pytest.mark.parametrize(
    ("part", "name", "shown"),
    [
        ("certainties", "c1", {"words": "likely to", "holder": "divers", "holder_id": "a2", "low": 0.55}),
        ("times", "t1", {"words": "Monday", "kind": "date", "value": "2026-05-04", "anchor": "published"}),
    ],
)
def test_times_and_certainties_are_reviewed_on_the_report_s_page(
    room: TestClient, ledger: Ledger, part: str, name: str, shown: dict[str, object]
) -> None:
    key = key_of(ledger)
    (row,) = room.get(f"/reports/{key}.json").json()[part]
    assert row.items() >= {"row": f"{key}.{name}", "id": name, "review": "machine", **shown}.items()
    html = room.get(f"/reports/{key}").text
    assert (
        name in shape(html).ids
        and f'action="/review"><input type="hidden" name="row" value="{key}.{name}"' in html
    )
    wanted = {"row": row["row"], "state": "rejected", "back": f"/reports/{key}#{name}"}
    done = room.post("/review", data=wanted, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, wanted["back"])
    assert room.get(f"/reports/{key}.json").json()[part][0]["review"] == "rejected"
    assert f"row={key}.{name}" in room.get(f"/reports/{key}").text, "its audit trail"


def test_a_reporter_s_own_word_of_likelihood_has_no_holder_and_no_band(
    room: TestClient, ledger: Ledger
) -> None:
    (word,) = READING.certainties or ()
    own = replace(word, holder="reporter", yardstick=None, low=None, high=None, notes=("hedged",))
    ledger.add([replace(READING, certainties=(own,), times=())])
    (row,) = room.get(f"/reports/{key_of(ledger)}.json").json()["certainties"]
    assert (row["holder"], row["holder_id"], row["remarks"]) == ("the reporter", None, ["hedged"])
    html = room.get(f"/reports/{key_of(ledger)}").text
    assert "held by the reporter" in html and "1 word of certainty" in html and 'id="t1"' not in html


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

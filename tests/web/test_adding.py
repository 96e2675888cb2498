"""Adding reports in the reading room."""

from __future__ import annotations

import re
import time
from typing import Any

from starlette.testclient import TestClient


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

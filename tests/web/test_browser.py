"""The reading room in a real browser: permalink, review with keys, adding, hostile text, accessibility.

Needs Debian's `chromium`; without it these tests are skipped.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from onrecord.ledger import open_ledger
from onrecord.web import create_app
from tests.exports.entry import READING

CHROMIUM = shutil.which("chromium")
HOSTILE = '"><script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">'
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium is not installed (Debian package: chromium)"
)


class Room:
    """A served ledger and a browser page on it."""

    def __init__(self, address: str, page: Any, ledger: Any) -> None:
        self.address, self.page, self.ledger = address, page, ledger
        self.key = next(entry.report for entry in ledger.reports() if entry.source == "dam.txt")
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)

    def open(self, path: str) -> Any:
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = tmp_path_factory.mktemp("room") / "room.db"
    hostile = replace(
        READING.report,
        id="r2",
        source=HOSTILE,
        url=None,
        title=HOSTILE,
        text=READING.report.text,
        sha256="ee" * 32,
    )
    with open_ledger(path, mode="create") as ledger:
        ledger.add([READING, replace(READING, report=hostile)])
        server = uvicorn.Server(uvicorn.Config(create_app(ledger), port=0, log_level="error"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        with sync_api.sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            yield Room(f"http://127.0.0.1:{port}", browser.new_page(), ledger)
            browser.close()
        server.should_exit = True
        thread.join()


def test_a_permalink_lands_on_the_highlighted_words(room: Room) -> None:
    page = room.open(f"/reports/{room.key}#a2")
    lit = page.locator(".lit")
    lit.first.wait_for()
    assert "the dam is " in "".join(lit.all_inner_texts())
    assert lit.first.evaluate(
        "e => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight }"
    )
    assert page.locator("#a2").evaluate("e => e === document.querySelector(':target')")


def test_reviewing_with_keys_and_undoing(room: Room) -> None:
    page = room.open("/review")
    row = page.locator("#queue .hit").first.get_attribute("data-row")
    page.keyboard.press("j")
    page.keyboard.press("y")
    page.get_by_text("accepted. Press z to undo.").wait_for()
    assert [r.to_state for r in room.ledger.review_changes(row)] == ["accepted"]
    page.keyboard.press("z")
    page.get_by_text("Undone.").wait_for()
    assert [r.to_state for r in room.ledger.review_changes(row)] == ["accepted", "machine"]
    page.locator("#keys").uncheck()
    page.keyboard.press("n")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    assert len(room.ledger.review_changes(row)) == 2


def test_a_statement_lights_its_words_and_words_their_statement(room: Room) -> None:
    page = room.open(f"/reports/{room.key}")
    page.locator("#a3 .what").hover()
    assert "Rubbish" in "".join(page.locator(".text .warm").all_inner_texts())
    page.locator(".text .source", has_text="divers").first.hover()
    assert page.locator("#a2.warm").count() == 1
    page.locator("#a1 .id").focus()
    assert "The board" in "".join(page.locator(".text .warm").all_inner_texts())
    page.locator(".differences li").first.hover()
    lit = page.locator(".text .warm").all_inner_texts()
    assert any(words in "Dam" for words in lit) and "The board" in "".join(lit)


def test_reviewing_by_form_without_keys(room: Room) -> None:
    page = room.open(f"/reports/{room.key}")
    page.locator("#a3").hover()
    page.locator("#a3").get_by_role("button", name="Unsure").click()
    page.locator("#a3 .state.unsure").wait_for()
    assert room.ledger.review_states(room.key)["a3"] == "unsure"
    page.locator("#a3").get_by_role("button", name="Undo").click()
    page.locator("#a3 .state.machine").wait_for()


@pytest.mark.parametrize(("row", "words"), [("c1", "likely to"), ("t1", "Monday")])
def test_a_permalink_to_a_certainty_or_a_time_opens_its_row_for_review(
    room: Room, row: str, words: str
) -> None:
    page = room.open(f"/reports/{room.key}#{row}")
    item = page.locator(f"#{row}")
    item.get_by_role("button", name="Accept").click()
    page.locator(f"#{row} .state.accepted").wait_for()
    assert room.ledger.review_states(room.key)[row] == "accepted"
    assert page.locator(".text .lit").all_inner_texts() == [words]
    item.get_by_role("button", name="Undo").click()
    page.locator(f"#{row} .state.machine").wait_for()


def test_adding_a_text_opens_its_report(room: Room) -> None:
    page = room.open("/add")
    page.get_by_label("Text of the report").fill("Mayor Ute Falk said on Monday that the bridge is safe.")
    page.get_by_label("Date of publication").fill("2026-05-05")
    page.get_by_role("button", name="Read").click()
    page.wait_for_url("**/reports/*", timeout=90_000)
    assert page.locator("article.text").inner_text().startswith("Mayor Ute Falk")


def test_hostile_page_text_stays_text_and_nothing_is_blocked(room: Room) -> None:
    room.problems.clear()
    key = next(entry.report for entry in room.ledger.reports() if entry.source == HOSTILE)
    for path in ("/", f"/reports/{key}", "/search?q=dam", "/disputes", "/review"):
        page = room.open(path)
        assert page.title() != "owned"
        assert page.locator("main img").count() == 0
    assert room.problems == []


def test_an_inline_script_would_be_refused(room: Room) -> None:
    page = room.open("/")
    page.evaluate(
        """() => {
        const script = document.createElement("script");
        script.textContent = "document.title = 'owned'";
        document.body.append(script);
    }"""
    )
    assert page.title() != "owned"
    room.problems.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/reports/KEY",
        "/search?q=dam",
        "/voices",
        "/voices/1",
        "/disputes",
        "/assessments",
        "/review",
        "/add",
        "/audit",
        "/family?report=KEY&report=OTHER",
    ],
)
def test_axe_finds_nothing(room: Room, path: str, scheme: str) -> None:
    package = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    source = next(f for f in Path(str(files(package.__name__))).rglob("axe.min.js")).read_text(
        encoding="utf-8"
    )
    page = room.page
    page.emulate_media(color_scheme=scheme)
    other = next(entry.report for entry in room.ledger.reports() if entry.source == HOSTILE)
    room.open(path.replace("KEY", room.key).replace("OTHER", other))
    page.evaluate(source)
    found = page.evaluate("axe.run()")["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found] == []


def test_a_narrow_screen_does_not_scroll_sideways(room: Room) -> None:
    page = room.page
    page.set_viewport_size({"width": 360, "height": 700})
    for path in ("/", f"/reports/{room.key}", "/search?q=dam", "/disputes", "/review"):
        room.open(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_first_load_is_small(room: Room) -> None:
    sizes: list[int] = []
    page = room.page
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    room.open(f"/reports/{room.key}")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) < 300_000

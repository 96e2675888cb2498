"""Page text is shown as text wherever it goes: no markup, no formula, no path, no SQL, whatever it says.

The reading room's own rules (origins, hosts, tokens of every writing route, redirects) are tested in tests/web.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from onrecord.cli import app
from onrecord.exports import FORMATS
from onrecord.exports.comparison_page import comparison_to_html
from onrecord.exports.entries import Entry
from onrecord.exports.notebook import reading_html
from onrecord.families import compare
from onrecord.ledger import open_ledger
from onrecord.ledger.contract import Ledger
from onrecord.model import Block, Reading, Span
from onrecord.web import create_app
from tests.exports.entry import READING
from tests.ledger.made import harbour

SCRIPTS = (
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</title></style></textarea><svg/onload=alert(1)>",
    "{{ 7*7 }}{% raw %}<iframe srcdoc='<script>alert(1)</script>'>",
    "javascript:alert(1)//--><script>alert(1)</script>",
    "\u202e<script\x00>alert(1)</script\x0b>",
)
FORMULAS = (
    '=cmd|"/c calc"!A1',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("https://evil.example")',
)
PATHS = ("../../evil", "/etc/cron.d/evil", "..\\..\\evil", "a/../../evil\x00.txt", "~/evil", "C:\\evil")
SQL = (
    "' OR 1=1 --",
    '"; DROP TABLE reports; --',
    "1) UNION SELECT reading FROM versions --",
    "%' ESCAPE '!",
    "\\",
    "%_%",
)
MARKUP = ("script", "img", "svg", "iframe")


def hostile(bad: str, number: int = 0) -> Reading:
    """A reading that says something bad wherever a page or a person can say something."""
    text = f"{bad}\n{READING.report.text}"
    moved = len(bad) + 1

    def at(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(Span(s + moved, e + moved) for s, e in spans)

    report = replace(
        READING.report,
        text=text,
        blocks=(Block(0, len(bad), "headline"), Block(moved, len(text), "body")),
        sha256=f"{number:02d}" * 32,
        **dict.fromkeys(("id", "source", "url", "title", "byline", "site", "outlet"), bad),
    )
    return replace(
        READING,
        report=report,
        attributions=tuple(
            replace(
                a,
                source=(Span(0, len(bad)),),
                cue=at(a.cue),
                content=(Span(0, len(bad)), *at(a.content)),
                said=None,
            )
            for a in READING.attributions or ()
        ),
        voices=tuple(replace(v, name=bad, roles=(bad,), why=bad, mentions=()) for v in READING.voices or ()),
        times=tuple(
            replace(t, start_char=0, end_char=len(bad), value=bad, made_by=bad) for t in READING.times or ()
        ),
        certainties=tuple(
            replace(c, start_char=0, end_char=len(bad), term=bad, notes=(bad,))
            for c in READING.certainties or ()
        ),
        disputes=tuple(replace(d, cue=Span(0, len(bad)), why=bad) for d in READING.disputes or ()),
        headline=replace(READING.headline, checked=Span(0, len(bad)), differences=(), why=bad)
        if READING.headline
        else None,
        notes=(bad,),
    )


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.bad += [name for name, _ in attrs if name.startswith("on") or name == "srcdoc"]
        for name, value in attrs:
            target = "".join((value or "").split()).lower()
            if name in ("href", "src", "action") and target.startswith(
                ("javascript:", "vbscript:", "data:text")
            ):
                self.bad.append(f"{name}={value}")


def of(html: str) -> _Tags:
    """The tags of a page, and what in its attributes a browser would run."""
    found = _Tags()
    found.feed(html)
    return found


@pytest.mark.parametrize("bad", SCRIPTS)
def test_pages_that_are_files_hold_no_markup_of_others(bad: str) -> None:
    reading, other = hostile(bad), hostile(bad + " again", 1)
    written = {
        "evidence": b"".join(
            piece.content for piece in FORMATS["html"].pieces([Entry(reading, {})])
        ).decode(),
        "notebook": reading_html(reading),
        "comparison": comparison_to_html(compare([reading, other])),
    }
    for name, html in written.items():
        found = of(html)
        assert found.bad == [], name
        assert not {"script", "img", "iframe"} & set(found.tags), name
        assert "alert(1)" in html, f"{name}: it is shown as text"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "room.db", mode="create") as opened:
        opened.add([hostile(bad, number) for number, bad in enumerate((*SCRIPTS, *FORMULAS, *PATHS, *SQL))])
        opened.fail({bad: ("UnreadableInput", bad) for bad in SCRIPTS})
        yield opened


def test_no_page_of_the_reading_room_holds_markup_of_others(ledger: Ledger) -> None:
    room = TestClient(create_app(ledger), base_url="http://127.0.0.1")
    keys = [entry.report for entry in ledger.reports()]
    paths = [
        "/",
        "/search",
        "/voices",
        "/disputes",
        "/assessments",
        "/review",
        "/audit",
        "/corrected",
        "/add",
    ]
    paths += [f"/reports/{key}" for key in keys] + [f"/voices/{voice.id}" for voice in ledger.voices()]
    paths += [
        f"/{page}?{name}={quote(bad)}"
        for page, name in (("search", "q"), ("voices", "name"))
        for bad in SCRIPTS
    ]
    for path in paths:
        answer = room.get(path)
        assert answer.status_code in (200, 404), path
        found = of(answer.text)
        assert found.bad == [], path
        assert not {"img", "iframe"} & set(found.tags), path
        assert found.tags.count("script") <= 1, path


def test_no_search_parameter_is_sql(ledger: Ledger) -> None:
    room = TestClient(create_app(ledger), base_url="http://127.0.0.1")
    described = room.get("/openapi.json").json()["paths"]
    before = len(ledger.reports())
    everything = room.get("/search.json").json()["page"]["total"]
    asked = 0
    for path, operations in described.items():
        if "get" not in operations or "{" in path:
            continue
        for parameter in operations["get"].get("parameters", []):
            for bad in SQL:
                answer = room.get(path, params={parameter["name"]: bad})
                assert answer.status_code < 500, (path, parameter["name"], bad)
                assert "sqlite" not in answer.text.lower(), "no error of the database is shown"
                asked += 1
    assert asked > 100
    assert len(ledger.reports()) == before
    assert room.get("/search.json", params={"voice": "' OR 1=1 --"}).json()["page"]["total"] < everything
    assert room.get("/search.json", params={"q": "%"}).json()["page"]["total"] < everything


@pytest.mark.parametrize("name", ["csv-for-spreadsheets"])
def test_no_spreadsheet_runs_what_a_page_says(ledger: Ledger, name: str) -> None:
    entries = [Entry(ledger.reading(entry.report), {}) for entry in ledger.reports()]
    table = b"".join(piece.content for piece in FORMATS[name].pieces(entries)).decode()
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [cell for cell in cells if cell.startswith("'=")]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_export_is_written_outside_its_place(ledger: Ledger, tmp_path: Path, name: str) -> None:
    output = tmp_path / "exports" / "made"
    output.parent.mkdir()
    done = CliRunner().invoke(
        app, ["export", str(tmp_path / "room.db"), "--to", name, "--output", str(output)]
    )
    assert done.exit_code == 0, done.output
    made = {
        path.resolve()
        for path in tmp_path.rglob("*")
        if path.is_file() and not path.name.startswith("room.db")
    }
    assert made
    assert all(path.is_relative_to(output.parent.resolve()) for path in made)


@pytest.mark.parametrize("name", PATHS[:3])
def test_an_upload_is_no_path(tmp_path: Path, name: str) -> None:
    with open_ledger(tmp_path / "room.db", mode="create") as opened:
        room = TestClient(create_app(opened), base_url="http://127.0.0.1")
        files = {"upload": (name, b"The mayor said on Monday that the dam would hold.", "text/plain")}
        answer = room.post("/add", files=files, follow_redirects=False)
        assert answer.status_code in (200, 303, 400)
        for asked in (
            "/static/../../../../etc/passwd",
            "/static/%2e%2e/%2e%2e/access.py",
            "/static/..%5caccess.py",
        ):
            answer = room.get(asked)
            assert answer.status_code in (404, 405, 400), asked
            assert "root:" not in answer.text
    assert {path.name.split("-")[0] for path in tmp_path.iterdir()} == {"room.db"}


def test_an_archive_or_folder_gives_no_way_out(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.txt").write_text("The mayor said the secret.")
    (tmp_path / "in" / "link.txt").symlink_to("/etc/passwd")
    record = '{"source": "../../secret.txt", "text": "The mayor said no."}\n'
    (tmp_path / "in" / "pages.jsonl").write_text(record)
    done = CliRunner().invoke(app, ["read", str(tmp_path / "in" / "pages.jsonl"), "--to", "jsonl", "-q"])
    assert done.exit_code == 0
    assert "secret" not in done.output.replace("../../secret.txt", "")


def test_terminals_are_not_driven(tmp_path: Path) -> None:
    bad = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"
    with open_ledger(tmp_path / "room.db", mode="create") as opened:
        opened.add([hostile(bad), harbour()])
    for command in (["show"], ["search"], ["voices"], ["failures"], ["review"]):
        done = CliRunner().invoke(app, [command[0], str(tmp_path / "room.db"), *command[1:]])
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(done.output), command

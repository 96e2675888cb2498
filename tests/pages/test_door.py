from __future__ import annotations

import gzip
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from onrecord.errors import TooLarge, UnreadableInput
from onrecord.model import Page
from onrecord.pages import Failure, gather, parse
from onrecord.pages.door import MOST_BYTES, pages_at

PAGE = b"<html><body><p>The council voted on Thursday, the mayor said.</p></body></html>"


def noon() -> datetime:
    return datetime(2024, 3, 14, 12, tzinfo=UTC)


def lines(path: Path, *records: object) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def test_a_folder_gives_its_pages_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "one.html.gz").write_bytes(gzip.compress(PAGE))
    (tmp_path / "a.txt").write_text("Text.")
    (tmp_path / "c.md").write_text("# Title")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / ".hidden.txt").write_text("no")
    pages = [page for page in pages_at(str(tmp_path), noon) if isinstance(page, Page)]
    assert [(Path(page.source).name, page.media_type) for page in pages] == [
        ("a.txt", "text"),
        ("c.md", "text"),
        ("one.html.gz", "html"),
    ]
    assert pages[2].content == PAGE
    assert {page.fetched for page in pages} == {"2024-03-14T12:00:00+00:00"}


def test_records_bring_what_is_known(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    given = {"title": "T", "published": "2024-03-01", "url": "https://x.example/1", "outlet": "Courier"}
    lines(path, {"source": "one", "text": "He left, she said.", **given}, {"html": PAGE.decode()})
    one, two = gather([str(path)], published="2024-03-09")
    assert isinstance(one, Page) and isinstance(two, Page)
    report = parse(one)
    assert (report.source, report.title, report.published, report.url, report.outlet) == (
        "one",
        *given.values(),
    )
    assert report.text == "He left, she said."
    assert two.source == f"{path}:2"
    assert parse(two).published == "2024-03-09"
    assert parse(two, "2024-01-01").published == "2024-01-01"
    assert parse(replace(two, published=None), "2024-03-09") == parse(two), "the report's id too"


def test_a_bad_record_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(
        '{"text": "Good."}\nno json\n[1]\n{"text": 5}\n{"text": "a", "html": "b"}\n\n{"text": "Good too."}\n'
    )
    found = list(pages_at(str(path), noon))
    assert [isinstance(page, Page) for page in found] == [True, False, False, False, False, True]
    assert all(page.source.endswith(f":{n}") for n, page in zip((1, 2, 3, 4, 5, 7), found, strict=True))
    assert all(isinstance(page.reason, UnreadableInput) for page in found if isinstance(page, Failure))


def test_records_are_read_as_they_are_asked_for() -> None:
    class Endless(io.BytesIO):
        read_so_far = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            Endless.read_so_far += 1
            return b'{"text": "He left, she said."}\n'

    assert len(list(islice(pages_at("-", noon, Endless()), 3))) == 3
    assert Endless.read_so_far <= 4


@pytest.mark.parametrize(("content", "kind"), [(PAGE, "html"), (b"Plain words.\nMore.", "text")])
def test_standard_input(content: bytes, kind: str) -> None:
    (page,) = pages_at("-", noon, io.BytesIO(content))
    assert isinstance(page, Page)
    assert (page.source, page.media_type, page.content) == ("-", kind, content)


def test_what_cannot_be_read_is_a_failure_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(PAGE)[:30])
    (tmp_path / "empty").mkdir()
    for name in ("cut.html.gz", "empty", "nowhere.txt"):
        (failure,) = pages_at(str(tmp_path / name), noon)
        assert isinstance(failure, Failure)
        assert name in failure.source


def test_the_id_depends_on_content_and_what_was_given(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    lines(path, {"text": "A b c."}, {"text": "A b c."}, {"text": "A b c.", "title": "T"}, {"text": "A b d."})
    ids = [parse(page).id for page in pages_at(str(path), noon) if isinstance(page, Page)]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert all(len(name) == 17 and name.startswith("r") for name in ids)


def test_a_given_date_must_be_one(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    lines(path, {"text": "A b c.", "published": "last week"})
    (page,) = pages_at(str(path), noon)
    assert isinstance(page, Page)
    with pytest.raises(UnreadableInput, match="YYYY-MM-DD"):
        parse(page)


def test_half_characters_become_replacement_characters(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(r'{"text": "a\ud800b", "title": "T\udc00"}')
    (page,) = pages_at(str(path), noon)
    assert isinstance(page, Page)
    report = parse(page)
    assert (report.text, report.title) == ("a\ufffdb", "T\ufffd")


@pytest.mark.parametrize(
    "way", ["file", "packed file", "standard input", "record", "records by standard input"]
)
def test_a_page_has_so_many_bytes_and_not_one_more(way: str, tmp_path: Path) -> None:
    text = b"The mayor said no. " * (MOST_BYTES // 19 + 1)
    for size in (MOST_BYTES, MOST_BYTES + 1):
        content = text[:size]
        record = b'{"text": "' + content + b'"}\n'
        stdin = io.BytesIO(record if way == "records by standard input" else content)
        name = {"file": "long.txt", "packed file": "long.txt.gz", "record": "long.jsonl"}.get(way, "-")
        if way == "packed file":
            (tmp_path / name).write_bytes(gzip.compress(content, 1))
        elif name != "-":
            (tmp_path / name).write_bytes(record if way == "record" else content)
        (found,) = pages_at("-" if name == "-" else str(tmp_path / name), noon, stdin)
        if size > MOST_BYTES:
            assert isinstance(found, Failure)
            assert isinstance(found.reason, TooLarge)
            assert "50 MiB" in str(found.reason)
        else:
            assert isinstance(found, Page)
            assert len(found.content) == size

"""WARC files: what is a page in them, what damage costs, and that runs of a file add up to the file."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("fastwarc", reason="the extra onrecord[batch] is not installed")

from benchmarks.articles import article, html, response, warcinfo
from onrecord.model import Page
from onrecord.pages import archives
from onrecord.pages.door import Failure, Part, pages_in

ANY = settings(max_examples=40)
RECORDS = [warcinfo()] + [response(article(n)["url"], html(article(n)).encode()) for n in range(8)]
MEMBERS = [gzip.compress(record, mtime=0) for record in RECORDS]
URLS = [article(n)["url"] for n in range(8)]


def rows(path: Path, content: bytes) -> list[Page | Failure]:
    path.write_bytes(content)
    return list(pages_in(Part(str(path))))


def sources(found: list[Page | Failure]) -> list[str]:
    return [row.source for row in found if isinstance(row, Page)]


def reasons(found: list[Page | Failure]) -> list[str]:
    return [str(row.reason) for row in found if isinstance(row, Failure)]


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc", "whole.warc.gz"])
def test_an_archive_gives_its_pages_as_they_were_sent(tmp_path: Path, name: str) -> None:
    plain = b"".join(RECORDS)
    content = {"a.warc": plain, "a.warc.gz": b"".join(MEMBERS), "whole.warc.gz": gzip.compress(plain)}[name]
    found = rows(tmp_path / name, content)
    assert sources(found) == URLS and reasons(found) == []
    page = found[3]
    assert isinstance(page, Page)
    assert page.content.decode() == html(article(3))
    assert (page.url, page.media_type, page.encoding) == (URLS[3], "html", "utf-8")
    assert page.fetched == "2026-03-04T05:06:07+00:00"


def test_only_whole_answers_with_text_are_pages(tmp_path: Path) -> None:
    url = "https://paper.example/x"
    packed = gzip.compress(b"<p>Packed</p>", mtime=0)
    others = [
        response(url + "1", b"...", "HTTP/1.1 200 OK\r\nContent-Type: image/png"),
        response(url + "2", b"", "HTTP/1.1 301 Moved\r\nContent-Type: text/html\r\nLocation: /y"),
        response(url + "3", b"Rain", "HTTP/1.1 200 OK\r\nContent-Type: text/plain"),
        response(url + "4", packed, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip"),
        response(
            url + "5", b"not packed", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip"
        ),
        response(url + "6", b"<html>Untold kind", "HTTP/1.1 200 OK"),
        RECORDS[0].replace(b"warcinfo", b"request").replace(b"application/warc-fields", b"application/http"),
        RECORDS[1],
    ]
    found = rows(tmp_path / "a.warc.gz", b"".join(gzip.compress(record) for record in others))
    assert sources(found) == [url + "3", url + "4", url + "6", URLS[0]]
    kinds = {row.source[-1]: (row.media_type, row.content) for row in found if isinstance(row, Page)}
    assert kinds["3"] == ("text", b"Rain")
    assert kinds["4"] == ("html", b"<p>Packed</p>")
    assert [reason[:38] for reason in reasons(found)] == ["The answer's body cannot be unpacked ("]


@pytest.mark.parametrize(
    ("content", "lost", "told"),
    [
        (b"".join(MEMBERS)[:-40], {7}, "cut off"),
        (b"".join([*MEMBERS[:3], MEMBERS[3][:-60], *MEMBERS[4:]]), {2}, "damaged"),
        (b"".join([*MEMBERS[:3], b"\x00" * 99, *MEMBERS[3:]]), set(), "damaged"),
        (b"".join([*MEMBERS[:3], b"\x1f\x8b\x08" * 9, *MEMBERS[3:]]), set(), "damaged"),
        (b"".join(RECORDS)[:-99], {7}, "cut off"),
    ],
    ids=["cut off", "short member", "zeros between", "false beginnings", "plain, cut off"],
)
def test_damage_costs_its_own_records_alone(
    tmp_path: Path, content: bytes, lost: set[int], told: str
) -> None:
    name = "a.warc.gz" if content[:1] == b"\x1f" else "a.warc"
    found = rows(tmp_path / name, content)
    assert sources(found) == [url for n, url in enumerate(URLS) if n not in lost]
    assert len(reasons(found)) == 1 and told in reasons(found)[0]


@pytest.mark.parametrize("content", [b"", b"no archive at all", gzip.compress(b"neither")])
def test_what_is_no_archive_says_so(tmp_path: Path, content: bytes) -> None:
    assert "no WARC record" in reasons(rows(tmp_path / "a.warc.gz", content))[0]


@ANY
@given(at=st.integers(0, 5000), noise=st.binary(min_size=1, max_size=300))
def test_no_damage_ends_a_run_or_reaches_far(tmp_path: Path, at: int, noise: bytes) -> None:
    whole = b"".join(MEMBERS)
    at %= len(whole)
    found = rows(tmp_path / "a.warc.gz", whole[:at] + noise + whole[at + len(noise) :])
    begins = [sum(map(len, MEMBERS[: n + 1])) for n in range(len(URLS))]
    hit = {
        n for n, start in enumerate(begins) if start < at + len(noise) and at < start + len(MEMBERS[n + 1])
    }
    unhit = [url for n, url in enumerate(URLS) if n not in hit]
    assert [url for url in sources(found) if url in unhit] == unhit


@ANY
@given(content=st.binary(max_size=2000))
def test_nothing_that_calls_itself_an_archive_raises(tmp_path: Path, content: bytes) -> None:
    for begin in (b"", MEMBERS[1][:40], b"WARC/1.0\r\n", RECORDS[1][:90]):
        rows(tmp_path / "a.warc", begin + content)
        list(archives.cuts(str(tmp_path / "a.warc"), 2, 1000))


@ANY
@given(most=st.integers(1, 9), size=st.integers(100, 5000), at=st.integers(0, 5000), zeros=st.integers(0, 50))
def test_the_runs_of_an_archive_add_up_to_it(
    tmp_path: Path, most: int, size: int, at: int, zeros: int
) -> None:
    path = tmp_path / "a.warc.gz"
    whole = b"".join(MEMBERS)
    path.write_bytes(whole[:at] + b"\0" * zeros + whole[at + zeros :])
    runs = list(archives.cuts(str(path), most, size))
    assert (runs[0].start, runs[-1].end) == (0, path.stat().st_size)
    assert all(one.end == next_.start for one, next_ in pairwise(runs))
    parts = sources([row for run in runs for row in pages_in(run)])
    at_once = sources(list(pages_in(Part(str(path)))))
    # A record of which the check sum alone is damaged may be whole by itself.
    assert parts == (at_once if not zeros else [url for url in URLS if url in parts])
    assert set(at_once) <= set(parts)


def test_a_file_packed_as_a_whole_is_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(b"".join(RECORDS)))
    assert list(archives.cuts(str(path), 1, 1)) == [Part(str(path), 0, path.stat().st_size)]

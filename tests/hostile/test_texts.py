"""Hostile texts are read, or refused with a reason, and never take longer than their length allows.

`python -m benchmarks.hostile` measures how time and memory grow with longer ones.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace

import pytest

import onrecord
from onrecord.errors import SkipReport, TooLarge
from onrecord.exports.jsonl import dumps, from_json
from onrecord.model import Report
from onrecord.pages import parse
from onrecord.pages.door import make_page
from tests.hostile.texts import TEXTS

WHEN = "2026-03-04T00:00:00+00:00"
LENGTH = 2500


def report_of(text: str) -> Report | None:
    """The report of a text, None if it is refused."""
    content = text.encode("utf-8", "surrogatepass")
    try:
        made = parse(make_page("x.txt", content, "text", WHEN, encoding="utf-8"))
    except SkipReport as reason:
        assert len(str(reason)) > 10
        return None
    return replace(made, language="en")


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_read_or_refused(name: str) -> None:
    report = report_of(TEXTS[name](LENGTH))
    if report is None:
        return
    began = time.process_time()
    reading = onrecord.read(report)
    assert time.process_time() - began < 30
    assert from_json(json.loads(dumps(reading))) == reading
    for a in reading.attributions or ():
        assert all(0 <= s < e <= len(report.text) for s, e in (*a.source, *a.cue, *a.content))


@pytest.mark.parametrize("name", ["one word", "blanks", "opening quotation marks", "line ends", "full stops"])
def test_ten_megabytes_in_a_line_become_a_report(name: str) -> None:
    report = report_of(TEXTS[name](10_000_000))
    assert report is None or report.blocks


def test_mixed_encodings_keep_their_offsets() -> None:
    content = (
        "The mayor said “no”. ".encode()
        + "Café".encode("latin-1")
        + b"\xff\xfe\x00 "
        + "said Müller.".encode("utf-16-le")
    )
    try:
        report = parse(make_page("x.txt", content, "text", WHEN))
    except SkipReport:
        return
    reading = onrecord.read(replace(report, language="en"))
    assert all(report.at(a.cue) for a in reading.attributions or ())


@pytest.mark.parametrize(
    "page",
    [
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>The mayor said &x; on Monday, we heard.</p>',
        '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><p>' + "&b;" * 1000 + " he said</p>",
        "<p>" + "<b>" * 20_000 + "The mayor said no." + "</b>" * 20_000,
        "<p>The mayor said no.</p>" + "<div>" * 5_000,
        "<table><tr><td>" * 2_000 + "The mayor said no.",
        "<p " + " ".join(f'a{n}="{n}"' for n in range(20_000)) + ">The mayor said no.</p>",
        "<p>" + "&#x202e;&#0;&#xd800;&#x110000;" * 500 + "The mayor said no.</p>",
        "<a><p>x" * 1_000,
        "<p>The mayor said no.</p>" + "<div>" * 200 + "<a>He said it.</a> " * 6_000,
        "<title>" + "\xa0" * 20_000 + "</title><p>The mayor said no.</p>",
        "<script>" + "x" * 200_000 + "<p>The mayor said no.</p>",
        "<!--" * 50_000 + "<p>The mayor said no.</p>",
        '<script type="application/ld+json">' + "[" * 100_000 + "</script><p>The mayor said no, and so did others.</p>",
    ],
    ids=[
        "xxe", "entities", "deep", "open", "tables", "attributes", "references",
        "links in links", "links deep down", "title", "script", "comments",
        "json",
    ],
)  # fmt: skip
def test_hostile_html(page: str) -> None:
    began = time.process_time()
    try:
        report = parse(make_page("x.html", page.encode(), "html", WHEN))
    except SkipReport as reason:
        assert len(str(reason)) > 10
    else:
        assert "root:" not in report.text, "no file is read by a page"
        assert len(report.text) < 100 * len(page)
    assert time.process_time() - began < 20


def test_a_page_of_tags_alone_takes_no_memory() -> None:
    page = "<p>The mayor said no.</p>" + "<p></p>" * 1_000_000
    with pytest.raises(TooLarge, match="tags"):
        parse(make_page("x.html", page.encode(), "html", WHEN))


@pytest.mark.parametrize("begin", ["<p ", '<p " ', '<p a="<" ', "<p a='>' ", "<p/", "<p a=b"])
def test_a_tag_of_attributes_alone_takes_no_time(begin: str) -> None:
    """libxml2 compares each attribute of a tag with all before it: ten megabytes of them took hours."""
    page = begin + " ".join(f"a{n}=1" for n in range(100_000)) + ">The mayor said no.</p>"
    began = time.process_time()
    with pytest.raises(TooLarge, match="attributes"):
        parse(make_page("x.html", page.encode(), "html", WHEN))
    assert time.process_time() - began < 5


def test_deep_json_is_refused() -> None:
    import io

    from onrecord.pages.door import Failure, pages_at

    deep = b'{"text": ' + b"[" * (sys.getrecursionlimit() * 50) + b"\n"
    assert all(isinstance(found, Failure) or found.content for found in pages_at("-", stdin=io.BytesIO(deep)))

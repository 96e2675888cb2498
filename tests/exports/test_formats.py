"""Every format: it validates, comes back, or shows what it must, on a hard entry and on a bare one."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.errors import UnreadableInput, UsageError
from onrecord.exports import FORMATS
from onrecord.exports.brat import Annotated, annotated, annotation_file, with_added
from onrecord.exports.conll import conll_text
from onrecord.exports.entries import Change, Entry, Piece
from onrecord.exports.jsonl import from_json
from onrecord.exports.marking import Mark, runs
from onrecord.exports.rows import columns, csv_pieces
from onrecord.exports.tables import arrow_schema, arrow_table
from onrecord.exports.web_annotation import annotations_of
from onrecord.ledger.positions import without_text
from onrecord.model import Span
from tests.exports.entry import BARE, ENTRY, READING, TEXT, at


def contents(pieces: Iterable[Piece]) -> dict[str, bytes]:
    grouped = groupby(pieces, key=lambda piece: piece.file)
    return {name: b"".join(piece.content for piece in group) for name, group in grouped}


def written(name: str, *entries: Entry) -> str:
    (content,) = contents(FORMATS[name].pieces(entries)).values()
    return content.decode("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_any_entry(name: str) -> None:
    files = contents(FORMATS[name].pieces([ENTRY, BARE]))
    assert any(files.values())
    assert FORMATS[name].folder == (len(files) > 1)
    assert all(re.fullmatch(r"[\w.-]+", file) for file in files)


def test_json_lines_come_back_with_reviews() -> None:
    line = json.loads(written("jsonl", ENTRY))
    assert from_json(line) == READING
    assert line["reviews"] == {"a1": "accepted", "d1": "rejected"}


def test_csv_says_chain_band_dispute_and_review() -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", ENTRY))))
    assert [row["statement"] for row in rows] == ["a1", "a2", "a3", "a4"]
    assert rows[1]["chain"] == "Water Board > divers"
    assert (rows[1]["yardstick"], rows[1]["certainty_low"]) == ("PHIA", "0.55")
    assert (rows[1]["disputed"], rows[0]["disputed"]) == ("True", "False")
    assert (rows[0]["review"], rows[1]["review"]) == ("accepted", "machine")
    start, end = map(int, rows[2]["source_spans"].split("-"))
    assert TEXT[start:end] == rows[2]["source_text"] == "Ida “Ice” Holm"


def test_csv_can_be_made_safe_for_spreadsheets() -> None:
    plain = contents(csv_pieces([ENTRY]))["statements.csv"].decode()
    safe = contents(csv_pieces([ENTRY], formula_safe=True))["statements.csv"].decode()
    assert ",=1+1," in plain
    assert ",=1+1," not in safe and ",'=1+1," in safe


def test_parquet_has_the_rows_of_csv_and_says_what_they_mean() -> None:
    import pyarrow.parquet as pq

    content = contents(FORMATS["parquet"].pieces([ENTRY]))["statements.parquet"]
    table = pq.read_table(io.BytesIO(content))
    assert table.equals(arrow_table([ENTRY]))
    assert table.column("content_text").to_pylist()[2] == "“Rubbish,”"
    assert [field.name for field in arrow_schema()] == [name for name, _, _ in columns()]
    assert arrow_schema().field("act").metadata[b"says"]


def test_stix_bundles_pass_the_validator() -> None:
    from stix2validator import ValidationOptions, validate_string

    for line in written("stix", ENTRY, BARE).splitlines():
        result = validate_string(line, ValidationOptions(version="2.1"))
        assert result.is_valid, [str(error) for error in result.errors]


@pytest.mark.parametrize(
    ("fetched", "created"),
    [
        ("2026-05-02T08:00:00+00:00", "2026-05-02T08:00:00Z"),
        ("2026-05-02T08:00:00+02:00", "2026-05-02T06:00:00Z"),
        ("2026-05-02T08:00:00Z", "2026-05-02T08:00:00Z"),
        ("yesterday", "1970-01-01T00:00:00Z"),
        (None, "1970-01-01T00:00:00Z"),
    ],
)
def test_stix_objects_of_undated_reports_have_the_time_of_fetching(fetched: str | None, created: str) -> None:
    report = replace(READING.report, published=None, fetched=fetched)
    objects = json.loads(written("stix", Entry(replace(READING, report=report))))["objects"]
    assert {o["created"].replace(".000Z", "Z") for o in objects} == {created}


def test_stix_confidence_is_the_middle_of_the_band_with_its_scale() -> None:
    objects = json.loads(written("stix", ENTRY))["objects"]
    notes = {o["content"]: o for o in objects if o["type"] == "note"}
    banded = notes["the dam is likely to fail on Monday"]
    assert banded["confidence"] == 65
    assert "scale:PHIA 0.55-0.75" in banded["labels"]
    assert all("confidence" not in note for note in notes.values() if note is not banded)
    opinions = [o for o in objects if o["type"] == "opinion"]
    assert [o["object_refs"] for o in opinions] == [[banded["id"]]]
    links = [o for o in objects if o["type"] == "relationship"]
    assert [link["target_ref"] for link in links] == [banded["id"]]
    assert written("stix", ENTRY) == written("stix", ENTRY)


def test_web_annotations_point_at_their_words() -> None:
    seen = 0
    for annotation in annotations_of(ENTRY):
        assert all(target["role"] for target in annotation["target"])
        for target in annotation["target"]:
            position, quote = target["selector"]
            assert TEXT[position["start"] : position["end"]] == quote["exact"]
            assert TEXT[: position["start"]].endswith(quote["prefix"])
            assert TEXT[position["end"] :].startswith(quote["suffix"])
            seen += 1
    assert seen == 16


def test_an_untouched_brat_file_accepts_every_statement() -> None:
    states = {c.row_id: c.state for c in annotated(ENTRY, annotation_file(ENTRY))}
    assert states == dict.fromkeys(("a1", "a2", "a3", "a4"), "accepted")


def test_what_an_annotator_changed_is_told_from_what_was_kept() -> None:
    lines = annotation_file(ENTRY).splitlines()
    lines = [line for line in lines if not line.startswith("E3")]
    start = TEXT.index("Dam")
    lines += [
        f"T90\tContent {start} {start + 3}\tDam",
        "T91\tAttribution 0 3\tDam",
        "E9\tAttribution:T91 Content:T90",
    ]
    found = annotated(ENTRY, "\n".join(lines))
    assert {c.row_id: c.state for c in found} == {
        "a1": "accepted", "a2": "accepted", "a3": "rejected", "a4": "accepted", None: "added"
    }  # fmt: skip
    assert found[-1].content == (Span(start, start + 3),)


@pytest.mark.parametrize("broken", ["T1\tCue x y\tz", "E1\tAttribution:T7 Cue:T8", "T1"])
def test_a_broken_brat_file_names_its_line(broken: str) -> None:
    with pytest.raises(UnreadableInput, match="line 1"):
        annotated(ENTRY, broken)


def test_what_an_annotator_added_becomes_a_row() -> None:
    start = TEXT.index("the dam is likely")
    added = Annotated(None, "added", (), (), (Span(start, start + 7),))
    other = Annotated(None, "added", (at("divers"),), (), (at("“Rubbish,”"),))
    made = with_added(READING, [added, other], "annotator ada").attributions or ()
    assert [(a.id, a.within, a.voice, a.quotation) for a in made[4:]] == [
        ("a5", "a2", None, "indirect"),
        ("a6", None, "v2", "direct"),
    ]
    assert {a.made_by for a in made[4:]} == {"annotator ada"}
    assert with_added(READING, [], "annotator ada") is READING


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ((), "no Content"),
        ((Span(5, 5000),), "outside"),
        ((Span(9, 9),), "outside"),
        ((at("READ MORE"),), "furniture"),
    ],
)
def test_what_cannot_be_added_is_refused(content: tuple[Span, ...], says: str) -> None:
    with pytest.raises(UnreadableInput, match=says):
        with_added(READING, [Annotated(None, "added", (), (), content)], "annotator ada")


def test_brat_offsets_hold_their_words() -> None:
    for line in annotation_file(ENTRY).splitlines():
        if line.startswith("T"):
            _, kind_and_offsets, words = line.split("\t")
            parts = kind_and_offsets.split(" ", 1)[1].split(";")
            spans = [tuple(map(int, part.split())) for part in parts]
            assert " ".join(TEXT[start:end] for start, end in spans) == words


def test_conll_labels_every_token_and_begins_anew_after_a_gap() -> None:
    rows = [line.split("\t") for line in conll_text(ENTRY).splitlines() if line and not line.startswith("#")]
    assert {len(row) for row in rows} == {5 + 4}
    by_form = {row[1]: row for row in rows}
    assert by_form["board"][5] == "I-SOURCE"
    assert by_form["divers"][5:7] == ["I-CONTENT", "B-SOURCE"]
    assert by_form["Rubbish"][7] == "I-CONTENT"
    assert all(TEXT[int(row[2]) : int(row[3])] == row[1] for row in rows)


def test_schema_org_tells_quotations_from_claims() -> None:
    article = json.loads(written("schema-org", ENTRY))
    kinds = [statement["@type"] for statement in article["mentions"]]
    assert kinds == ["Claim", "Claim", "Quotation", "Claim"]
    assert article["mentions"][1]["isPartOf"]["@id"] == article["mentions"][0]["@id"]
    assert article["mentions"][2]["spokenByCharacter"]["name"] == "Ida “Ice” Holm"


def test_prov_leads_from_the_report_to_the_innermost_voice() -> None:
    document = json.loads(written("prov", ENTRY))
    derived = {(d["prov:generatedEntity"], d["prov:usedEntity"]) for d in document["wasDerivedFrom"].values()}
    assert ("onrecord:r0123", "onrecord:r0123-a1") in derived
    assert ("onrecord:r0123-a1", "onrecord:r0123-a2") in derived
    (quoted,) = document["wasQuotedFrom"].values()
    assert quoted["prov:usedEntity"] == "onrecord:r0123-a3"
    known = set(document["entity"]) | set(document["agent"])
    for relation in ("wasDerivedFrom", "wasQuotedFrom", "wasAttributedTo"):
        for link in document[relation].values():
            assert set(link.values()) <= known


def test_bibtex_escapes_and_keeps_the_address() -> None:
    entry = written("bibtex", ENTRY)
    assert r"more \{100\%\}" in entry and r"\& more" in entry
    assert "url = {https://paper.example/dam_1?a=b&c}" in entry
    assert "date = {2026-05-01}" in entry and "date = " not in written("bibtex", BARE).replace("urldate", "")
    assert entry.count("{") - entry.count(r"\{") == entry.count("}") - entry.count(r"\}")


def test_csl_items_cite_the_reports() -> None:
    schema = json.loads((Path(__file__).parent / "cases" / "csl_item.schema.json").read_text("utf-8"))
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed (extra test)")
    items = json.loads(written("csl-json", ENTRY, BARE))
    jsonschema.Draft202012Validator(schema).validate(items)
    assert items[0]["author"] == [{"literal": "Ann Lee"}, {"literal": "Bo Ray"}]
    assert items[0]["issued"] == {"date-parts": [[2026, 5, 1]]} and "issued" not in items[1]
    assert json.loads(written("csl-json")) == []


def test_a_part_of_an_entry_has_what_stands_around_it_and_says_so() -> None:
    part = ENTRY.only({"a3"}, "only a part").reading
    assert [a.id for a in part.attributions or ()] == [
        "a1",
        "a2",
        "a3",
    ]  # a3 denies a2, which stands within a1
    assert [v.id for v in part.voices or ()] == ["v1", "v2", "v3"] and part.notes[-1] == "only a part"
    assert [d.id for d in part.disputes or ()] == ["d1"] and part.headline is None
    alone = ENTRY.only({"a4"}, "only a part").reading
    assert [a.id for a in alone.attributions or ()] == ["a4"]
    assert (alone.voices, alone.certainties, alone.disputes) == ((), (), ())


def test_the_audit_trail_goes_with_readings_and_evidence() -> None:
    reviewed = replace(ENTRY, trail=(Change("d1", "2026-05-03", "<Ada>", "machine", "rejected", "no & no"),))
    assert json.loads(written("jsonl", reviewed))["trail"][0]["by"] == "<Ada>"
    assert "&lt;Ada&gt; set d1 from machine to rejected (no &amp; no)" in written("html", reviewed)


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"brat", "conll", "parquet"}))
def test_no_word_of_a_text_that_was_not_kept_gets_out(name: str) -> None:
    gone = written(name, Entry(without_text(READING), ENTRY.reviews, ENTRY.trail))
    for words in ("likely to fail on Monday", "Rubbish", "READ MORE", "according to", "The board"):
        assert words not in gone, (name, words)
    assert READING.report.sha256 in gone or name not in ("jsonl", "html", "bibtex", "csl-json")


@pytest.mark.parametrize("name", ["brat", "conll"])
def test_formats_made_of_the_text_are_refused_without_it(name: str) -> None:
    with pytest.raises(UsageError, match="does not keep"):
        contents(FORMATS[name].pieces([Entry(without_text(READING))]))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_evidence_page_shows_page_text_as_text() -> None:
    page = _Page()
    page.feed(written("html", ENTRY))
    assert not {"b", "script", "img", "iframe", "link"} & set(page.tags)
    for line in TEXT.split("\n"):
        assert line in page.text
    assert "Water Board ▸ divers" in page.text
    assert "PHIA: 55% to 75%" in page.text
    assert "review: rejected" in page.text and "never whether the statement is true" in page.text


@given(
    st.integers(0, 60),
    st.integers(0, 60),
    st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=12),
)
def test_runs_cover_the_span_and_name_exactly_the_marks_over_them(
    start: int, length: int, spans: list[tuple[int, int]]
) -> None:
    whole = Span(start, start + length)
    marks = [Mark(Span(min(s), max(s)), "cue", f"a{i}") for i, s in enumerate(spans) if s[0] != s[1]]
    cut = list(runs(whole, marks))
    assert "".join("x" * (run.end_char - run.start_char) for run in cut) == "x" * length
    for run in cut:
        here = Span(run.start_char, run.end_char)
        assert set(run.marks) == {m for m in marks if m.span.overlaps(here)}
        assert all(m.span.holds(here) for m in run.marks)

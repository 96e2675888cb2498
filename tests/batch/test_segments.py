"""Inputs cut into segments: they add up to the inputs, and their names follow content and settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.batch import segments as module
from onrecord.batch.readers import Settings
from onrecord.batch.segments import Segment, groups, segments
from onrecord.model import Page
from onrecord.pages.door import Failure, pages_at
from tests.batch import cheap

FILES = settings(max_examples=40)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of three reports, so that few make many."""
    monkeypatch.setattr(module, "MOST_REPORTS", 3)


def cut(*inputs: Path, digest: str = "d") -> list[Segment]:
    found = groups(map(str, inputs))
    return [
        segment for group in found if not isinstance(group, Failure) for segment in segments(group, digest)
    ]


def told(rows: Iterator[Page | Failure] | list[Page | Failure]) -> list[tuple[str, object]]:
    return [(row.source, row.content if isinstance(row, Page) else str(row.reason)) for row in rows]


def lines(*texts: str) -> str:
    return "".join(json.dumps({"text": text}) + "\n" for text in texts)


@FILES
@given(
    texts=st.lists(
        st.one_of(st.text(max_size=30).map(lambda t: json.dumps({"text": t})), st.text(max_size=9))
    ),
    end=st.sampled_from(["", "\n", "\r\n\n"]),
)
def test_segments_of_lines_add_up_to_the_file(tmp_path: Path, texts: list[str], end: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(texts) + end, "utf-8", errors="replace")
    made = cut(path)
    assert told([row for segment in made for row in segment.pages()]) == told(pages_at(str(path)))
    assert all(len(list(segment.pages())) <= 3 for segment in made)
    assert len({segment.name for segment in made}) == len(made)
    assert [Segment.from_json(segment.to_json()) for segment in made] == made


def test_files_are_taken_together_and_collections_alone(tmp_path: Path) -> None:
    for n in range(4):
        (tmp_path / f"{n}.txt").write_text(str(n))
    (tmp_path / "2a.jsonl").write_text(lines("x"))
    made = list(groups([str(tmp_path), "nowhere"]))
    names = [[Path(p.path).name for p in group] for group in made if not isinstance(group, Failure)]
    assert names == [["0.txt", "1.txt", "2.txt"], ["2a.jsonl"], ["3.txt"]]
    assert isinstance(made[-1], Failure)


def test_a_name_changes_with_content_settings_and_place_and_with_nothing_else(tmp_path: Path) -> None:
    path, other = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    for each in (path, other):
        each.write_text(lines(*"abcdefg"))
    before = [segment.name for segment in cut(path)]
    assert len(before) == 3
    assert [segment.name for segment in cut(path)] == before
    assert not set(before) & {segment.name for segment in cut(path, digest="e")}
    assert not set(before) & {segment.name for segment in cut(other)}
    path.write_text(lines(*"abcdXfg"))
    assert [a == b for a, b in zip(before, [segment.name for segment in cut(path)], strict=True)] == [
        True,
        False,
        True,
    ]


def test_the_digest_is_of_all_that_changes_a_reading() -> None:
    made = Settings(load=cheap.load)
    others = [
        replace(made, **change)
        for change in (
            {"published": "2024-01-01"},
            {"least": 0.5},
            {"yardsticks": Path("own")},
            {"seconds": 1.0},
            {"memory": 1},
            {"remark": "no text"},
            {"load": cheap.load_nothing},
        )
    ]
    assert len({each.digest for each in (made, *others)}) == 8
    assert replace(made).digest == made.digest


def test_what_cannot_be_opened_is_a_segment_that_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"no table")
    pytest.importorskip("pyarrow", reason="the extra onrecord[batch] is not installed")
    (segment,) = cut(tmp_path / "a.parquet")
    (failure,) = segment.pages()
    assert isinstance(failure, Failure) and "cannot be read" in str(failure.reason)


def test_row_groups_are_segments_with_names_of_their_own(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="the extra onrecord[batch] is not installed")
    pq = pytest.importorskip("pyarrow.parquet", reason="the extra onrecord[batch] is not installed")
    path = tmp_path / "a.parquet"

    def names(last: str) -> list[str]:
        pq.write_table(pa.table({"text": ["a", "b", "c", last]}), path, row_group_size=2)
        return [segment.name for segment in cut(path)]

    before, after = names("d"), names("e")
    assert before[0] == after[0] and before[1] != after[1]

"""Parquet files with one report a row."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from onrecord.model import Page
from onrecord.pages import columns
from onrecord.pages.door import Failure, Part, pages_in

pa = pytest.importorskip("pyarrow", reason="the extra onrecord[batch] is not installed")
pq = pytest.importorskip("pyarrow.parquet", reason="the extra onrecord[batch] is not installed")


def written(path: Path, record: dict[str, Any], **more: Any) -> Path:
    pq.write_table(pa.table(record), path, **more)
    return path


def test_rows_are_records(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.parquet",
        {
            "text": ["It rains.", None, "It snows.", "Hail."],
            "source": [17, 18, None, 20],
            "published": [date(2024, 5, 6), None, date(2024, 5, 7), None],
            "mood": ["x", "y", "z", ""],
        },
    )
    one, broken, three, four = pages_in(Part(str(path)))
    assert isinstance(one, Page) and isinstance(three, Page) and isinstance(four, Page)
    assert (one.source, one.content, one.published, one.media_type) == (
        "17",
        b"It rains.",
        "2024-05-06",
        "text",
    )
    assert isinstance(broken, Failure) and broken.source.endswith("a.parquet:2")
    assert three.source.endswith("a.parquet:3")


def test_a_table_of_something_else_is_named_with_its_columns(tmp_path: Path) -> None:
    (failure,) = pages_in(Part(str(written(tmp_path / "a.parquet", {"body": ["x"]}))))
    assert isinstance(failure, Failure) and "it has 'body'" in str(failure.reason)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1 and no more PAR1", b"{}"])
def test_what_is_no_table_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.parquet").write_bytes(content)
    (failure,) = pages_in(Part(str(tmp_path / "a.parquet")))
    assert isinstance(failure, Failure) and "cannot be read" in str(failure.reason)


def test_row_groups_add_up_to_the_table(tmp_path: Path) -> None:
    texts = [f"Number {n}" for n in range(25)]
    path = written(tmp_path / "a.parquet", {"html": texts}, row_group_size=10)
    cuts = columns.cuts(str(path))
    assert [part.first for part, _, _ in cuts] == [1, 11, 21]
    pages = [page for part, _, _ in cuts for page in pages_in(part)]
    assert [page.content.decode() for page in pages if isinstance(page, Page)] == texts
    assert pages[-1].source.endswith("a.parquet:25")
    ends = [start + size for _, start, size in cuts]
    assert all(end <= start for end, (_, start, _) in zip(ends, cuts[1:], strict=False))
    assert ends[-1] < path.stat().st_size

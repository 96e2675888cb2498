"""Parquet files with one report a row, in the columns of a JSON Lines record; extra `batch` (or `arrow`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from onrecord.errors import MissingExtra, SkipReport, UnreadableInput
from onrecord.model import Page
from onrecord.pages.door import Clock, Failure, Part, record_page

COLUMNS = ("source", "text", "html", "title", "published", "url", "outlet")
_ROWS_AT_ONCE = 32


def pages_of_table(part: Part, clock: Clock) -> Iterator[Page | Failure]:
    """The pages of a table, or of some of its row groups. Raises MissingExtra without pyarrow."""
    pq = _parquet()
    number = part.first
    try:
        with pq.ParquetFile(part.path) as file:
            there = [name for name in COLUMNS if name in file.schema_arrow.names]
            if not {"text", "html"} & set(there):
                raise UnreadableInput(f"The table needs a column text or html; it has {_named(file)}.")
            groups = range(part.start, file.num_row_groups if part.end is None else part.end)
            for batch in file.iter_batches(_ROWS_AT_ONCE, row_groups=list(groups), columns=there):
                for record in batch.to_pylist():
                    yield _page(f"{part.path}:{number}", record, clock)
                    number += 1
    except SkipReport as error:
        yield Failure(part.path, error)
    except (OSError, ValueError) as error:  # what Arrow raises is one of these
        where = part.path if number == part.first else f"{part.path}:{number}"
        yield Failure(where, UnreadableInput(f"The table cannot be read ({error}); check the file."))


def cuts(path: str) -> list[tuple[Part, int, int]]:
    """Each row group, with the offset of its bytes in the file and their number.

    Raises OSError or ValueError if the file is no Parquet, MissingExtra without pyarrow.
    """
    found: list[tuple[Part, int, int]] = []
    first = 1
    with _parquet().ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            said = file.metadata.row_group(group)
            columns = [said.column(n) for n in range(said.num_columns)]
            start = min(
                min(c.dictionary_page_offset or c.data_page_offset, c.data_page_offset) for c in columns
            )
            size = sum(c.total_compressed_size for c in columns)
            found.append((Part(path, group, group + 1, first), start, size))
            first += said.num_rows
    return found


def _page(where: str, record: Mapping[str, Any], clock: Clock) -> Page | Failure:
    given = {name: _text(value) for name, value in record.items()}
    try:
        return record_page(where, given, clock)
    except SkipReport as error:
        return Failure(where, error)


def _text(value: Any) -> Any:
    """Days and numbers as the text that a JSON Lines record would have."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value) if isinstance(value, int) else value


def _named(file: Any) -> str:
    return ", ".join(map(repr, file.schema_arrow.names[:12])) or "none"


def _parquet() -> Any:
    try:
        import pyarrow.parquet
    except ImportError:
        raise MissingExtra("batch", "Reading Parquet files") from None
    return pyarrow.parquet

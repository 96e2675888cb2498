"""Shards: finished segments as Parquet files; extra `batch`.

A folder of shards has `readings/NAME.parquet` with one row a page and `statements/NAME.parquet` with one row a
statement, NAME being the segment's; `manifest` says what they were made of. A file is written aside and moved into
place, the readings last: where they are, the segment is finished.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from onrecord.batch.reading import Batch, Held, Skipped
from onrecord.errors import MissingExtra, StopRun
from onrecord.exports import jsonl
from onrecord.exports.entries import Entry
from onrecord.exports.tables import arrow_schema, arrow_table
from onrecord.model import Reading

READINGS, STATEMENTS = "readings", "statements"
ROWS_AT_ONCE = 64
_MADE = b"onrecord.made"
_GROUP_BYTES = 32 * 2**20


def _column(says: str) -> Any:
    return field(metadata={"says": says})


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One page of a segment: its reading, or why it has none."""

    source: str = _column("path or URL as given")
    report: str | None = _column("id of the report")
    url: str | None = _column("canonical address of the report")
    title: str | None = _column("headline of the report")
    published: str | None = _column("original publication date, YYYY-MM-DD")
    outlet: str | None = _column("outlet as given, else the site")
    language: str | None = _column("ISO 639-1 code")
    statements: int | None = _column("how many statements the report has")
    reading: str | None = _column("the whole reading as JSON, as `onrecord read --to jsonl` prints it")
    failure: str | None = _column("kind of error, if the page could not be read")
    reason: str | None = _column("why it could not be read")


@dataclass(frozen=True, slots=True)
class Made:
    """A finished shard."""

    name: str
    source: str
    made_with: str
    reports: int = 0
    statements: int = 0
    skipped: int = 0


def columns() -> list[tuple[str, str, str]]:
    """Name, type and meaning of each column of a shard's readings: the table of fields in the docs."""
    return [(f.name, str(f.type), f.metadata["says"]) for f in fields(ReadingRow)]


def write(out: Path, name: str, source: str, batches: Iterable[Batch], made_with: str) -> Made:
    """Write the shard of a segment, a batch at a time. Raises StopRun if it cannot be written."""
    pa, pq = _arrow()
    finished = [out / kind / f"{name}.parquet" for kind in (STATEMENTS, READINGS)]
    asides = [path.with_name(f".{path.stem}.{uuid4().hex[:8]}.part") for path in finished]
    schemas = (arrow_schema(), _schema(pa))
    made = Made(name, source, made_with)
    try:
        for path in asides:
            path.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            statements, readings = (
                _Groups(pa, stack.enter_context(pq.ParquetWriter(path, schema, compression="zstd")))
                for path, schema in zip(asides, schemas, strict=True)
            )
            for batch in batches:
                found = [row for row in batch if isinstance(row, Reading)]
                table = arrow_table(map(Entry, found))
                statements.add(table)
                readings.add(pa.Table.from_pylist([_row(row) for row in batch], schema=schemas[1]))
                made = replace(
                    made,
                    reports=made.reports + len(found),
                    statements=made.statements + table.num_rows,
                    skipped=made.skipped + len(batch) - len(found),
                )
            statements.flush()
            readings.flush()
            readings.writer.add_key_value_metadata({_MADE: json.dumps(asdict(made))})
        for aside, path in zip(asides, finished, strict=True):
            aside.replace(path)
    except OSError as error:
        raise StopRun(
            f"A shard cannot be written in {out} ({error}). Make room, or choose another folder."
        ) from None
    finally:
        for path in asides:
            path.unlink(missing_ok=True)
    return made


class _Groups:
    """Tables put together into row groups, so that a file has few of them and memory holds one."""

    def __init__(self, pa: Any, writer: Any) -> None:
        self.writer = writer
        self._pa = pa
        self._tables: list[Any] = []

    def add(self, table: Any) -> None:
        self._tables.append(table)
        if sum(held.nbytes for held in self._tables) >= _GROUP_BYTES:
            self.flush()

    def flush(self) -> None:
        if self._tables:
            self.writer.write_table(self._pa.concat_tables(self._tables))
        self._tables = []


def made_before(out: Path, name: str) -> Made | None:
    """The shard of that name if it is there, whole."""
    path = path_of(out, name)
    return said(path) if path.exists() else None


def path_of(out: Path, name: str) -> Path:
    """Where the readings of a shard are."""
    return out / READINGS / f"{name}.parquet"


def is_shard(path: Path) -> bool:
    """Whether a file is the readings of a shard."""
    if path.suffix != ".parquet" or not path.is_file():
        return False
    try:
        said(path)
    except StopRun:
        return False
    return True


def said(path: Path) -> Made:
    """What a shard says of itself. Raises StopRun if it is no whole shard of readings."""
    _, pq = _arrow()
    try:
        return Made(**json.loads(pq.read_metadata(path).metadata[_MADE]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StopRun(
            f"{path} is no whole shard of readings ({error}). Remove it and make it again."
        ) from None


def rows(path: Path) -> Iterator[list[Reading | Skipped]]:
    """The rows of a shard's readings in their order, some at a time. Raises StopRun if it is damaged."""
    _, pq = _arrow()
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS_AT_ONCE, columns=["source", "reading", "failure", "reason"]):
                yield [_read(row) for row in batch.to_pylist()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StopRun(
            f"{path} is no whole shard of readings ({error}). Make it again: remove it, and read."
        ) from None


def _row(row: Reading | Skipped | Held) -> dict[str, Any]:
    if not isinstance(row, Reading):
        kind, reason = (row.kind, row.reason) if isinstance(row, Skipped) else ("Held", "")
        return {"source": _utf8(row.source), "failure": kind, "reason": _utf8(reason)}
    report = row.report
    made = ReadingRow(
        source=report.source,
        report=report.id,
        url=report.url,
        title=report.title,
        published=report.published,
        outlet=report.publisher,
        language=report.language,
        statements=len(row.attributions or ()),
        reading=jsonl.dumps(row),
        failure=None,
        reason=None,
    )
    return {name: _utf8(value) if isinstance(value, str) else value for name, value in asdict(made).items()}


def _read(row: Mapping[str, Any]) -> Reading | Skipped:
    if row["reading"] is None:
        return Skipped(row["source"], row["failure"], row["reason"])
    return jsonl.from_json(json.loads(row["reading"]))


def _utf8(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _schema(pa: Any) -> Any:
    types = {"str": pa.string(), "int": pa.int64()}
    return pa.schema(
        pa.field(name, types[kind.split(" ")[0]], nullable="None" in kind, metadata={"says": says})
        for name, kind, says in columns()
    )


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtra("batch", "Output as shards") from None
    return pyarrow, pyarrow.parquet

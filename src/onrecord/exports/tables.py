"""Statement rows as Arrow tables and Parquet (extra `arrow`)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from onrecord.errors import MissingExtra
from onrecord.exports.entries import Entry, Piece
from onrecord.exports.rows import StatementRow, columns, statement_rows
from onrecord.model import Reading

if TYPE_CHECKING:
    import pyarrow

ROWS_A_GROUP = 50_000


def arrow_schema() -> pyarrow.Schema:
    """The schema of the statement table; each field's metadata says what it holds."""
    pa = _pyarrow()
    types = {"str": pa.string(), "float": pa.float64(), "bool": pa.bool_()}
    schema = [
        pa.field(name, types[kind.split(" ")[0]], nullable="None" in kind, metadata={"says": says})
        for name, kind, says in columns()
    ]
    return pa.schema(schema)


def arrow_table(entries: Iterable[Entry]) -> pyarrow.Table:
    """All statement rows as one Arrow table. Raises MissingExtra without pyarrow."""
    return _table(row for entry in entries for row in statement_rows(entry))


def arrow_stream(reading: Reading, requested_schema: object = None) -> object:
    """One reading's statement rows as an Arrow C stream capsule, for `Reading.__arrow_c_stream__`."""
    stream: object = arrow_table([Entry(reading)]).__arrow_c_stream__(requested_schema)
    return stream


def parquet_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """One Parquet file, Zstandard-compressed, a row group for each 50,000 statements."""
    import pyarrow.parquet as pq

    rows = (row for entry in entries for row in statement_rows(entry))
    sink = _Sink()
    with pq.ParquetWriter(sink, arrow_schema(), compression="zstd") as writer:
        while group := list(islice(rows, ROWS_A_GROUP)):
            writer.write_table(_table(group))
            yield Piece("statements.parquet", sink.taken())
    yield Piece("statements.parquet", sink.taken())


class _Sink(io.RawIOBase):
    """A file that only grows and hands on what was written, so that memory stays flat."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, chunk: Any) -> int:
        content = bytes(chunk)
        self._chunks.append(content)
        self._position += len(content)
        return len(content)

    def taken(self) -> bytes:
        content = b"".join(self._chunks)
        self._chunks.clear()
        return content


def _table(rows: Iterable[StatementRow]) -> pyarrow.Table:
    records: list[dict[str, Any]] = [asdict(row) for row in rows]
    for record in records:
        for name, value in record.items():
            if isinstance(value, str):
                record[name] = value.encode("utf-8", "backslashreplace").decode("utf-8")
    return _pyarrow().Table.from_pylist(records, schema=arrow_schema())


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise MissingExtra("arrow", "Arrow and Parquet output") from None
    return pyarrow

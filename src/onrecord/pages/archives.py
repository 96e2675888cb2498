"""Web archives (WARC, packed or not, as crawlers such as CC-NEWS write them), a page at a time; extra `batch`.

FastWARC does the reading. A damaged stretch is left out with a failure that names it, and reading goes on at the next
whole record. Only answers with status 200 that hold HTML or plain text are pages (also `resource` records, and
`conversion` records, which hold extracted text); pictures, redirects and requests are passed over in silence.
"""

from __future__ import annotations

import io
import mmap
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, TypeVar

from onrecord.errors import MissingExtra, SkipReport, TooLarge, UnreadableInput
from onrecord.model import Page
from onrecord.pages.door import HTML_TYPES, MOST_BYTES, Failure, Part, looks_html, make_page

_TEXT_TYPES = ("text/plain",)
_MOST_RECORD = 2 * MOST_BYTES
"""Most bytes of a record as it stands in the archive, its body packed or not."""
_GZIP = b"\x1f\x8b\x08"
_BEGINS = b"WARC/"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Damage:
    """A stretch between two whole records that could not be read."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Body:
    """What a record holds: its kind, its bytes, the encoding its server declared."""

    kind: Literal["html", "text"]
    content: bytes
    charset: str | None


def pages_of_archive(part: Part) -> Iterator[Page | Failure]:
    """The pages of a WARC file or of a run of its bytes. Raises MissingExtra without FastWARC."""
    with ExitStack() as stack:
        file = stack.enter_context(Path(part.path).open("rb"))
        whole = _Damage(0, file.seek(0, io.SEEK_END))
        for row in _walk(file, part, lambda record: _page(part.path, record)):
            if row == whole:
                told = "There is no WARC record in this file; check what it is."
                yield Failure(part.path, UnreadableInput(told))
            elif isinstance(row, _Damage):
                where = f"{part.path}:{row.start}-{row.end}"
                told = f"The archive is damaged here; the records between bytes {row.start} and {row.end} are lost."
                yield Failure(where, UnreadableInput(told))
            elif row is not None:
                yield row


def cuts(path: str, most_pages: int, most_bytes: int) -> Iterator[Part]:
    """The file in runs of so many records that may be pages, or so many bytes if those are fewer.

    A file that is packed as a whole, not record by record, is not cut. Raises OSError, MissingExtra.
    """
    with Path(path).open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        start, first, number = 0, 1, 0
        for place in _walk(file, Part(path), lambda record: int(record.stream_pos)):
            if isinstance(place, _Damage):
                continue
            number += 1
            full = number - first >= most_pages or place - start >= most_bytes
            if full and number > first and _begins(file, place):
                yield Part(path, start, place, first)
                start, first = place, number
        yield Part(path, start, size, first)


def _walk(file: IO[bytes], part: Part, take: Callable[[Any], T]) -> Iterator[T | _Damage]:
    """What `take` makes of each record that may be a page, and the stretches that were damaged."""
    iterate, types = _fastwarc()
    end = file.seek(0, io.SEEK_END) if part.end is None else part.end
    place: int | None = part.start
    damaged_from: int | None = None
    if not _begins(file, part.start):
        damaged_from, place = part.start, _next_record(file, part, part.start, end)
    while place is not None and place < end:
        last = place
        try:
            for record in iterate(
                _Stretch(file, place, end), record_types=types, parse_http=False, quirks_mode=True
            ):
                last = record.stream_pos
                taken = take(record)
                if damaged_from is not None:
                    yield _Damage(damaged_from, last)
                    damaged_from = None
                yield taken
            break
        except BaseException as error:
            if not _is_damage(error):
                raise
            damaged_from = last if damaged_from is None else damaged_from
            place = _next_record(file, part, last + 1, end)
    if damaged_from is not None:
        yield _Damage(damaged_from, end)


def _fastwarc() -> tuple[Any, Any]:
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError:
        raise MissingExtra("batch", "Reading WARC files") from None
    return ArchiveIterator, WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion


def _is_damage(error: BaseException) -> bool:
    """FastWARC's own kinds of failure; its Rust panics are no `Exception`."""
    return isinstance(error, OSError | ValueError) or type(error).__name__ == "PanicException"


class _Stretch:
    """A run of a file's bytes as FastWARC wants a stream."""

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        self._file, self._place, self._end = file, start, end

    def read(self, size: int | None = -1) -> bytes:
        left = self._end - self._place
        self._file.seek(self._place)
        content = self._file.read(left if size is None or size < 0 else min(size, left))
        self._place += len(content)
        return content

    def tell(self) -> int:
        return self._place

    def close(self) -> None:
        """The file is closed by who opened it."""


def _next_record(file: IO[bytes], part: Part, start: int, end: int) -> int | None:
    """Where the next record begins that can be told for one; None if there is none before `end`."""
    if start >= end:
        return None
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        is_plain = content[: len(_BEGINS)] == _BEGINS or not part.path.lower().endswith(".gz")
        packed = content[: len(_GZIP)] == _GZIP or not is_plain
        sign = _GZIP if packed else b"\n" + _BEGINS
        place = content.find(sign, start - (not packed), end)
        while place >= 0:
            if not packed or _unpacks(content[place : min(place + 1024, end)]):
                return place + (not packed)
            place = content.find(sign, place + 1, end)
    return None


def _begins(file: IO[bytes], place: int) -> bool:
    """Whether a record begins there; in a file that is packed as a whole none does but the first."""
    file.seek(place)
    begin = file.read(1024)
    return begin.startswith(_BEGINS) or (begin.startswith(_GZIP) and _unpacks(begin))


def _unpacks(begin: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(begin, 64).startswith(_BEGINS)
    except zlib.error:
        return False


def _page(path: str, record: Any) -> Page | Failure | None:
    """The page of a record; None if it is none. Raises what FastWARC raises on a damaged archive."""
    source = (record.headers.get("WARC-Target-URI") or "").strip("<> ") or f"{path}:{record.stream_pos}"
    declared = record.content_length
    try:
        if declared > _MOST_RECORD:
            raise TooLarge(f"The record has {declared // 2**20} MiB, more than {_MOST_RECORD // 2**20}.")
        record.freeze()
        if record.content_length < declared:
            raise UnreadableInput("The record is cut off: the archive ends before it does.")
        body = _body(record)
        if body is None:
            return None
        if len(body.content) > MOST_BYTES:
            raise TooLarge(f"The page has more than {MOST_BYTES // 2**20} MiB.")
    except SkipReport as error:
        return Failure(source, error)
    fetched = record.record_date.isoformat(timespec="seconds") if record.record_date else ""
    url = source if "://" in source else None
    return make_page(source, body.content, body.kind, fetched, url=url, encoding=body.charset)


def _body(record: Any) -> _Body | None:
    """What the record holds, unpacked. Raises UnreadableInput if it cannot be unpacked."""
    if record.headers.get("WARC-Type") != "response":
        media_type = (record.headers.get("Content-Type") or "").split(";")[0].strip()
        return _typed(media_type, record.reader.read(MOST_BYTES + 1))
    held = io.BytesIO()
    record.write(held)
    held.seek(0)
    iterate, _ = _fastwarc()
    # Taken out first, an answer whose body cannot be unpacked does not stop the archive's own iterator.
    try:
        for alone in iterate(held, parse_http=True, auto_decode="all", quirks_mode=True):
            if alone.http_headers is None or alone.http_headers.status_code != 200:
                return None
            content = alone.reader.read(MOST_BYTES + 1)
            return _typed(alone.http_content_type or "", content, alone.http_charset)
    except BaseException as error:
        if not _is_damage(error):
            raise
        raise UnreadableInput(f"The answer's body cannot be unpacked ({error}).") from None
    return None


def _typed(media_type: str, content: bytes, charset: str | None = None) -> _Body | None:
    """The body if it is of a kind that is read."""
    named = media_type.lower()
    if named in HTML_TYPES or (not named and looks_html(content)):
        return _Body("html", content, charset)
    return _Body("text", content, charset) if named in _TEXT_TYPES else None

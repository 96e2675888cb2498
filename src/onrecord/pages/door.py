"""The door for files: what was asked for, as pages, one at a time.

Files of many reports (JSON Lines, Parquet, WARC) are read a report at a time and a folder an entry at a time, so
that none has to fit in memory. An input that cannot be read comes out as a failure with its reason, in its place in
the order.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Literal

from onrecord.errors import SkipReport, TooLarge, UnreadableInput
from onrecord.model import Page

Clock = Callable[[], datetime]
MOST_BYTES = 50 * 2**20
"""Most bytes of one page, unpacked: the longest live blogs stay under a tenth of it."""
MOST_LINE = 4 * MOST_BYTES
"""Most bytes of a line of JSON Lines; a longer one is read as several, none of which is JSON."""
HTML_NAMES = (".html", ".htm", ".html.gz", ".htm.gz", ".xhtml")
TEXT_NAMES = (".txt", ".md", ".txt.gz")
RECORD_NAMES = (".jsonl", ".jsonl.gz")
TABLE_NAMES = (".parquet",)
ARCHIVE_NAMES = (".warc", ".warc.gz")
COLLECTION_NAMES = RECORD_NAMES + TABLE_NAMES + ARCHIVE_NAMES
"""Files that hold many reports."""
NAMES = HTML_NAMES + TEXT_NAMES + COLLECTION_NAMES
HTML_TYPES = ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml")
"""Media types of pages."""
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which JSON can write and no encoding can: it becomes U+FFFD, one for one."""
_LOOKS_HTML = re.compile(
    rb"^\s{0,2000}(?:<\?xml|<!--|<!doctype\s+html|<html|<head|<body|<div|<article)", re.I
)


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that gave no page, and why."""

    source: str
    reason: SkipReport


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or a run of one that holds many reports: bytes, or row groups of Parquet, half-open.

    `first` is the number of its first report in the file, counted from 1.
    """

    path: str
    start: int = 0
    end: int | None = None
    first: int = 1


def utc_now() -> datetime:
    """The clock of the doors."""
    return datetime.now(UTC)


def stamp(clock: Clock) -> str:
    """The clock's time in ISO 8601, to the second."""
    return clock().isoformat(timespec="seconds")


def make_page(
    source: str,
    content: bytes,
    media_type: Literal["html", "text"],
    fetched: str,
    **given: str | None,
) -> Page:
    """A page with its hash."""
    return Page(source, content, hashlib.sha256(content).hexdigest(), media_type, fetched, **given)


def pages_at(path: str, clock: Clock = utc_now, stdin: IO[bytes] | None = None) -> Iterator[Page | Failure]:
    """The pages of one path: a file, a folder with all that is under it, or `-` for standard input."""
    if path == "-":
        yield from _from_stdin(stdin or sys.stdin.buffer, clock)
        return
    for found in files_at(path):
        yield from (found,) if isinstance(found, Failure) else pages_in(found, clock)


def files_at(path: str) -> Iterator[Part | Failure]:
    """The files of a path, whole: the file itself, or those under a folder, in the order of their names."""
    place = Path(path)
    try:
        is_folder, exists = place.is_dir(), place.exists()
    except (OSError, ValueError):
        is_folder = exists = False
    if not exists:
        yield Failure(path, UnreadableInput(f"{path!r} does not exist; check the path."))
    elif is_folder:
        yield from _from_folder(place)
    else:
        yield Part(str(place))


def _from_folder(folder: Path) -> Iterator[Part | Failure]:
    found = False
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(NAMES) and not name.startswith("."):
                found = True
                yield Part(str(Path(root) / name))
    if not found:
        yield Failure(
            str(folder), UnreadableInput(f"No page in this folder; it looks for {' '.join(NAMES)}.")
        )


def pages_in(part: Part, clock: Clock = utc_now) -> Iterator[Page | Failure]:
    """The pages of a file, or of a run of one that holds many."""
    path = Path(part.path)
    name = path.name.lower()
    try:
        if name.endswith(ARCHIVE_NAMES):
            from onrecord.pages.archives import pages_of_archive

            yield from pages_of_archive(part)
            return
        if name.endswith(TABLE_NAMES):
            from onrecord.pages.columns import pages_of_table

            yield from pages_of_table(part, clock)
            return
        with path.open("rb") as raw:
            file: Any = gzip.GzipFile(fileobj=raw) if name.endswith(".gz") else raw
            if name.endswith(RECORD_NAMES):
                file.seek(part.start)
                yield from _from_records(part, file, clock)
            else:
                yield make_page(str(path), bounded(file), _kind(name), stamp(clock))
    except SkipReport as error:
        yield Failure(str(path), error)
    except (OSError, EOFError, zlib.error) as error:
        yield Failure(
            str(path), UnreadableInput(f"The file cannot be read ({error}); check it and its rights.")
        )


def bounded(file: IO[bytes], most: int = MOST_BYTES, first: bytes = b"") -> bytes:
    """All bytes of a file, after the `first` that were read already. Raises TooLarge if there are more than `most`."""
    content = first + file.read(max(most + 1 - len(first), 0))
    if len(content) > most:
        raise TooLarge(f"The page has more than {most // 2**20} MiB; split it or take out what is no text.")
    return content


def looks_html(content: bytes) -> bool:
    """Whether bytes of a kind that nobody told begin as HTML does."""
    return _LOOKS_HTML.match(content) is not None


def _kind(name: str) -> Literal["html", "text"]:
    return "html" if name.endswith(HTML_NAMES) else "text"


def _from_stdin(stdin: IO[bytes], clock: Clock) -> Iterator[Page | Failure]:
    first = stdin.readline(MOST_LINE)
    if first.lstrip()[:1] == b"{" and _is_record(first):
        yield from _from_records(Part("-"), stdin, clock, first)
        return
    try:
        content = bounded(stdin, first=first)
    except SkipReport as error:
        yield Failure("-", error)
        return
    yield make_page("-", content, "html" if looks_html(content) else "text", stamp(clock))


def _is_record(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _from_records(part: Part, file: IO[bytes], clock: Clock, line: bytes = b"") -> Iterator[Page | Failure]:
    number, place = part.first, part.start
    while part.end is None or place < part.end:
        line = line or file.readline(MOST_LINE)
        if not line:
            return
        if line.strip(b"\xef\xbb\xbf \t\r\n"):
            where = f"{part.path}:{number}"
            try:
                yield record_page(where, _record(line), clock)
            except SkipReport as error:
                yield Failure(where, error)
        number, place, line = number + 1, place + len(line), b""


def _record(line: bytes) -> dict[str, Any]:
    try:
        record: Any = json.loads(line.lstrip(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        raise UnreadableInput(f"The line is no JSON ({error}); one report a line, as an object.") from error
    if not isinstance(record, dict):
        raise UnreadableInput('The line is no object; write {"source": ..., "text": ...}.')
    return record


def record_page(where: str, record: Mapping[str, Any], clock: Clock) -> Page:
    """The page of a record with `source`, `text` or `html`, `title`, `published`, `url`, `outlet`.

    `where` is its source if it names none. Raises UnreadableInput or TooLarge.
    """
    kinds = [kind for kind in ("text", "html") if record.get(kind) is not None]
    if len(kinds) != 1 or not isinstance(record[kinds[0]], str):
        raise UnreadableInput('A record needs either "text" or "html", as a string.')
    given: dict[str, str | None] = {}
    for field in ("source", "title", "published", "url", "outlet"):
        value = record.get(field)
        if value is not None and not isinstance(value, str):
            raise UnreadableInput(f'"{field}" must be a string, not {type(value).__name__}.')
        given[field] = _SURROGATE.sub("\ufffd", value) if value else None
    source = given.pop("source") or where
    content = _SURROGATE.sub("\ufffd", record[kinds[0]]).encode("utf-8")
    if len(content) > MOST_BYTES:
        raise TooLarge(f"The record has more than {MOST_BYTES // 2**20} MiB of text; split it.")
    kind: Literal["html", "text"] = "html" if kinds[0] == "html" else "text"
    return make_page(source, content, kind, stamp(clock), encoding="utf-8", **given)

"""Inputs cut into segments: runs of at most 500 reports that are read, and known to be read, as a whole.

A segment is named by a hash of its bytes, their place, and the settings of the reading. So a rerun knows what is done
whatever became of the run before, and does again what changed: the page, the settings or the program's version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from onrecord.model import Page
from onrecord.pages.door import (
    ARCHIVE_NAMES,
    COLLECTION_NAMES,
    MOST_LINE,
    TABLE_NAMES,
    Failure,
    Part,
    files_at,
    pages_in,
)

MOST_REPORTS = 500
MOST_BYTES = 32 * 2**20
"""A segment ends at so many reports or bytes, whichever comes first; a row group of Parquet is never cut."""
_CHUNK = 2**20

Group = tuple[Part, ...]
"""Whole files that are cut together: one that holds many reports, or several with one report each."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of reports, in one file or in several."""

    name: str
    parts: tuple[Part, ...]

    @property
    def source(self) -> str:
        """Where it is, for people."""
        more = f" and {len(self.parts) - 1} more" if len(self.parts) > 1 else ""
        part = self.parts[0]
        return f"{part.path}{f' from report {part.first}' if part.first > 1 else ''}{more}"

    def pages(self) -> Iterator[Page | Failure]:
        """Its pages, in order."""
        for part in self.parts:
            yield from pages_in(part)

    def to_json(self) -> str:
        """The segment as text, for another process."""
        return json.dumps([self.name, [[p.path, p.start, p.end, p.first] for p in self.parts]])

    @classmethod
    def from_json(cls, text: str) -> Segment:
        """The segment that `to_json` wrote."""
        name, parts = json.loads(text)
        return cls(name, tuple(Part(*part) for part in parts))


def groups(inputs: Iterable[str]) -> Iterator[Group | Failure]:
    """The files of the inputs (files and folders) in order, as far as looking at names can tell."""
    waiting: list[Part] = []
    for found in (found for name in inputs for found in files_at(name)):
        alone = isinstance(found, Failure) or found.path.lower().endswith(COLLECTION_NAMES)
        if waiting and (alone or len(waiting) == MOST_REPORTS):
            yield tuple(waiting)
            waiting = []
        if isinstance(found, Failure):
            yield found
        elif alone:
            yield (found,)
        else:
            waiting.append(found)
    if waiting:
        yield tuple(waiting)


def segments(group: Group, digest: str) -> Iterator[Segment]:
    """The group cut into segments, at least one; `digest` stands for the settings of the reading.

    What cannot be opened is a segment too: reading it says why it cannot. Raises MissingExtra.
    """
    if len(group) > 1 or not group[0].path.lower().endswith(COLLECTION_NAMES):
        yield Segment(_name(digest, [_mark(part, part.start, part.end) for part in group]), group)
        return
    path = group[0].path
    try:
        for part, start, end in _cuts(path):
            yield Segment(_name(digest, [_mark(part, start, end)]), (part,))
    except (OSError, ValueError):
        yield Segment(_name(digest, [f"{path} cannot be cut"]), group)


def _name(digest: str, marks: list[str]) -> str:
    return hashlib.sha256("\n".join([digest, *marks]).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _mark(part: Part, start: int, end: int | None) -> str:
    """What tells a part from all others: where it is, and the hash of its bytes."""
    return f"{part.path}\0{part.first}\0{_hash(part.path, start, end)}"


def _hash(path: str, start: int, end: int | None) -> str:
    made = hashlib.sha256()
    try:
        with Path(path).open("rb") as file:
            file.seek(start)
            left = _CHUNK if end is None else end - start
            while left > 0 and (content := file.read(min(left, _CHUNK))):
                made.update(content)
                left -= 0 if end is None else len(content)
    except OSError:
        return "cannot be read"
    return made.hexdigest()


def _cuts(path: str) -> Iterator[tuple[Part, int, int | None]]:
    """The parts of a file with many reports, each with the bytes that are its own."""
    name = path.lower()
    if name.endswith(TABLE_NAMES):
        from onrecord.pages import columns

        yield from ((part, start, start + size) for part, start, size in columns.cuts(path))
    elif name.endswith(ARCHIVE_NAMES):
        from onrecord.pages import archives

        yield from ((part, part.start, part.end) for part in archives.cuts(path, MOST_REPORTS, MOST_BYTES))
    elif name.endswith(".gz"):
        yield Part(path), 0, None  # what is packed as a whole cannot be begun in the middle
    else:
        yield from ((part, part.start, part.end) for part in _line_cuts(path))


def _line_cuts(path: str) -> Iterator[Part]:
    with Path(path).open("rb") as file:
        start, first, number, place = 0, 1, 1, 0
        while line := file.readline(MOST_LINE):
            if number - first == MOST_REPORTS or (place - start >= MOST_BYTES):
                yield Part(path, start, place, first)
                start, first = place, number
            place, number = place + len(line), number + 1
        yield Part(path, start, place, first)

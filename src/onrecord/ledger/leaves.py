"""Rows of a damaged SQLite file that its trees no longer lead to: every page that looks like a leaf of a table is read.

After the description of the file format (sqlite.org/fileformat2.html). Nothing is trusted: what does not parse as a row
of as many columns as are looked for is passed over, and the caller must be able to tell a true row from a chance one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

Value = int | float | str | bytes | None

_LEAF = 0x0D
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
"""Bytes of an integer, by its serial type."""
_LONGEST = 2**30
"""No row is longer; a longer one is damage."""


def leaf_rows(path: Path, columns: int) -> Iterator[tuple[int, list[Value]]]:
    """Each row of so many columns or fewer, with its number, in the order of pages."""
    with path.open("rb") as file:
        pages = _Pages(file.read())
    for number in range(pages.count):
        page = pages.at(number)
        head = 100 if number == 0 else 0
        if len(page) < head + 8 or page[head] != _LEAF:
            continue
        (cells,) = struct.unpack_from(">H", page, head + 3)
        for cell in range(min(cells, len(page) // 4)):
            try:
                (start,) = struct.unpack_from(">H", page, head + 8 + 2 * cell)
                row, payload = pages.cell(page, start)
                values = _record(payload, columns)
            except (IndexError, ValueError, struct.error):
                continue
            yield row, values


class _Pages:
    """The pages of a file."""

    def __init__(self, content: bytes) -> None:
        stated = int.from_bytes(content[16:18], "big")
        size = 65536 if stated == 1 else stated
        self.size = size if size in (512, 1024, 2048, 4096, 8192, 16384, 32768, 65536) else 4096
        self.content = content
        self.count = len(content) // self.size

    def at(self, number: int) -> bytes:
        """A page, counted from 0."""
        return self.content[number * self.size : (number + 1) * self.size]

    def cell(self, page: bytes, start: int) -> tuple[int, bytes]:
        """The row's number and payload, its overflow pages among it. Raises ValueError or IndexError at damage."""
        length, at = _varint(page, start)
        row, at = _varint(page, at)
        if not 0 < length < _LONGEST:
            raise ValueError("no length of a row")
        most = self.size - 35
        local = length
        if length > most:
            least = (self.size - 12) * 32 // 255 - 23
            local = least + (length - least) % (self.size - 4)
            local = local if local <= most else least
        payload = bytearray(page[at : at + local])
        following = int.from_bytes(page[at + local : at + local + 4], "big") if local < length else 0
        while len(payload) < length:
            if not 0 < following <= self.count:
                raise ValueError("a chain of pages that leads nowhere")
            over = self.at(following - 1)
            payload += over[4 : 4 + length - len(payload)]
            following = int.from_bytes(over[:4], "big")
        return row, bytes(payload)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(9):
        byte = data[at + place]
        if place == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("no number")


def _record(payload: bytes, columns: int) -> list[Value]:
    head, at = _varint(payload, 0)
    types: list[int] = []
    while at < head:
        kind, at = _varint(payload, at)
        types.append(kind)
    if at != head or not 1 < len(types) <= columns:
        raise ValueError("a row of another table")
    values: list[Value] = []
    for kind in types:
        value, at = _value(payload, at, kind)
        values.append(value)
    return values


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind in (0, 8, 9):
        return (None if kind == 0 else kind - 8), at
    length = _INTEGERS.get(kind) or (8 if kind == 7 else (kind - 12) // 2)
    data = payload[at : at + length]
    if kind in (10, 11) or len(data) != length:
        raise ValueError("a row that ends too soon")
    if kind in _INTEGERS:
        return int.from_bytes(data, "big", signed=True), at + length
    if kind == 7:
        return struct.unpack(">d", data)[0], at + length
    return (data if kind % 2 == 0 else data.decode("utf-8")), at + length

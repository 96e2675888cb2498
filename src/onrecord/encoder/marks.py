"""Quotation marks: which characters stand inside which quotation.

Knows curly, straight, angled and low marks, two single marks for a double one (''…''), and single quotations outside
double ones. A quotation ends with its paragraph at the latest; one left open there is carried on by a next paragraph
that begins with an opening mark, as in print. Time is linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_DOUBLE = re.compile(r"''|[\"“”„‟«»]")
_SINGLE_OPEN = re.compile(r"(?<![\w'’])[‘'](?=[\w$“\"\[(…])")
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,?!…)\]”\"%-])[’'](?![\w'’])")
_OPENERS = "“„«"
_CLOSERS = "”‟»"


class Quotation(NamedTuple):
    """A stretch between marks, both included. `carried`: it goes on with the quotation of the paragraph before."""

    start_char: int
    end_char: int
    carried: bool
    single: bool


@dataclass(frozen=True, slots=True)
class Marks:
    """`number` int32 [characters]: 0 outside, else 1 + the index into `quotations`, which are in text order."""

    quotations: tuple[Quotation, ...]
    number: NDArray[np.int32]


def find_marks(text: str) -> Marks:
    """All outermost quotations of a text."""
    found: list[Quotation] = []
    open_at_end = False
    position = 0
    for paragraph in text.split("\n"):
        if paragraph.strip():
            inside, still_open = _double(paragraph, position, open_at_end)
            found += inside
            found += _single(paragraph, position, inside)
            open_at_end = still_open
        position += len(paragraph) + 1
    found.sort()
    number = np.zeros(len(text), np.int32)
    for n, quotation in enumerate(found, 1):
        number[quotation.start_char : quotation.end_char] = n
    return Marks(tuple(found), number)


def _double(paragraph: str, position: int, open_before: bool) -> tuple[list[Quotation], bool]:
    """Double quotations of a paragraph that begins at `position`, and whether the last was left open."""
    found: list[Quotation] = []
    start: int | None = None
    first = len(paragraph) - len(paragraph.lstrip())

    def close(end: int) -> None:
        if start is not None:
            found.append(Quotation(position + start, position + end, open_before and start == first, False))

    for mark in _DOUBLE.finditer(paragraph):
        if _opens(paragraph, mark, start is not None):
            close(mark.start())
            start = mark.start()
        elif start is not None:
            close(mark.end())
            start = None
    close(len(paragraph))
    return found, start is not None


def _opens(paragraph: str, mark: re.Match[str], inside: bool) -> bool:
    sign = mark.group()
    if sign in _OPENERS:
        return True
    if sign in _CLOSERS:
        return False
    # A straight mark after a blank and before a word opens a new quotation even if the last was never closed.
    before = paragraph[max(0, mark.start() - 1) : mark.start()]
    after = paragraph[mark.end() : mark.end() + 1]
    return not inside or ((not before or before.isspace()) and after.isalnum())


def _single(paragraph: str, position: int, taken: list[Quotation]) -> list[Quotation]:
    """Single quotations outside the double ones: an opening mark with a closing one behind it."""
    openers = [m.start() for m in _SINGLE_OPEN.finditer(paragraph)]
    if not openers:
        return []
    closers = [m.end() for m in _SINGLE_CLOSE.finditer(paragraph)]
    starts, found, free = [q.start_char for q in taken], [], 0
    for start in openers:
        at = bisect_left(closers, start + 2)
        if start < free or at == len(closers):
            continue
        begin, end = position + start, position + closers[at]
        near = bisect_left(starts, end)
        if near and taken[near - 1].end_char > begin:
            continue
        found.append(Quotation(begin, end, False, True))
        free = closers[at]
    return found

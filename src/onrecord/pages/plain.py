"""Plain text to blocks. The text stays as it is, to the character; blocks only point into it."""

from __future__ import annotations

import re

from onrecord.model import Block

_PARAGRAPH = re.compile(r"\S[^\r\n]*(?:(?:\r\n|\r|\n)[^\S\r\n]*\S[^\r\n]*)*")


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a plain text."""
    found = []
    for match in _PARAGRAPH.finditer(text):
        end = match.start() + len(match.group().rstrip())
        found.append(Block(match.start(), end, "body" if found else "headline"))
    return tuple(found)

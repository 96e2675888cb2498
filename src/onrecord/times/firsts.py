"""With which classes a rule can begin: so that at each token only the rules that can match there are tried."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PIECE = re.compile(r"\[[^\]]*\]|\(\?:|\(\?P<\w+>|\(\?<?[=!]|[)|?*]|.", re.DOTALL)
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")


def first_classes(pattern: str) -> frozenset[str]:
    """The class characters that a match of the pattern can begin with.

    `pattern` is what the grammar compiles: classes, sets, groups, look-around, `|`, `?` and `*`.
    """
    classes, _ = _alternatives(iter(_PIECE.findall(pattern)))
    return frozenset(classes)


def _alternatives(pieces: Iterator[str]) -> tuple[set[str], bool]:
    """First classes of `a|b|...` up to the closing bracket, and whether it can match nothing."""
    all_classes: set[str] = set()
    any_empty = False
    classes: set[str] = set()
    empty = True
    last: tuple[set[str], bool] | None = None

    def settle() -> None:
        """Take the last item into the sequence: it counts only while everything before it may be empty."""
        nonlocal empty, last
        if last is not None:
            if empty:
                classes.update(last[0])
                empty = last[1]
            last = None

    for piece in pieces:
        if piece in "?*" and last is not None:
            last = (last[0], True)
            continue
        settle()
        if piece in (")", "|"):
            all_classes |= classes
            any_empty |= empty
            if piece == ")":
                return all_classes, any_empty
            classes, empty = set(), True
        elif piece in _LOOKS:
            _alternatives(pieces)
        elif piece.startswith("(?"):
            last = _alternatives(pieces)
        else:
            last = (set(piece.strip("[]")), False)
    settle()
    return all_classes | classes, any_empty or empty

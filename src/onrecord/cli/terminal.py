"""What all commands share at the terminal: consoles, safe text, how rows and their states are written."""

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from onrecord.ledger.records import ReviewState

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, which could drive the terminal, and marks that turn the direction of text."""

STATE_MARKS: dict[ReviewState, tuple[str, str]] = {
    "machine": ("machine", "dim"),
    "accepted": ("✓ accepted", "bold green"),
    "rejected": ("✗ rejected", "bold red"),
    "unsure": ("? unsure", "bold yellow"),
}

PIPED_WIDTH = 100


def printable(text: str) -> str:
    """The text with control characters replaced one for one, so that page text cannot drive the terminal."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str, limit: int = 0) -> str:
    """The printable text on one line, cut with an ellipsis if it is longer than `limit`."""
    line = " ".join(printable(text).split())
    return line if not limit or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def console(*, stderr: bool = False) -> Console:
    """A console that takes text as text: no markup, no highlighting, no emoji codes."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPED_WIDTH
    return Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)


def has_colour(console: Console) -> bool:
    """Whether roles can be told by colour; else they are told by signs."""
    return console.color_system is not None and not console.no_color


def state_mark(state: ReviewState, confidence: float | None = None) -> Text:
    """A review state as it is shown everywhere, e.g. `machine .82`."""
    from rich.text import Text

    words, style = STATE_MARKS[state]
    if state == "machine" and confidence is not None:
        words += f" {share(confidence)}"
    return Text(f"[{words}]", style=style)


def share(value: float) -> str:
    """A share between 0 and 1 in two digits: `.82`, `1.0`."""
    return f"{value:.2f}".removeprefix("0") if value < 0.995 else "1.0"


def band(low: float | None, high: float | None, yardstick: str | None) -> str:
    """A band in words: `80–90 % PHIA`; `no yardstick` where the holder has none."""
    if low is None or high is None:
        return "no yardstick"
    return f"{low * 100:.3g}–{high * 100:.3g} %" + (f" {yardstick}" if yardstick else "")


def who(given: str | None) -> str:
    """The name to sign a change with: the one given, else the account's."""
    if given:
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def print_lines(lines: Iterable[str]) -> None:
    """Lines to standard output as they are."""
    for line in lines:
        sys.stdout.write(line + "\n")

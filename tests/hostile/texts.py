"""Texts made to hurt: each a function of a length, giving about so many characters."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

STORY = (
    "The ministry said on Monday that the dam would hold. “It is highly likely,” Ada Finch, its head, said. "
)
BIDI = "\u202e\u2066\u200f\u200e\u2069\u202c"
ZERO_WIDTH = "\u200b\u200d\u2060\ufeff\u00ad"


def repeated(piece: str) -> Callable[[int], str]:
    """A text of one piece, over and over."""
    return lambda length: (piece * (length // len(piece) + 1))[:length]


def nested(length: int) -> str:
    """Somebody said that somebody said that …"""
    piece = "Ada Finch said that "
    return piece * (length // len(piece)) + "it rained."


def one_word(length: int) -> str:
    """A word without end, in a sentence."""
    return f"The mayor said {'a' * length} on Monday."


def various(length: int) -> str:
    """Paragraphs of some sentences, none like another, as a very long report has them."""
    chance = random.Random(length)
    words = re.findall("[a-z]+", STORY.lower())
    paragraphs: list[str] = []
    while length > 0:
        sentences = [" ".join(chance.choices(words, k=18)).capitalize() + "." for _ in range(5)]
        paragraphs.append(" ".join(sentences))
        length -= len(paragraphs[-1]) + 2
    return "\n\n".join(paragraphs)


TEXTS: dict[str, Callable[[int], str]] = {
    "news": repeated(STORY),
    "news in one paragraph each": repeated(STORY + "\n\n"),
    "paragraphs, none like another": various,
    "opening quotation marks": repeated("“"),
    "straight quotation marks": repeated('"'),
    "closing quotation marks": repeated("”"),
    "quotations opened and left": repeated("“The mayor said "),
    "single quotation marks": repeated("‘a’"),
    "one word": one_word,
    "one line of words": repeated("rain "),
    "full stops": repeated("."),
    "stops and blanks": repeated(". "),
    "blanks": lambda length: "The mayor said" + " " * length + "no.",
    "no-break blanks": lambda length: "The mayor said" + "\xa0" * length + "no.",
    "line ends": lambda length: "The mayor said no." + "\n" * length + "It rained.",
    "one word a line": repeated("rain\n"),
    "capitals": repeated("A"),
    "names": repeated("Ada Finch "),
    "names and commas": repeated("Ada Finch, "),
    "one name, many times said": repeated("Finch said. "),
    "said": repeated("said "),
    "that": nested,
    "brackets": repeated("("),
    "commas": repeated(","),
    "numbers": repeated("1 2,000 "),
    "dates": repeated("4 March 2026 "),
    "days": repeated("Monday "),
    "doubts": repeated("likely "),
    "denials": repeated("denied the claim. "),
    "speakers' labels": repeated("FINCH: no\n"),
    "direction turned": repeated(BIDI + "said "),
    "no width": repeated("sa" + ZERO_WIDTH + "id "),
    "combining marks": lambda length: "The mayor said e" + "\u0301" * length + ".",
    "control characters": repeated("said\x01\x02\x7f "),
    "NULs": repeated("The mayor said\x00 no. "),
    "astral": repeated("\U0001f600 said "),
}

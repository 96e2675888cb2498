"""The cue lexicon: which words of a text mark a denial, a doubt, a counter-claim or a mention of a claim."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

from onrecord.errors import BrokenModel
from onrecord.model import Span


class Mark(NamedTuple):
    """A match of the lexicon in a text."""

    start_char: int
    end_char: int
    category: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Categories of cues, each one compiled pattern that runs in time linear in the text."""

    patterns: dict[str, re.Pattern[str]]
    small: dict[str, re.Pattern[str]]
    """The same for texts in small letters."""

    @classmethod
    def load(cls) -> Lexicon:
        """Read `cues.tsv`. Raises BrokenModel if a line is not category, tab, pattern."""
        lines = (files("onrecord.disputes") / "cues.tsv").read_text(encoding="utf-8").splitlines()
        rows: dict[str, list[str]] = {}
        for line in lines:
            if not line or line.startswith("#"):
                continue
            category, tab, pattern = line.partition("\t")
            if not tab:
                raise BrokenModel(f"disputes/cues.tsv: no tab in {line!r}. Install onrecord again.")
            rows.setdefault(category, []).append(pattern)
        whole = {c: rf"\b(?:{'|'.join(p)})\b" for c, p in rows.items()}
        return cls(
            {c: re.compile(p, re.IGNORECASE) for c, p in whole.items()},
            {c: re.compile(p) for c, p in whole.items()},
        )

    def marks(self, text: str, spans: Iterable[Span]) -> list[Mark]:
        """All matches in some spans of a text, in text order."""
        lowered = text.lower()
        if len(lowered) != len(text):
            # A few letters have two small ones ("İ"); offsets must stay.
            lowered = "".join(low if len(low := c.lower()) == 1 else c for c in text)
        # Small letters against small letters are several times faster than comparing regardless of case.
        return sorted(
            Mark(*match.span(), category)
            for span in spans
            for category, pattern in self.small.items()
            for match in pattern.finditer(lowered, *span)
        )

    def found(self, text: str) -> frozenset[str]:
        """The categories that occur in a text."""
        text = text.lower()
        return frozenset(category for category, pattern in self.small.items() if pattern.search(text))

    def first(self, category: str, text: str, span: Span) -> Span | None:
        """Where a category first occurs in a span of a text."""
        match = self.patterns[category].search(text, span.start_char, span.end_char)
        return Span(*match.span()) if match else None

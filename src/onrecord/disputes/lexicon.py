"""The cue lexicon: which words of a text mark a denial, a doubt, a counter-claim or a mention of a claim."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from onrecord.errors import BrokenModel
from onrecord.model import Span


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

    def found(self, text: str) -> dict[str, int]:
        """How often each category occurs in a text; categories that do not are left out."""
        # Small letters against small letters are several times faster than comparing regardless of case.
        text = text.lower()
        present = [(c, p) for c, p in self.small.items() if p.search(text)]
        return {c: sum(1 for _ in p.finditer(text)) for c, p in present}

    def first(self, category: str, text: str, span: Span) -> Span | None:
        """Where a category first occurs in a span of a text."""
        match = self.patterns[category].search(text, span.start_char, span.end_char)
        return Span(*match.span()) if match else None

"""Snippets: the part of a statement around what was looked for, with what matches marked. The same in every store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from onrecord.ledger.query import Phrase
from onrecord.ledger.stems import Word, words

MOST_WORDS = 40
_BEFORE = 8
"""Words shown before the first match in a statement that is cut."""

Parts = tuple[tuple[str, bool], ...]


class Marker:
    """Marks the phrases of one search in texts."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        phrases = list(phrases)
        self._single = {p.stems[0] for p in phrases if len(p.stems) == 1 and not p.prefix}
        self._starts = tuple(p.stems[0] for p in phrases if len(p.stems) == 1 and p.prefix)
        self._long = [p for p in phrases if len(p.stems) > 1]

    def snippet(self, text: str) -> Parts:
        """The text, or forty words of it, in parts, each with whether it matched."""
        found = words(text)
        matched = self._matched(found)
        first, last = _window(len(found), matched)
        start = found[first].start if first else 0
        end = found[last - 1].end if last < len(found) else len(text)
        parts: list[tuple[str, bool]] = [("…", False)] if first else []
        for place in range(first, last):
            if matched[place]:
                word = found[place]
                parts += [(text[start : word.start], False), (text[word.start : word.end], True)]
                start = word.end
        parts.append((text[start:end] + ("…" if last < len(found) else ""), False))
        return _joined(parts)

    def _matched(self, found: Sequence[Word]) -> list[bool]:
        matched = [
            word.stem in self._single or (self._starts != () and word.stem.startswith(self._starts))
            for word in found
        ]
        stems = [word.stem for word in found]
        for phrase in self._long:
            length = len(phrase.stems)
            for place in range(len(stems) - length + 1):
                if stems[place] == phrase.stems[0] and _follows(stems[place : place + length], phrase):
                    matched[place : place + length] = [True] * length
        return matched


def _follows(stems: Sequence[str], phrase: Phrase) -> bool:
    *before, last = phrase.stems
    return list(stems[:-1]) == before and (stems[-1].startswith(last) if phrase.prefix else stems[-1] == last)


def _window(count: int, matched: Sequence[bool]) -> tuple[int, int]:
    """The first word shown and the one after the last."""
    if count <= MOST_WORDS:
        return 0, count
    hit = next((place for place, is_hit in enumerate(matched) if is_hit), 0)
    first = max(0, min(hit - _BEFORE, count - MOST_WORDS))
    return first, first + MOST_WORDS


def _joined(parts: Iterable[tuple[str, bool]]) -> Parts:
    """Without empty parts; what matched word by word stays so."""
    made: list[tuple[str, bool]] = []
    for part, is_hit in parts:
        if part and made and made[-1][1] == is_hit and not is_hit:
            made[-1] = (made[-1][0] + part, is_hit)
        elif part:
            made.append((part, is_hit))
    return tuple(made)

"""Makes hearsay out of plain attributions, to teach what few articles show: cues inside contents.

A sentence that holds whole marked attributions ("Lee denied that he had left.") is put into somebody's mouth
("Lee denied that he had left, Ann said."; "“Lee denied …,” Ann said."). Its attributions become inner ones, the
wrapping is the outermost. Mental states stay unmarked inside, as in the guidelines of the layer of inner
attributions. Sentences without any attribution are wrapped too, so that a content is not taken for hearsay by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from onrecord.attributions.cues import Lexicon, lexicon
from onrecord.wording import sentences
from training.corpus import Article, Gold, Spans

STATES_OF_MIND = frozenset({"think", "want", "seem", "support", "oppose", "agree", "act"})
_CUES = (
    "said",
    "said",
    "said",
    "said",
    "says",
    "wrote",
    "argued",
    "added",
    "noted",
    "tweeted",
    "claimed",
    "reported",
)
_OPENERS = frozenset(
    {
        "the",
        "a",
        "an",
        "in",
        "on",
        "at",
        "he",
        "she",
        "they",
        "it",
        "we",
        "his",
        "her",
        "their",
        "its",
        "this",
        "that",
        "but",
        "as",
        "for",
        "when",
        "while",
        "after",
    }
)
_SHORTEST, _LONGEST = 30, 320


@dataclass(frozen=True, slots=True)
class _Form:
    """Text around the sentence, and where in it source and cue lie; `{}` is the sentence."""

    before: str
    after: str
    quoted: bool
    that: bool = False


_FORMS = (
    _Form("", ", {who} {cue}.", False),
    _Form("{who} {cue} ", ".", False, True),
    _Form("{who} {cue} that ", ".", False, True),
    _Form("“", ",” {who} {cue}.", True),
    _Form("“", ",” {cue} {who}.", True),
    _Form("{who} {cue}: “", ".”", True),
    _Form("{who} {cue}, “", ".”", True),
    _Form("According to {who}, ", ".", False, True),
)


def wrapped(article: Article, random: np.random.Generator, share: float) -> Article:
    """The article with about `share` of its fitting sentences put into somebody's mouth."""
    cues, names = lexicon(), _names(article)
    outer = sorted((g for g in article.golds if not g.inner), key=_start)
    pieces, golds, at, shift = [], [], 0, 0
    moves: list[tuple[int, int]] = [(0, 0)]
    taken: set[int] = set()
    for a, b in sentences(article.text):
        if not _fits(article.text, a, b) or a == 0 or random.random() > share:
            continue
        touching = [i for i, g in enumerate(outer) if _touches(g, a, b)]
        if any(not _inside(outer[i], a, b) for i in touching):
            continue
        if not touching and random.random() > 0.3:
            continue
        new, outermost, begin, trimmed = _wrap(article.text[a:b], names, random)
        pieces += [article.text[at:a], new]
        move = a + shift + begin - a
        golds.append(_moved(outermost, a + shift))
        moves.append((a, move))
        golds += [
            replace(_moved(_clipped(outer[i], b - trimmed), move), inner=True)
            for i in touching
            if not _mental(article.text, outer[i], cues)
        ]
        taken.update(touching)
        shift += len(new) - (b - a)
        moves.append((b, shift))
        at = b
    if not taken and not golds:
        return article
    pieces.append(article.text[at:])
    golds += [_placed(g, moves) for i, g in enumerate(outer) if i not in taken]
    golds += [_placed(g, moves) for g in article.golds if g.inner]
    return replace(article, text="".join(pieces), golds=tuple(golds))


def _wrap(sentence: str, names: Sequence[str], random: np.random.Generator) -> tuple[str, Gold, int, int]:
    """New text, its outermost attribution, where the sentence begins in it, and how much was cut off its end."""
    form = _FORMS[int(random.integers(len(_FORMS)))]
    who, cue = names[int(random.integers(len(names)))], _CUES[int(random.integers(len(_CUES)))]
    before, after = (x.replace("{who}", who).replace("{cue}", cue) for x in (form.before, form.after))
    core = sentence[:-1]
    if form.quoted:
        core = core.replace("“", "‘").replace("”", "’").replace('"', "'")
    elif form.that and core.split()[0].casefold() in _OPENERS:
        core = core[0].lower() + core[1:]
    text = before + core + after
    frame = form.before if "{who}" in form.before else form.after
    offset = 0 if "{who}" in form.before else len(before) + len(core)
    source, said = _find(frame, "{who}", who, cue) + offset, _find(frame, "{cue}", who, cue) + offset
    start, end = len(before), len(before) + len(core)
    if "that " in form.before:
        start -= len("that ")
    if form.quoted:
        start, end = start - 1, end + 2
    source_spans: Spans = ((source, source + len(who)),)
    cue_spans: Spans = ((said, said + len(cue)),) if "{cue}" in frame else ((0, len("According to")),)
    return text, Gold(source_spans, cue_spans, ((start, end),), exhaustive=True), len(before), 1


def _find(frame: str, mark: str, who: str, cue: str) -> int:
    head = frame.partition(mark)[0] if mark in frame else ""
    return len(head.replace("{who}", who).replace("{cue}", cue))


def _fits(text: str, a: int, b: int) -> bool:
    sentence = text[a:b]
    return (
        _SHORTEST <= b - a <= _LONGEST
        and sentence[0].isupper()
        and sentence[-1] == "."
        and "''" not in sentence
        and sentence.count("“") == sentence.count("”")
        and sentence.count('"') % 2 == 0
    )


def _names(article: Article) -> list[str]:
    found = [article.text[g.source[0][0] : g.source[0][1]] for g in article.golds if len(g.source) == 1]
    short = sorted(
        {n for n in found if re.fullmatch(r"(?:[A-Z][\w.'-]+)(?: [A-Z][\w.'-]+){0,2}|he|she|they", n)}
    )
    return [*(n for n in short if not n.endswith("'s")), "officials", "the newspaper", "a spokesman"]


def _mental(text: str, gold: Gold, cues: Lexicon) -> bool:
    """Not an act of speech that counts inside a content: a mental state, or the speaker on himself ("I think")."""
    cue, source = (" ".join(text[a:b] for a, b in spans) for spans in (gold.cue, gold.source))
    himself = source.casefold() in {"i", "me", "we", "us"} and not re.search(r"\b(said|told)\b", cue)
    return not cue or himself or cues.act_of(cue) in STATES_OF_MIND


def _spans(gold: Gold) -> Spans:
    return (*gold.source, *gold.cue, *gold.content)


def _start(gold: Gold) -> int:
    return min((a for a, _ in _spans(gold)), default=0)


def _touches(gold: Gold, a: int, b: int) -> bool:
    return any(x < b and a < y for x, y in _spans(gold))


def _inside(gold: Gold, a: int, b: int) -> bool:
    return all(a <= x and y <= b for x, y in _spans(gold))


def _clipped(gold: Gold, end: int) -> Gold:
    """Without the full stop that the wrapping cut off."""
    cut = {
        r: tuple((a, min(b, end)) for a, b in getattr(gold, r) if a < end)
        for r in ("source", "cue", "content")
    }
    return replace(gold, **cut)  # type: ignore[arg-type]


def _moved(gold: Gold, by: int) -> Gold:
    roles = {r: tuple((a + by, b + by) for a, b in getattr(gold, r)) for r in ("source", "cue", "content")}
    return replace(gold, **roles)  # type: ignore[arg-type]


def _placed(gold: Gold, moves: list[tuple[int, int]]) -> Gold:
    """Each end moved by what stands before it in the text."""

    def to(place: int) -> int:
        return place + next(move for start, move in reversed(moves) if start <= place)

    roles = {
        r: tuple((to(a), to(b - 1) + 1) for a, b in getattr(gold, r)) for r in ("source", "cue", "content")
    }
    return replace(gold, **roles)  # type: ignore[arg-type]

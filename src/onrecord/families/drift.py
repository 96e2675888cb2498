"""What a rendering changed against its origin: the firmness of its wording, and its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onrecord.families.quoting import Piece, alignment
from onrecord.families.records import CertaintyDrift, Change, ChangeKind, VersusOrigin
from onrecord.families.terms import Term, likelihood_terms
from onrecord.families.words import Word, lexicon, stem
from onrecord.model import Span

_PLAIN_SLACK = 0.06
"""Everyday words (`probably`) stand for their neighbours on any scale."""
_FIRM = ("expectation", "certainty")
_TIME = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|today|yesterday|tomorrow|day|week|month|year|night|morning|hour|minute|midnight|noon"
    r"|\d+(?:\.\d+)?[ap]m|yet|now|soon|already|ever|season)s?\b"
)


def certainty_drift(
    origin: Sequence[Term], rendering: Sequence[Term], *, relayed_as_established: bool, offset: int
) -> CertaintyDrift:
    """How firmly a rendering puts what its origin put in other terms.

    `offset` is added to the place of the rendering's term. A term that is left out strengthens; so does giving
    as established what the origin only relays. Another scale's term is never the same as the origin's.
    """
    before, after = _main(origin, None), None
    after = _main(rendering, before) if before else _main(rendering, None)
    span = Span(after.start_char + offset, after.end_char + offset) if after else None
    term = after.text if after else None
    if before is None:
        if relayed_as_established:
            return CertaintyDrift(
                term, "strengthened", "given as established; the origin only relays it", span
            )
        if after is not None and after.group in ("likelihood", "modal", "plain", "doubt"):
            return CertaintyDrift(term, "weakened", f"“{term}” was not in the origin", span)
        return CertaintyDrift(term, "none", "no certainty at stake", span)
    if after is None:
        return CertaintyDrift(None, "strengthened", f"“{before.text}” left out", None)
    if after.group == "confidence":  # it is about the evidence: of the origin's terms only its like compares
        before = next((t for t in origin if t.group == after.group), before)
    verdict = _compare(before, after)
    why = (
        "same term"
        if before.text.casefold() == after.text.casefold()
        else f"“{before.text}” became “{after.text}”"
    )
    return CertaintyDrift(term, verdict, why, span)


def _main(terms: Sequence[Term], like: Term | None) -> Term | None:
    """The term that carries a statement's certainty; `like` is the origin's, whose kind goes first."""
    order = ["likelihood", "plain", "doubt", "odds", "risk", "modal", "confidence"]
    if like is not None:
        order = [like.group, *order, "appearance", *_FIRM]
    ranked = [(order.index(t.group), t.start_char, t) for t in terms if t.group in order]
    return min(ranked)[2] if ranked else None


def _compare(before: Term, after: Term) -> VersusOrigin:
    slack = _PLAIN_SLACK if "plain" in (before.group, after.group) else 0.001
    gap = after.level - before.level
    if before.group == after.group == "doubt":
        gap = -gap
    if abs(gap) <= slack:
        return "same"
    return "strengthened" if gap > 0 else "weakened"


def changes(
    origin: Sequence[Word], origin_text: str, rendering: Sequence[Word], rendering_text: str, *, quoted: bool
) -> list[Change]:
    """The changes from the origin's wording to a rendering's, texts being those of the whole reports.

    Quotations are aligned word by word. Of indirect speech only terms of likelihood and numbers are compared: its
    other words are meant to differ.
    """
    if quoted:
        pieces = [p for p in alignment(origin, rendering) if p.step != "equal"]
        found = [_change(p, origin, origin_text, rendering, rendering_text) for p in pieces]
        return [c for c in found if c is not None]
    return _terms(origin, origin_text, rendering, rendering_text) + _numbers(
        origin, origin_text, rendering, rendering_text
    )


def _change(
    piece: Piece, origin: Sequence[Word], origin_text: str, rendering: Sequence[Word], rendering_text: str
) -> Change | None:
    left, right = origin[piece.from_start : piece.from_end], rendering[piece.to_start : piece.to_end]
    if all(w.form in lexicon("trifles.txt") for w in (*left, *right)):
        return None
    before, after = _span(left), _span(right)
    texts = (origin_text[slice(*before)] if before else "", rendering_text[slice(*after)] if after else "")
    return Change(*texts, _kind(left, right, *texts), before, after)


def _kind(left: Sequence[Word], right: Sequence[Word], before: str, after: str) -> ChangeKind:
    """What a change concerns, told from the words that differ."""
    both = [w.form for w in (*left, *right)]
    if likelihood_terms(before) or likelihood_terms(after):
        return "certainty"
    if any(f[:1].isdigit() for f in both):
        return "time" if _TIME.search(f"{before} {after}".casefold()) else "number"
    if _TIME.search(f"{before} {after}".casefold()):
        return "time"
    if before[:1].isupper() and after[:1].isupper() and left and right:
        return "actor"
    return "word" if left and right else "scope"


def _terms(
    origin: Sequence[Word], origin_text: str, rendering: Sequence[Word], rendering_text: str
) -> list[Change]:
    before, at = _main_of(origin, origin_text, None)
    after, there = _main_of(rendering, rendering_text, before)
    if before is None or (after is not None and after.text.casefold() == before.text.casefold()):
        return []
    span = Span(before.start_char + at, before.end_char + at)
    to = Span(after.start_char + there, after.end_char + there) if after else None
    return [Change(before.text, after.text if after else "", "certainty", span, to)]


def _main_of(run: Sequence[Word], text: str, like: Term | None) -> tuple[Term | None, int]:
    if not run:
        return None, 0
    start = run[0].start_char
    return _main(likelihood_terms(text[start : run[-1].end_char]), like), start


def _numbers(
    origin: Sequence[Word], origin_text: str, rendering: Sequence[Word], rendering_text: str
) -> list[Change]:
    """Numbers of the origin that the rendering gives differently: the same unit beside them, or the only ones."""
    mine, theirs = ([k for k, w in enumerate(run) if w.form[0].isdigit()] for run in (rendering, origin))
    same = {rendering[k].form for k in mine} & {origin[k].form for k in theirs}
    new = [k for k in mine if rendering[k].form not in same]
    gone = [k for k in theirs if origin[k].form not in same]
    found = []
    for k in new:
        shared = {g: len(_unit(origin, g) & _unit(rendering, k)) for g in gone}
        rivals = [g for g in gone if shared[g]] or (gone if len(gone) == len(new) == 1 else [])
        if rivals:
            match = max(rivals, key=lambda g: shared[g])
            gone.remove(match)
            left, right = Span(*origin[match][1:]), Span(*rendering[k][1:])
            texts = origin_text[slice(*left)], rendering_text[slice(*right)]
            dated = _TIME.search(" ".join(_unit(origin, match) | {origin[match].form}))
            found.append(Change(*texts, "time" if dated else "number", left, right))
    return found


def _unit(run: Sequence[Word], at: int) -> frozenset[str]:
    """The stems of the content words beside a number."""
    near = [run[k].form for k in (at - 1, at + 1, at + 2) if 0 <= k < len(run)]
    return frozenset(stem(f) for f in near if f not in lexicon("stopwords.txt") and not f[0].isdigit())


def _span(run: Sequence[Word]) -> Span | None:
    return Span(run[0].start_char, run[-1].end_char) if run else None

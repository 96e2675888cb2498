"""A dispute in words: which words deny, in what manner, and what linked the denial to its claim."""

from __future__ import annotations

from onrecord.disputes.features import Features
from onrecord.disputes.lexicon import Lexicon
from onrecord.disputes.statements import Statement
from onrecord.model import DisputeKind, Reading, Span
from onrecord.wording import content_stems, words

_STRENGTH = (
    "verdict",
    "deny",
    "false",
    "reject",
    "doubt",
    "correct",
    "scorn",
    "slant",
    "retort",
    "counter",
    "flatno",
    "negation",
)
"""Categories of cues, the most telling first."""
_KINDS: dict[str, DisputeKind] = {
    "doubt": "doubts",
    "correct": "corrects",
    "rather": "corrects",
    "concede": "corrects",
    "reject": "rejects",
    "scorn": "rejects",
    "counter": "rejects",
    "defend": "rejects",
}


def cue_span(unit: Statement, reading: Reading, lexicon: Lexicon) -> Span:
    """The words that deny: the most telling cue in the statement, else the attribution's own cue or its first word."""
    text = reading.report.text
    own_cue: tuple[Span, ...] = ()
    if isinstance(unit.end, str):
        own_cue = reading.attribution(unit.end).cue
    for category in _STRENGTH:
        for span in (*own_cue, *unit.content_spans):
            found = lexicon.first(category, text, span)
            if found is not None:
                return found
    if own_cue:
        return own_cue[0]
    start = unit.start_char
    return Span(start, start + len((text[start : unit.end_char].split() or [""])[0]))


def kind_of(unit: Statement, lexicon: Lexicon) -> DisputeKind:
    """How it denies: by its cue if that says so, else by its content; a plain "it is not so" denies."""
    in_cue = lexicon.found(unit.cue)
    in_content = lexicon.found(unit.content[:600])
    if "deny" in in_cue or "verdict" in in_content or "false" in in_cue:
        return "denies"
    for category in ("doubt", "correct", "concede", "reject"):
        if category in in_cue:
            return _KINDS[category]
    if "?" in unit.content[:200]:
        return "doubts"
    for category in ("false", "flatno", "negation", "deny"):
        if category in in_content:
            return "denies"
    for category in ("doubt", "rather", "scorn", "reject"):
        if category in in_content:
            return _KINDS[category]
    return "rejects" if "counter" in in_cue or "defend" in in_cue else "corrects"


def in_words(unit: Statement, claim: Statement | None, features: Features, lexicon: Lexicon) -> str:
    """What linked the two, for a reader: the denying words, what both ends share, who names whom."""
    reasons = [_denying(unit, lexicon)]
    if claim is None:
        reasons.append("the claim stands only inside the denial")
        return "; ".join(r for r in reasons if r)
    common = [w for w in dict.fromkeys(words(claim.content)) if _stem_in(w, unit)]
    if common:
        reasons.append("both speak of " + ", ".join(f"“{w}”" for w in common[:5]))
    if "denial_names_claimant" in features:
        reasons.append("the denial names who made the claim")
    if "claim_names_denier" in features:
        reasons.append("the claim is about the one who denies")
    if "claim_in_denial" in features:
        reasons.append("the denial repeats the claim")
    if "nearest" in features:
        reasons.append("the nearest statement by somebody else before it")
    return "; ".join(r for r in reasons if r)


def _stem_in(word: str, unit: Statement) -> bool:
    stems = content_stems(word)
    return bool(stems) and stems[0][:6] in unit.stems


def _denying(unit: Statement, lexicon: Lexicon) -> str:
    for category in _STRENGTH:
        for where in (unit.cue, unit.content):
            match = lexicon.patterns[category].search(where)
            if match:
                return f"denied with “{' '.join(match.group().split())}”"
    return "another account"

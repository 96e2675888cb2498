"""Through whom a rendering's words came: its chain of names, its holder, and the layers that were lost on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from onrecord.families.layers import names_it, other_paper, relays
from onrecord.families.names import Names, alludes, bare, is_press, tidy
from onrecord.families.words import any_of, lexicon, stem, words
from onrecord.model import Attribution, Reading

_FIRST_PERSON = re.compile(r"\b(?:I|my)\b")
_DEEDS = ("ask", "order", "promise")
"""Acts that are done by speaking; within somebody's words they are what is told, not through whom."""
_SAME = re.compile(r"\bsame\s+(\w+)\s*$", re.IGNORECASE)
_RELATIVE = re.compile(r"(?:who|which|that)\s+\w", re.IGNORECASE)
"""How a source opens that is a relative clause: what it says of somebody is not who that is."""
_COLONS = (":", "–", "—", "-")
"""Cues of headlines: `Foreign ministry: no appeal has come`."""
_CREDIT = re.compile(r"\b(?:sources?|credits?|via)\s*:|\b(?:first|originally)\s+published\b", re.IGNORECASE)
"""What opens the words that say whom a text was taken from: not its owner."""
_RELIES = re.compile(
    r"\b(?:it|he|she|they)\s+(?:had\s+)?(?:relie[ds]|rely|lean(?:ed|s)?|draws?|drew|cite[ds]?|quote[ds]?|point(?:ed|s)?)\b",
    re.IGNORECASE,
)
"""A source known by its pronoun that has something from somebody else."""
_SIGNATURE = 12
"""Words up to which a first or last block may be a letterhead or a signature."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose own words a report is: a body's release, an author's note. Empty for reporting."""

    name: str = ""


def owners(readings: Sequence[Reading], names: Names) -> list[Owner]:
    """For each report the voice whose own text it is: named in its letterhead or signature, and quoted by others."""
    quoted: dict[str, set[int]] = {}
    for (report, _), name in names.of.items():
        if names.kinds.get(name) in ("person", "organisation"):
            quoted.setdefault(name, set()).add(report)
    found = []
    for k, reading in enumerate(readings):
        head = _letterhead(reading)
        held = [n for n, reports in quoted.items() if reports - {k} and _named_in(n, head)]
        people = [n for n in held if names.kinds[n] == "person"]
        if people and _FIRST_PERSON.search(_unquoted(reading)):
            held = people
        elif people:
            held = [n for n in held if n not in people] or held
        found.append(Owner(max(held, key=lambda n: (len(quoted[n]), len(n), n)) if held else ""))
    return found


def _letterhead(reading: Reading) -> str:
    report = reading.report
    first = [b for b in report.blocks if b.kind in ("byline", "dateline")]
    ends = [b for b in (*report.blocks[1:2], *report.blocks[-1:]) if not report.at(b).rstrip().endswith(".")]
    short = [b for b in ends if len(report.at(b).split()) <= _SIGNATURE]
    lines = [_CREDIT.split(report.at(b), maxsplit=1)[0] for b in (*first, *short)]
    return " | ".join([*lines, report.outlet or "", report.site or ""])


def _named_in(name: str, head: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", head) is not None


def _unquoted(reading: Reading) -> str:
    return re.sub(
        r"“[^”]*”?", " ", " ".join(reading.report.at(b) for b in reading.report.blocks if b.kind == "body")
    )


def chain_of(
    reading: Reading, report: int, attribution_id: str | None, names: Names, *, owned_text: bool = False
) -> tuple[str, ...]:
    """Names from the outermost source that the report names to the innermost speaker, as the reading has them.

    What somebody asked, ordered or promised within somebody's words is told and not said; in an `owned_text` all is.
    """
    path: list[str] = []
    if attribution_id is not None:
        for attribution in reading.chain(attribution_id):
            asked = (owned_text or attribution.within is not None) and attribution.act in _DEEDS
            cue = reading.report.at(attribution.cue)
            if asked or not (says(cue) or cue.strip() in _COLONS):
                continue
            if _RELATIVE.match(reading.report.at(attribution.source)):
                continue
            if attribution.voice is None:
                path.append(tidy(bare(reading.report.at(attribution.source))))
                continue
            name = names.of.get((report, attribution.voice), "")
            if same := _SAME.search(reading.report.at(attribution.source)):
                name = _who_did(reading, report, attribution, stem(same[1].casefold()), names) or name
            path += [names.organisation.get(name, ""), name]
    return tuple(dict.fromkeys(n for n in path if n))


def _who_did(reading: Reading, report: int, here: Attribution, noun: str, names: Names) -> str | None:
    """Whose the same report or statement is: the last named voice before it that is said to report or to state."""
    for other in reversed([a for a in reading.attributions or () if a.cue < here.cue]):
        cues = {stem(w.form) for w in words(reading.report.at(other.cue))}
        name = names.of.get((report, other.voice or ""), "")
        if noun in cues and name[:1].isupper():
            return name
    return None


def owned(chain: tuple[str, ...], owner: Owner) -> tuple[str, ...]:
    """The chain with the owner of the text as its outermost source."""
    return tuple(dict.fromkeys([owner.name, *chain])) if owner.name else chain


def named(chain: Sequence[str]) -> tuple[str, ...]:
    """The layers of a chain that are more than a pronoun."""
    return tuple(n for n in chain if n.casefold() not in lexicon("pronouns.txt") and n != "author")


def units(chain: Sequence[str], names: Names) -> int:
    """How many hands a chain has; a body and the person who speaks for it are one.

    A person alone behind a body that is no paper is taken to speak for it.
    """
    if len(chain) == 2 and [names.kinds.get(n) for n in chain] == ["organisation", "person"]:
        return 1 if not is_press(chain[0]) else 2
    return sum(
        1
        for k, name in enumerate(chain)
        if k + 1 == len(chain) or names.organisation.get(chain[k + 1]) != name
    )


def says(context: str) -> bool:
    """Whether a text has a verb of saying or of holding a view."""
    return any(w.form in lexicon("saying.txt") or w.form in lexicon("views.txt") for w in words(context))


def mentioned(names: Names, context: str) -> tuple[str, ...]:
    """Who speaks in a sentence whose source the reading has not found: known names before a verb of saying."""
    found = []
    for name in names.known:
        at = context.find(name)
        after = [w.form for w in words(context[at + len(name) : at + len(name) + 40])[:3]] if at >= 0 else []
        after = after[: after.index("and")] if "and" in after else after
        if any(form in lexicon("saying.txt") for form in after):
            found.append((at, name))
    return tuple(name for _, name in sorted(found))


def against(
    origin: Sequence[str], chain: Sequence[str], context: str, names: Names
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A rendering's chain in the origin's names, and the origin's layers that it dropped.

    A layer is kept if the chain or, where anybody is said to speak at all, the context names it, its role or the noun
    it ends in. A source that is only a pronoun or a common noun (`the watchdog`, `it`) stands for the outermost layer,
    unless it is some other paper's. Where nobody is said to speak, every layer is dropped.
    """
    if not origin:
        return tuple(chain), ()
    paper = None if chain else other_paper(context)
    if paper is not None and not any(names.is_paper(layer) for layer in origin):
        return (paper,), tuple(origin)
    if not (chain or says(context)):
        kept = [layer for layer in origin if layer[:1].isupper() and alludes(context, layer)]
        return tuple(kept), tuple(layer for layer in origin if layer not in kept)
    if any(map(is_press, chain)) and not any(names.is_paper(layer) for layer in origin):
        return tuple(chain), tuple(origin)
    kept = [layer for layer in origin if names_it(layer, chain) or _alluded(layer, context, names)]
    kept += _stood_for(origin, kept, context)
    if len(origin) == 2 and origin[1] in kept and names.kinds.get(origin[1]) == "person":
        kept = list(origin)  # whoever quotes a body's speaker by name quotes the body
    strangers = [n for n in named(chain) if n in names.known and not names_it(n, origin)]
    if not kept and not strangers:
        kept = [origin[0]]
    kept = [layer for layer in origin if layer in kept]
    path = [*kept, *(n for n in strangers if not kept or n == chain[-1])]
    return tuple(dict.fromkeys(path)), tuple(layer for layer in origin if layer not in kept)


@cache
def _published() -> re.Pattern[str]:
    nouns = any_of("publications.txt")
    return re.compile(rf"\b(?:the|its|his|her|their)\s+(?:[a-z-]+\s+)?(?:{nouns})\b", re.IGNORECASE)


def _stood_for(origin: Sequence[str], kept: Sequence[str], context: str) -> list[str]:
    """Layers that a rendering gives under another description.

    What was published (`the note`), or a pronoun that relies on others, stands for the outermost layer, an unnamed
    go-between for the first unnamed layer that is not there under its own name.
    """
    found = []
    if kept and origin[0] not in kept and (_RELIES.search(context) or _published().search(context)):
        found.append(origin[0])
    missing = [layer for layer in origin[1:] if layer not in kept and layer[:1].islower()]
    strange = [name for name in relays(context) if not names_it(name, origin)]
    return found + missing[: len(strange)]


def _alluded(layer: str, context: str, names: Names) -> bool:
    if alludes(context, layer) or (names.is_paper(layer) and is_press(context)):
        return True
    return bool(names.roles.get(layer, frozenset()) & {stem(w.form) for w in words(context)})

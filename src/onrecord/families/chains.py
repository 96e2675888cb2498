"""Through whom a rendering's words came: its chain of names, its holder, and the layers that were lost on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.families.names import Names, alludes, bare, same_name
from onrecord.families.segments import Segment
from onrecord.model import Reading

_FIRST_PERSON = re.compile(r"\b(?:I|my)\b")
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
            held = [n for n in held if n not in people]
        found.append(Owner(max(held, key=lambda n: (len(quoted[n]), len(n), n)) if held else ""))
    return found


def _letterhead(reading: Reading) -> str:
    report = reading.report
    first = [b for b in report.blocks if b.kind in ("byline", "dateline")]
    short = [b for b in (*report.blocks[1:2], *report.blocks[-1:]) if len(report.at(b).split()) <= _SIGNATURE]
    return " | ".join([*(report.at(b) for b in (*first, *short)), report.outlet or "", report.site or ""])


def _named_in(name: str, head: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", head, re.IGNORECASE) is not None


def _unquoted(reading: Reading) -> str:
    return re.sub(
        r"“[^”]*”?", " ", " ".join(reading.report.at(b) for b in reading.report.blocks if b.kind == "body")
    )


def chain_of(reading: Reading, segment: Segment, names: Names, owner: Owner) -> tuple[str, ...]:
    """Names from the outermost source to the innermost speaker. The owner of a text comes first in it."""
    path: list[str] = [owner.name] if owner.name else []
    if segment.attribution is not None:
        for attribution in reading.chain(segment.attribution):
            if attribution.voice is None:
                source = bare(reading.report.at(attribution.source))
                if source:
                    path.append(source)
                continue
            name = names.of.get((segment.report, attribution.voice), "")
            body = names.organisation.get(name)
            path += [n for n in (body, name) if n]
    return tuple(dict.fromkeys(path))


def units(chain: Sequence[str], names: Names) -> int:
    """How many hands a chain has; a body and the person who speaks for it are one."""
    return sum(
        1
        for k, name in enumerate(chain)
        if k + 1 == len(chain) or names.organisation.get(chain[k + 1]) != name
    )


def dropped(origin: Sequence[str], chain: Sequence[str], sentence: str) -> tuple[str, ...]:
    """Layers of the origin's chain that are neither in this chain nor alluded to in this sentence."""
    lost = []
    for layer in origin:
        kept = any(same_name(layer, name) or same_name(name, layer) or alludes(name, layer) for name in chain)
        if not kept and not (chain and alludes(sentence, layer)):
            lost.append(layer)
    return tuple(lost)

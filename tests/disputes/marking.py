"""Readings from marked text: `{s1 ...}` source, `{c1 ...}` cue, `{q1 ...}` content of attribution 1."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from onrecord.model import Attribution, Block, Reading, Report, Span, Voice

_MARK = re.compile(r"\{([scq])(\d+) |\}")
_ROLES: dict[str, str] = {"s": "source", "c": "cue", "q": "content"}
Quotation = Literal["direct", "mixed", "indirect"]


def marked_reading(case: Mapping[str, Any]) -> Reading:
    """The reading of a case: its text without marks, attributions, and a voice for each name."""
    text, spans = unmark(case["text"].lstrip("\n"))
    names: Mapping[str, str] = case.get("voices", {})
    kinds: Mapping[str, Any] = case.get("kinds", {})
    ids = {name: f"v{i}" for i, name in enumerate(dict.fromkeys(names.values()), start=1)}
    table = tuple(Voice(ids[name], name, kinds.get(name, "person")) for name in ids)
    attributions = tuple(
        Attribution(
            id=number,
            source=tuple(roles.get("source", ())),
            cue=tuple(roles.get("cue", ())),
            content=tuple(roles.get("content", ())),
            quotation=_quotation(text, roles.get("content", [])),
            act="say",
            confidence=1.0,
            made_by="case",
            within=case.get("within", {}).get(number),
            voice=ids.get(names.get(number, "")),
        )
        for number, roles in sorted(spans.items(), key=lambda item: int(item[0]))
    )
    return Reading(
        Report("case", "case.txt", text, blocks(text, case.get("title")), "", title=case.get("title")),
        attributions=attributions,
        voices=table,
        certainties=(),
    )


def blocks(text: str, title: str | None) -> tuple[Block, ...]:
    """One body block, after a headline block if the text begins with the title."""
    if title and text.startswith(title):
        return (Block(0, len(title), "headline"), Block(len(title), len(text), "body"))
    return (Block(0, len(text), "body"),)


def unmark(marked: str) -> tuple[str, dict[str, dict[str, list[Span]]]]:
    """The text without its marks, and by number and role the spans that they stood around."""
    text, position = "", 0
    opened: list[tuple[str, str, int]] = []
    spans: dict[str, dict[str, list[Span]]] = {}
    for match in _MARK.finditer(marked):
        text += marked[position : match.start()]
        position = match.end()
        if match.group(1):
            opened.append((match.group(1), match.group(2), len(text)))
        else:
            role, number, start = opened.pop()
            spans.setdefault(number, {}).setdefault(_ROLES[role], []).append(Span(start, len(text)))
    return text + marked[position:], spans


def _quotation(text: str, content: list[Span]) -> Quotation:
    whole = " ".join(text[s:e] for s, e in content)
    if "“" not in whole:
        return "indirect"
    return "direct" if whole.startswith("“") else "mixed"

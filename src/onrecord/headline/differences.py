"""In what a statement says more than the lines it rests on: aligned differences, both ends as spans."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onrecord.headline.body import NOWHERE, Line
from onrecord.headline.support import Support
from onrecord.headline.tables import Tables
from onrecord.model import Attribution, Difference, Reading, Span
from onrecord.wording import names

LEAST_SHARE = 0.35
"""A line that bears less of the statement's wording is not what it rests on: nothing is said of what was left out."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LABEL = re.compile(r"^[^:]{2,40}:\s")


class Statement:
    """A statement under check: its text and where it stands, so that a match becomes a span of the report."""

    def __init__(self, text: str, span: Span) -> None:
        self.text = text
        self.span = span

    def at(self, match: re.Match[str]) -> Span:
        """Where a match stands in the report; (0, 0) if the statement stands nowhere in it."""
        if self.span == NOWHERE:
            return NOWHERE
        start = self.span.start_char + match.start()
        end = self.span.start_char + match.end()
        return Span(start, end) if end <= self.span.end_char else self.span


def differences(
    statement: Statement, rests: Support, reading: Reading, tables: Tables
) -> tuple[Difference, ...]:
    """All differences of a statement against the lines it rests on."""
    if not rests.lines:
        return ()
    found = [
        *dropped_source(statement, rests, reading, tables),
        *(dropped_hedge(statement, rests.lines, reading, tables) if rests.share >= LEAST_SHARE else ()),
        *stronger_act(statement, rests.lines, tables),
        *other_number(statement, rests.lines),
        *wider_scope(statement, rests.lines, tables),
    ]
    return tuple(dict.fromkeys(found))


def names_source(statement: str, attribution: Attribution, reading: Reading, tables: Tables) -> bool:
    """Whether a statement tells that somebody says it: a reporting word, a label, or the voice's name."""
    if tables.words["sourced"].search(statement) or _LABEL.match(statement):
        return True
    speaker = _voice_names(attribution, reading)
    said = {
        w.strip(".,;:!?'’‘“”\"()").removesuffix("’s").removesuffix("'s") for w in statement.casefold().split()
    }
    return bool(speaker & said)


def _voice_names(attribution: Attribution, reading: Reading) -> frozenset[str]:
    texts = [reading.report.at(attribution.source)]
    texts += [v.name for v in reading.voices or () if v.id == attribution.voice]
    return frozenset(w for t in texts for w in names(f"- {t}") if len(w) > 2)


def source_and_cue(attribution: Attribution) -> Span:
    """The span from the source to the cue, if they stand together; else the cue or the source alone."""
    parts = sorted([*attribution.source, *attribution.cue])
    if not parts:
        return attribution.content[0] if attribution.content else NOWHERE
    whole = Span(parts[0].start_char, max(p.end_char for p in parts))
    apart = any(c.overlaps(whole) for c in attribution.content) or whole.end_char - whole.start_char > 300
    return (attribution.cue or attribution.source)[0] if apart else whole


def dropped_source(
    statement: Statement, rests: Support, reading: Reading, tables: Tables
) -> list[Difference]:
    """A claim that the body only attributes, given without its source."""
    line = rests.said_line
    if (
        line is None
        or rests.said_share <= rests.own_share
        or rests.said_share < LEAST_SHARE
        or not line.holders
    ):
        return []
    outermost = reading.attribution(line.holders[0])
    if names_source(statement.text, outermost, reading, tables):
        return []
    return [Difference("source dropped", statement.span, source_and_cue(outermost))]


def dropped_hedge(
    statement: Statement, body: Sequence[Line], reading: Reading, tables: Tables
) -> list[Difference]:
    """A hedge, or a relay through further mouths, that the statement leaves out; a weaker hedge made stronger.

    To name a source ("agencies warn") does not keep its hedge, but stands for the further mouths.
    """
    if tables.words["hedge"].search(statement.text):
        return stronger_hedge(statement, body[0], tables)
    sourced = tables.words["sourced"].search(statement.text)
    found = []
    for line in body[:3]:
        hedge = next(
            (Span(c.start_char, c.end_char) for c in reading.certainties or ()
             if line.span.holds(Span(c.start_char, c.end_char)) and c.direction != "certain"),
            None,
        )  # fmt: skip
        if hedge is not None:
            found.append(Difference("certainty", statement.span, hedge))
        relayed = [] if sourced else [reading.attribution(i) for i in line.through]
        for attribution in relayed[:1]:
            if not names_source(statement.text, attribution, reading, tables):
                found.append(Difference("certainty", statement.span, source_and_cue(attribution)))
    return found


def stronger_hedge(statement: Statement, line: Line, tables: Tables) -> list[Difference]:
    """Likely, expected ... where the line only has may, might, more likely than not ..."""
    match = tables.words["hedge_high"].search(statement.text)
    low = tables.words["hedge_low"].search(line.text)
    rest = line.text if low is None else line.text[: low.start()] + line.text[low.end() :]
    if match is None or low is None or tables.words["hedge_low"].search(statement.text):
        return []
    if tables.words["hedge_high"].search(rest):
        return []
    start = line.span.start_char
    return [Difference("certainty", statement.at(match), Span(start + low.start(), start + low.end()))]


def stronger_act(statement: Statement, body: Sequence[Line], tables: Tables) -> list[Difference]:
    """A verb stronger than the strongest of its sense in the lines."""
    found = []
    for act in tables.acts:
        match = act.pattern.search(statement.text)
        if match is None:
            continue
        rivals = [
            (other.strength, line, hit)
            for other in tables.acts
            if other.sense == act.sense
            for line in body
            if (hit := other.pattern.search(line.text)) is not None
        ]
        if rivals and max(strength for strength, _, _ in rivals) < act.strength:
            _, line, hit = max(rivals, key=lambda r: r[0])
            start = line.span.start_char
            found.append(Difference("act", statement.at(match), Span(start + hit.start(), start + hit.end())))
    return found


def other_number(statement: Statement, body: Sequence[Line]) -> list[Difference]:
    """A number that no line has, where the best line has another one."""
    known = {n.group() for line in body for n in _NUMBER.finditer(line.text)}
    best = _NUMBER.search(body[0].text)
    if best is None:
        return []
    start = body[0].span.start_char
    return [
        Difference("number", statement.at(match), Span(start + best.start(), start + best.end()))
        for match in _NUMBER.finditer(statement.text)
        if match.group() not in known
    ][:1]


def wider_scope(statement: Statement, body: Sequence[Line], tables: Tables) -> list[Difference]:
    """All, every, never ... in the statement where the line says some, several, in part."""
    match = tables.words["generic"].search(statement.text)
    if match is None or any(tables.words["generic"].search(line.text) for line in body):
        return []
    limit = tables.words["limiting"].search(body[0].text)
    if limit is None:
        return []
    start = body[0].span.start_char
    return [Difference("scope", statement.at(match), Span(start + limit.start(), start + limit.end()))]

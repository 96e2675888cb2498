"""What a later version of a report changed in its statements: a quote removed, "said" become "claimed".

Statements of the two versions are paired: first those with the same words, then, of the rest, the most alike by
edit distance over words (rapidfuzz), where the same voice counts in favour. What a pair has different is a
correction; so is a statement without a pair. Only the readings are compared: a sentence that nobody is on record for
may change without a correction.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Literal

from sqlalchemy import Connection, text

from onrecord.ledger.identity import normalised_name, storable_or_none
from onrecord.ledger.rows import unpack
from onrecord.model import Attribution, Reading

CorrectionKind = Literal[
    "headline changed",
    "quote removed",
    "quote added",
    "statement removed",
    "statement added",
    "cue changed",
    "source renamed",
    "content reworded",
    "quotation marks removed",
    "quotation marks added",
    "layer removed",
    "layer added",
]

LEAST_ALIKE = 0.62
"""Two contents less alike than this (0 to 1, shared words in order) are two statements, not one reworded."""
SAME_VOICE = 0.15
"""What the same voice adds to the likeness."""
MOST_PAIRS = 250_000
"""So many contents are compared at most; in a longer report what has no equal counts as removed and added."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing that a version of a report changed against the version before it."""

    version: int
    what: CorrectionKind
    voice: str
    """Whose statement it is: the voice's name or the words of the source; empty for the headline."""
    before_row: str | None
    """Id of the attribution in the reading of the version before."""
    before: str | None
    """The words that changed, as they were."""
    after_row: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class _Statement:
    """An attribution with what is compared of it."""

    row: Attribution
    voice: str
    voice_words: frozenset[str]
    words: tuple[str, ...]
    cue: str
    content: str
    outer: tuple[str, ...]
    """On whose word it came, outermost first."""


def compare(before: Reading, after: Reading, version: int) -> list[Correction]:
    """The corrections from one version of a report to the next, in the order of the later text."""
    old, new = _statements(before), _statements(after)
    pairs, gone, come = _paired(old, new)
    found = [_headline(before, after, version)]
    for one, other in pairs:
        found += _changes(one, other, version)
    for one in gone:
        what: CorrectionKind = "quote removed" if one.row.quotation != "indirect" else "statement removed"
        found.append(Correction(version, what, one.voice, one.row.id, one.content, None, None))
    for one in come:
        what = "quote added" if one.row.quotation != "indirect" else "statement added"
        found.append(Correction(version, what, one.voice, None, None, one.row.id, one.content))
    return [row for row in found if row is not None]


def in_words(correction: Correction) -> str:
    """A correction as one line: `Ilse Broman: 'said' became 'claimed'`."""
    was, now = (_short(part) for part in (correction.before, correction.after))
    voice = _short(correction.voice)
    who = f"{voice}: " if voice else ""
    if correction.what == "cue changed":
        return f"{who}‘{was}’ became ‘{now}’"
    if correction.before is not None and correction.after is not None:
        return f"{correction.what}: {who}“{was}” became “{now}”"
    return f"{correction.what}: {who}“{was or now}”"


def _short(words: str | None, most: int = 160) -> str:
    line = " ".join((words or "").split()).strip('“”"').rstrip(",")
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _statements(reading: Reading) -> list[_Statement]:
    at, made = reading.report.at, []
    names = {voice.id: voice for voice in reading.voices or ()}

    def name(row: Attribution) -> str:
        voice = names.get(row.voice or "")
        return voice.name if voice else " ".join(at(row.source).split())

    for row in reading.attributions or ():
        content = at(row.content)
        words = tuple(_WORD.findall(content.casefold()))
        voice = names.get(row.voice or "")
        plain = normalised_name(name(row), voice.kind if voice else None)
        cue = " ".join(at(row.cue).casefold().split())
        if words:
            outer = tuple(name(layer) for layer in reading.chain(row.id)[:-1])
            made.append(_Statement(row, name(row), frozenset(plain.split()), words, cue, content, outer))
    return made


_Pairs = list[tuple[_Statement, _Statement]]


def _paired(
    old: Sequence[_Statement], new: Sequence[_Statement]
) -> tuple[_Pairs, list[_Statement], list[_Statement]]:
    pairs: _Pairs = []
    gone, come = list(old), list(new)
    for same in (
        lambda s: (s.words, s.voice_words, s.cue),
        lambda s: (s.words, s.voice_words),
        lambda s: s.words,
    ):
        places: dict[object, list[_Statement]] = defaultdict(list)
        for one in reversed(gone):
            places[same(one)].append(one)
        left: list[_Statement] = []
        for other in come:
            found = places.get(same(other))
            if found:
                pairs.append((found.pop(), other))
            else:
                left.append(other)
        taken = {id(one) for one, _ in pairs}
        gone, come = [one for one in gone if id(one) not in taken], left
    pairs += _alike(gone, come)
    taken = {id(one) for pair in pairs for one in pair}
    order = {id(other): place for place, other in enumerate(new)}
    pairs.sort(key=lambda pair: order[id(pair[1])])
    return pairs, [one for one in gone if id(one) not in taken], [one for one in come if id(one) not in taken]


def _alike(gone: Sequence[_Statement], come: Sequence[_Statement]) -> Iterator[tuple[_Statement, _Statement]]:
    from rapidfuzz.distance import Indel

    if len(gone) * len(come) > MOST_PAIRS:
        return
    scored = []
    for i, one in enumerate(gone):
        for j, other in enumerate(come):
            bonus = SAME_VOICE if one.voice_words == other.voice_words else 0.0
            score = Indel.normalized_similarity(one.words, other.words, score_cutoff=LEAST_ALIKE - bonus)
            if score and score + bonus >= LEAST_ALIKE:
                scored.append((-score - bonus, i, j))
    used: tuple[set[int], set[int]] = (set(), set())
    for _, i, j in sorted(scored):
        if i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            yield gone[i], come[j]


def _headline(before: Reading, after: Reading, version: int) -> Correction | None:
    was, now = _headline_of(before), _headline_of(after)
    if not was or not now:  # a headline that one of the pages does not show is compared by its title
        was, now = before.report.title or "", after.report.title or ""
    if _WORD.findall(was.casefold()) == _WORD.findall(now.casefold()):
        return None
    return Correction(version, "headline changed", "", None, was, None, now)


def _headline_of(reading: Reading) -> str:
    return " ".join(reading.report.at(block) for block in reading.report.blocks if block.kind == "headline")


def _changes(one: _Statement, other: _Statement, version: int) -> Iterator[Correction]:
    def changed(what: CorrectionKind, before: str | None, after: str | None) -> Correction:
        return Correction(version, what, other.voice, one.row.id, before, other.row.id, after)

    # A fuller or shorter form of one name is no other source.
    if not (one.voice_words <= other.voice_words or other.voice_words <= one.voice_words):
        yield changed("source renamed", one.voice, other.voice)
    if one.cue != other.cue and one.cue and other.cue:
        yield changed("cue changed", one.cue, other.cue)
    if one.words != other.words:
        yield changed("content reworded", one.content, other.content)
    marks = [side.row.quotation != "indirect" for side in (one, other)]
    if marks[0] and not marks[1]:
        yield changed("quotation marks removed", one.content, other.content)
    elif marks[1] and not marks[0]:
        yield changed("quotation marks added", one.content, other.content)
    if len(one.outer) > len(other.outer):
        yield changed("layer removed", " ▸ ".join(one.outer), None)
    elif len(one.outer) < len(other.outer):
        yield changed("layer added", None, " ▸ ".join(other.outer))


def keep(connection: Connection, report: int, number: int) -> None:
    """Write the corrections that a version and the one after it make, anew, inside the caller's transaction."""
    rows = connection.execute(
        text(
            "SELECT id, number, reading FROM versions WHERE report = :report AND number BETWEEN :first AND :last "
            "ORDER BY number"
        ),
        {"report": report, "first": number - 1, "last": number + 1},
    ).all()
    for before, after in pairwise(rows):
        if after.number < number:
            continue
        connection.execute(text("DELETE FROM corrections WHERE version = :version"), {"version": after.id})
        one, other = unpack(before.reading), unpack(after.reading)
        # A ledger that keeps positions alone has no words to compare, and must not keep any here.
        made = compare(one, other, after.number) if one.report.has_text and other.report.has_text else []
        if made:
            connection.execute(
                text(
                    "INSERT INTO corrections (version, number, what, voice, before_row, before_text, after_row, "
                    "after_text) VALUES (:version, :n, :what, :voice, :before_row, :before, :after_row, :after)"
                ),
                [_row(after.id, n, correction) for n, correction in enumerate(made, 1)],
            )


def _row(version: int, number: int, correction: Correction) -> dict[str, object]:
    said = {name: storable_or_none(value) for name, value in asdict(correction).items() if name != "version"}
    return {**said, "version": version, "n": number}


def of(connection: Connection, key: str) -> tuple[Correction, ...]:
    """All corrections of a report, those of its oldest versions first."""
    rows = connection.execute(
        text(
            "SELECT v.number AS version, c.what, c.voice, c.before_row, c.before_text AS before, c.after_row, "
            "c.after_text AS after FROM corrections c JOIN versions v ON v.id = c.version "
            "JOIN reports r ON r.id = v.report WHERE r.report_key = :key ORDER BY v.number, c.number"
        ),
        {"key": key},
    ).mappings()
    return tuple(Correction(**row) for row in rows)

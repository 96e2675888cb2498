"""A text checked against its sources: is every statement in it what the sources say, and who said it there?

Quotations are looked up word for word; spelling, case, punctuation and marks of omission are typography, any other
difference is shown. Indirect speech is matched by meaning, then compared in firmness, numbers and speaker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from onrecord.encoder import sentence_vectors
from onrecord.families import chains, drift, quoting
from onrecord.families.names import Names, alludes, common_names, same_name
from onrecord.families.records import Change
from onrecord.families.segments import Segment, innermost, quotations, segments
from onrecord.families.terms import likelihood_terms
from onrecord.families.words import Word, lexicon, words
from onrecord.model import Reading, Report, Span

Status = Literal[
    "verbatim",
    "elided",
    "altered",
    "other speaker",
    "stronger",
    "weaker",
    "relayed",
    "supported",
    "not found",
]
FINE: tuple[Status, ...] = ("verbatim", "elided", "supported")
Vectors = Callable[[Sequence[str]], NDArray[np.float32]]

_SHORTEST = 3
"""Words from which a quotation is looked up; one or two words in marks may be irony."""
_ALIKE = 60.0
"""Partial ratio (0 to 100) from which a passage may be what a quotation was made from."""
_ENOUGH = 0.5
"""Share of a quotation's words that the passage must have in order."""
_SAME_MEANING = 0.5
"""Cosine from which a sentence of a source may be what indirect speech rests on."""
_NEARBY = 300
"""Characters around a passage in which its speaker may be named."""
_CLOSE = 60
"""Characters around a quotation in the text in which the right speaker may stand."""
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_ELLIPSIS = re.compile(r"…|\.\s?\.\s?\.|\[\s*\]")


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one statement of the text."""

    status: Status
    span: Span
    """Into the text that was checked."""
    quoted: bool
    speaker: str
    source: str | None = None
    """Id of the source that comes nearest."""
    source_span: Span | None = None
    changes: tuple[Change, ...] = ()
    why: str = ""

    @property
    def wrong(self) -> bool:
        """Whether an editor should look at it."""
        return self.status not in FINE


class Passage(NamedTuple):
    """A run of a source's words that a quotation may be made from, and how alike they are (0 to 1)."""

    source: int
    words: tuple[Word, ...]
    likeness: float


@dataclass(frozen=True, slots=True)
class Shelf:
    """The sources, ready for look-ups."""

    readings: Sequence[Reading]
    words: Sequence[Sequence[Word]]
    keys: Sequence[str]
    """The words' forms, joined by blanks."""
    starts: Sequence[Sequence[int]]
    """Where in its key each word begins."""
    segments: Sequence[Segment]
    vectors: NDArray[np.float32]
    names: Names


def check(text: Reading, sources: Sequence[Reading], *, encode: Vectors = sentence_vectors) -> list[Finding]:
    """Look up every quotation and every attributed statement of a text in its sources, in the order of the text."""
    shelf = shelve(sources, encode)
    found = check_quotations(text, shelf)
    taken = [finding.span for finding in found]
    indirect = [
        s for s in segments(text, 0) if s.attribution and s.kind != "quotation" and not _covered(s, taken)
    ]
    vectors = encode([text.report.at(s.spans) for s in indirect])
    found += [_check_indirect(text, s, v, shelf) for s, v in zip(indirect, vectors, strict=True)]
    return sorted(found, key=lambda finding: finding.span)


def check_quotations(text: Reading, shelf: Shelf) -> list[Finding]:
    """Look up the quotations of a text alone."""
    return [_check_quotation(text, quote, shelf) for quote in quoted_spans(text.report)]


def shelve(sources: Sequence[Reading], encode: Vectors) -> Shelf:
    """The sources' words, keys and segment vectors."""
    runs = [words(reading.report.text) for reading in sources]
    starts, keys = [], []
    for run in runs:
        places, at = [], 0
        for word in run:
            places.append(at)
            at += len(word.form) + 1
        starts.append(places)
        keys.append(" ".join(word.form for word in run))
    found = [s for k, reading in enumerate(sources) for s in segments(reading, k)]
    vectors = encode([sources[s.report].report.at(s.sentence) for s in found])
    return Shelf(sources, runs, keys, starts, found, vectors, common_names(sources))


def quoted_spans(report: Report) -> list[Span]:
    """The quotations of a text that are long enough to look up, furniture left out."""
    spans = [
        q for block in report.blocks if block.kind != "furniture" for q in quotations(report.text, block)
    ]
    return [span for span in spans if len(words(report.at(span))) >= _SHORTEST]


def _covered(segment: Segment, taken: Sequence[Span]) -> bool:
    size = segment.end - segment.start
    inside = sum(max(0, min(t.end_char, segment.end) - max(t.start_char, segment.start)) for t in taken)
    return inside * 2 > size


def _check_quotation(text: Reading, span: Span, shelf: Shelf) -> Finding:
    said = chains.named(chains.chain_of(text, 0, innermost(text, (span,)), common_names([text])))
    speaker = said[-1] if said else ""
    parts = _parts(text.report.text, span)
    passages = [_exact(run, shelf) for run in parts]
    if all(passages) and _in_one_source(passages):
        status: Status = "elided" if len(parts) > 1 else "verbatim"
        places = [p for found in passages for p in found[:1]]
        whole = Span(places[0].words[0].start_char, max(p.words[-1].end_char for p in places))
        finding = Finding(status, span, True, speaker, shelf.readings[places[0].source].report.id, whole)
        return _with_speaker(text, finding, [p for found in passages for p in found], shelf)
    run = tuple(w for part in parts for w in part)
    nearest = max(
        (_nearest(run, k, shelf) for k in range(len(shelf.readings))), key=lambda p: p.likeness, default=None
    )
    if nearest is None or nearest.likeness < _ENOUGH:
        return Finding("not found", span, True, speaker, why="no source has words like these")
    report = shelf.readings[nearest.source].report
    where = Span(nearest.words[0].start_char, nearest.words[-1].end_char)
    changed = drift.changes(nearest.words, report.text, run, text.report.text, quoted=True)
    kept = tuple(c for c in changed if not _marked_omission(c, text.report.text, parts))
    status = "altered" if kept else "elided"
    finding = Finding(status, span, True, speaker, report.id, where, kept)
    return finding if kept else _with_speaker(text, finding, [nearest], shelf)


def _parts(text: str, span: Span) -> list[tuple[Word, ...]]:
    """The runs of words between marks of omission; words in square brackets are the editor's and left out."""
    inside = _BRACKETS.sub(lambda m: "…" + " " * (len(m.group()) - 1), text[span.start_char : span.end_char])
    runs, at = [], 0
    for match in [*_ELLIPSIS.finditer(inside), None]:
        end = match.start() if match else len(inside)
        run = tuple(words(inside[at:end], span.start_char + at))
        if run:
            runs.append(run)
        at = match.end() if match else end
    return runs


def _exact(run: Sequence[Word], shelf: Shelf) -> list[Passage]:
    """All places in the sources with exactly these words."""
    wanted = " ".join(w.form for w in run)
    found = []
    for k, key in enumerate(shelf.keys):
        at = f" {key} ".find(f" {wanted} ")
        while at >= 0:
            first = _word_at(shelf.starts[k], at)
            found.append(Passage(k, tuple(shelf.words[k][first : first + len(run)]), 1.0))
            at = f" {key} ".find(f" {wanted} ", at + 1)
    return found


def _in_one_source(passages: Sequence[Sequence[Passage]]) -> bool:
    return bool(set.intersection(*({p.source for p in found} for found in passages)))


def _word_at(starts: Sequence[int], place: int) -> int:
    """The number of the word that begins at a place of the key, or the one before it."""
    return int(np.searchsorted(starts, place, side="right")) - 1


def _nearest(run: Sequence[Word], k: int, shelf: Shelf) -> Passage:
    """The passage of a source that is most like a quotation, by a gap-tolerant alignment."""
    key, source = " ".join(w.form for w in run), shelf.words[k]
    if not source or not run:
        return Passage(k, (), 0.0)
    window = fuzz.partial_ratio_alignment(key, shelf.keys[k], score_cutoff=_ALIKE)
    if window is None:
        return Passage(k, (), 0.0)
    first, last = (
        _word_at(shelf.starts[k], place) for place in (window.dest_start, max(window.dest_end - 1, 0))
    )
    stretch = source[max(0, first - 2) : last + 3 + len(run) // 2]
    held = [p for p in quoting.alignment(stretch, run) if p.step == "equal"]
    if not held:
        return Passage(k, (), 0.0)
    passage = tuple(stretch[held[0].from_start : held[-1].from_end])
    kept = sum(p.to_end - p.to_start for p in held) / len(run)
    return Passage(k, _widened(passage, stretch, run, held), kept)


def _widened(
    passage: tuple[Word, ...], stretch: Sequence[Word], run: Sequence[Word], held: Sequence[quoting.Piece]
) -> tuple[Word, ...]:
    """The passage with as many words before and after it as the quotation has there, which it replaced."""
    before = max(0, held[0].from_start - held[0].to_start)
    after = held[-1].from_end + len(run) - held[-1].to_end
    return (*stretch[before : held[0].from_start], *passage, *stretch[held[-1].from_end : after])


def _marked_omission(change: Change, text: str, parts: Sequence[Sequence[Word]]) -> bool:
    """Whether words were left out where the quotation says so, none of them a negation."""
    if change.to_text or len(parts) < 2:
        return False
    return not any(w.form in lexicon("negations.txt") for w in words(change.from_text))


def _with_speaker(text: Reading, finding: Finding, passages: Sequence[Passage], shelf: Shelf) -> Finding:
    """The finding, or `other speaker` if no source that has the words gives them to the text's speaker."""
    if not finding.speaker[:1].isupper() or any(_says(finding.speaker, p, shelf) for p in passages):
        return finding
    other = next((chain[-1] for p in passages for chain in [_source_chain(p, shelf)] if chain), "")
    start, end = finding.span
    if other and alludes(text.report.text[max(0, start - _CLOSE) : end + _CLOSE], other):
        return finding
    why = (
        f"the source gives these words to {other}"
        if other
        else f"the source does not name {finding.speaker} there"
    )
    return replace(finding, status="other speaker", why=why)


def _says(speaker: str, passage: Passage, shelf: Shelf) -> bool:
    """Whether a source gives a passage to a speaker: by its attribution, else by naming nobody else near it.

    Where the innermost source is no person or body by name (`many`, `analysts`), the one outside it counts too.
    """
    chain = _source_chain(passage, shelf)
    while chain:
        given = chain[-1]
        if same_name(speaker, given) or same_name(given, speaker) or _surname(speaker) == _surname(given):
            return True
        if shelf.names.kinds.get(given) in ("person", "organisation"):
            return False
        chain = chain[:-1]
    text = shelf.readings[passage.source].report.text
    start, end = passage.words[0].start_char, passage.words[-1].end_char
    return alludes(text[max(0, start - _NEARBY) : end + _NEARBY], speaker)


def _surname(name: str) -> str:
    return name.rsplit(maxsplit=1)[-1].casefold() if name.strip() else ""


def _source_chain(passage: Passage, shelf: Shelf) -> tuple[str, ...]:
    """Through whom a source has a passage: of its whole, or where no attribution holds that, of its middle."""
    middle = passage.words[len(passage.words) // 2]
    reading = shelf.readings[passage.source]
    for span in (Span(passage.words[0].start_char, passage.words[-1].end_char), Span(*middle[1:])):
        chain = chains.chain_of(reading, passage.source, innermost(reading, (span,)), shelf.names)
        if chains.named(chain):
            return chains.named(chain)
    return ()


def _check_indirect(text: Reading, segment: Segment, vector: NDArray[np.float32], shelf: Shelf) -> Finding:
    span = Span(segment.start, segment.end)
    chain = chains.named(chains.chain_of(text, 0, segment.attribution, common_names([text])))
    finding = Finding("not found", span, False, chain[-1] if chain else "")
    if not len(shelf.segments):
        return finding
    likeness = shelf.vectors @ vector
    best = int(likeness.argmax())
    if likeness[best] < _SAME_MEANING:
        return replace(finding, why="no sentence of a source means this")
    nearest = shelf.segments[best]
    report = shelf.readings[nearest.report].report
    finding = replace(finding, status="supported", source=report.id, source_span=nearest.sentence)
    return _compared(text, segment, finding, nearest, shelf)


def _compared(text: Reading, segment: Segment, finding: Finding, nearest: Segment, shelf: Shelf) -> Finding:
    chain = chains.named(chains.chain_of(text, 0, segment.attribution, common_names([text])))
    source = shelf.readings[nearest.report].report
    sentence = source.at(nearest.sentence)
    layers = chains.named(
        chains.chain_of(shelf.readings[nearest.report], nearest.report, nearest.attribution, shelf.names)
    )
    own = text.report.at(segment.sentence)
    there = words(sentence, nearest.sentence.start_char)
    here = words(text.report.at(segment.spans), segment.start)
    changed = tuple(
        c
        for c in drift.changes(there, source.text, here, text.report.text, quoted=False)
        if c.what != "certainty"
    )
    if changed:
        return replace(finding, status="altered", changes=changed, why="a number is not the source's")
    proper = finding.speaker[:1].isupper() and bool(layers) and layers[-1][:1].isupper()
    shared = any(same_name(finding.speaker, n) or same_name(n, finding.speaker) for n in layers)
    if proper and not shared and not alludes(sentence, finding.speaker):
        return replace(finding, status="other speaker", why=f"the source gives this to {layers[-1]}")
    firmness = drift.certainty_drift(
        likelihood_terms(sentence), likelihood_terms(own), relayed_as_established=False, offset=0
    )
    if firmness.versus_origin in ("strengthened", "weakened"):
        status: Status = "stronger" if firmness.versus_origin == "strengthened" else "weaker"
        return replace(finding, status=status, why=firmness.why)
    if (
        chains.units(layers, shelf.names) > 1
        and chain
        and layers[-1] not in chain
        and not alludes(own, layers[-1])
    ):
        return replace(finding, status="relayed", why=f"the source has this only through {', '.join(layers)}")
    return finding

"""Attributions by rules: the first method, and the yardstick for the trained one.

Quotations with source and cue before, behind or inverted; clauses behind a cue verb; "according to"; headlines
("Lee: …") and transcripts ("WALLACE: …"). No model; one pass over the text. Confidence is the share of a rule's
attributions that were right on the training part of PolNeAR (`data/rules_v1.tsv`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from onrecord.attributions.clause_rules import Found, read_sentence
from onrecord.attributions.cues import Lexicon, lexicon
from onrecord.attributions.nesting import nested
from onrecord.attributions.quotes import Quotes, find_quotes, quotation_of
from onrecord.attributions.sentence_tokens import split
from onrecord.attributions.word_sets import word_set
from onrecord.errors import BrokenModel
from onrecord.model import Attribution, Block, Reading, Span

MADE_BY = "rules_v1"
LEAST_CONFIDENCE = 0.3
"""Near half of the F1 reached, the threshold that serves F1 best."""
_PRIOR_WEIGHT = 4
_LABEL = re.compile(r"[A-Z][\w.'’\-]*(?: [A-Z][\w.'’\-]*){0,4}(?=:\s)")
_NO_SPEAKER = word_set("no_speaker")
_TAG_GAP = re.compile(r"[\s.,;]*")


def load() -> Callable[[Sequence[Reading]], list[Reading]]:
    """Load the lexicon. Raises BrokenModel if it is missing or damaged."""
    cues = lexicon()
    _track_record()
    return lambda readings: [
        replace(r, attributions=read(r.report.text, r.report.blocks, cues)) for r in readings
    ]


def read(text: str, blocks: Sequence[Block], cues: Lexicon) -> tuple[Attribution, ...]:
    """The attributions of a report, with ids in text order. Furniture gives none. Never raises."""
    quotes = find_quotes(text)
    track_record = _track_record()
    rows = []
    for hit in candidates(text, blocks, cues, quotes):
        confidence = track_record.confidence(hit.rule, form_of(text, hit))
        if confidence >= LEAST_CONFIDENCE:
            rows.append(as_row(text, hit, quotes, cues, confidence))
    return nested(rows)


def candidates(text: str, blocks: Sequence[Block], cues: Lexicon, quotes: Quotes) -> list[Found]:
    """All that the rules find, right or wrong, before the least confidence is asked for."""
    return list(_resolved(text, list(_found(text, blocks, quotes, cues)), quotes))


def form_of(text: str, hit: Found) -> str:
    """The last word of the cue in lower case: what a rule's track record is kept by."""
    words = text[hit.cue.start_char : hit.cue.end_char].lower().split()
    return words[-1] if words else ""


def as_row(text: str, hit: Found, quotes: Quotes, cues: Lexicon, confidence: float) -> Attribution:
    """The attribution of a hit, still without id and `within`."""
    return Attribution(
        id="",
        source=hit.source,
        cue=(hit.cue,),
        content=hit.content,
        quotation=quotation_of(text, hit.content, quotes, (hit.cue,)),
        act=cues.act_of(text[hit.cue.start_char : hit.cue.end_char]),
        confidence=confidence,
        made_by=MADE_BY,
    )


@dataclass(frozen=True, slots=True)
class _TrackRecord:
    """How often each rule was right on the training part of PolNeAR, as a whole (`*`) and with a form of a cue."""

    cases: Mapping[tuple[str, str], tuple[int, int]]

    def confidence(self, rule: str, form: str) -> float:
        """The share right, of the form where it was seen, drawn towards the rule's own share."""
        cases, right = self.cases.get((rule, "*"), (0, 0))
        share = (right + 1) / (cases + 2)
        cases, right = self.cases.get((rule, form), (0, 0))
        return round((right + _PRIOR_WEIGHT * share) / (cases + _PRIOR_WEIGHT), 3)


@cache
def _track_record() -> _TrackRecord:
    try:
        lines = (
            (files("onrecord.attributions") / "data" / "rules_v1.tsv")
            .read_text(encoding="utf-8")
            .splitlines()
        )
        rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
        return _TrackRecord({(rule, form): (int(cases), int(right)) for rule, form, cases, right in rows})
    except (OSError, ValueError) as error:
        raise BrokenModel(
            "attributions/data/rules_v1.tsv is missing or damaged. Install onrecord again."
        ) from error


# ---- what the rules find, region by region


def _found(text: str, blocks: Sequence[Block], quotes: Quotes, cues: Lexicon) -> Iterator[Found]:
    labels = _speaker_labels(text, blocks)
    for block in blocks:
        if block.kind == "furniture":
            continue
        for paragraph in _paragraphs(text, block):
            label = _LABEL.match(text, paragraph.start_char, paragraph.end_char)
            if label and (label.group() in labels or _is_title(block, paragraph)):
                hit = _label(
                    text, paragraph, label.end(), block.kind == "headline" or _is_title(block, paragraph)
                )
                if hit is not None:
                    yield hit
            yield from _regions(text, paragraph, quotes, cues)


def _paragraphs(text: str, block: Block) -> Iterator[Span]:
    start = block.start_char
    for line in text[block.start_char : block.end_char].splitlines(keepends=True):
        stripped = line.strip()
        if stripped:
            first = start + line.index(stripped[0])
            yield Span(first, first + len(stripped))
        start += len(line)


def _regions(text: str, paragraph: Span, quotes: Quotes, cues: Lexicon) -> Iterator[Found]:
    """The paragraph with its quotations opaque, then the inside of each quotation."""
    held = [quote for quote in quotes.over(paragraph) if paragraph.holds(quote.span)]
    outer = [quote for quote in held if quote.depth == 0]
    inner = [quote for quote in held if quote.depth > 0]
    for sentence in split(text, paragraph, outer, cues):
        yield from read_sentence(sentence, cues)
    for quote in outer:
        inside = Span(quote.start_char + 1, quote.end_char - 1 if quote.closed else quote.end_char)
        if inside.end_char - inside.start_char > 20:
            within = [q for q in inner if inside.holds(q.span)]
            for sentence in split(text, inside, within, cues):
                yield from read_sentence(sentence, cues)


def _speaker_labels(text: str, blocks: Sequence[Block]) -> frozenset[str]:
    """Labels of a transcript: capital letters throughout ("WALLACE:"), or at the head of several paragraphs."""
    counts: dict[str, int] = {}
    for block in blocks:
        if block.kind != "furniture":
            for paragraph in _paragraphs(text, block):
                label = _LABEL.match(text, paragraph.start_char, paragraph.end_char)
                if label and label.group().casefold() not in _NO_SPEAKER:
                    counts[label.group()] = counts.get(label.group(), 0) + 1
    return frozenset(label for label, n in counts.items() if n > 1 or (label.isupper() and len(label) > 3))


def _is_title(block: Block, paragraph: Span) -> bool:
    return block.kind == "headline" or paragraph.start_char == 0


def _label(text: str, paragraph: Span, colon: int, headline: bool) -> Found | None:
    start = colon + 1
    while start < paragraph.end_char and text[start].isspace():
        start += 1
    name = text[paragraph.start_char : colon]
    if start >= paragraph.end_char or name.casefold() in _NO_SPEAKER:
        return None
    content = (Span(start, paragraph.end_char),)
    rule = "headline label" if headline else "transcript label"
    return Found(rule, (Span(paragraph.start_char, colon),), Span(colon, colon + 1), content)


# ---- quotations that go on: behind the tag, and over paragraphs


def _resolved(text: str, found: list[Found], quotes: Quotes) -> Iterator[Found]:
    starts = {quote.start_char: i for i, quote in enumerate(quotes.outer)}
    taken = {span.start_char for hit in found for span in hit.content if span.start_char in starts}
    for hit in found:
        content = list(hit.content)
        if hit.open_end:
            content += _next_quotation(text, hit.cue.end_char, quotes)
        if hit.tag_ends and hit.content:
            content += _behind_tag(text, hit, quotes, starts, taken)
        if content:
            content += _following(content[-1], quotes, starts)
            yield replace(hit, content=tuple(content))


def _next_quotation(text: str, at: int, quotes: Quotes) -> list[Span]:
    """The quotation that begins behind a final colon, if nothing else stands between."""
    later = [quote for quote in quotes.over(Span(at, min(len(text), at + 6))) if quote.start_char >= at]
    if later and not text[at : later[0].start_char].strip(" :\n\r\t"):
        return [later[0].span]
    return []


def _behind_tag(text: str, hit: Found, quotes: Quotes, starts: dict[int, int], taken: set[int]) -> list[Span]:
    """“A,” Lee said. “B.”: B, if it begins right behind the tag in the same paragraph and nobody else's tag has it."""
    if hit.content[-1].end_char not in {q.end_char for q in quotes.over(hit.content[-1])}:
        return []
    for end in hit.tag_ends:
        gap = _TAG_GAP.match(text, end)
        at = gap.end() if gap else end
        if at in starts and at not in taken and "\n" not in text[end:at]:
            return [quotes.outer[starts[at]].span]
    return []


def _following(last: Span, quotes: Quotes, starts: dict[int, int]) -> list[Span]:
    """The quotations of the next paragraphs that go on with one left open."""
    ends = [quote for quote in quotes.over(last) if quote.end_char == last.end_char and quote.depth == 0]
    if not ends or ends[0].closed:
        return []
    i = starts[ends[0].start_char] + 1
    found: list[Span] = []
    while i < len(quotes.outer) and quotes.outer[i].follows:
        found.append(quotes.outer[i].span)
        if quotes.outer[i].closed:
            break
        i += 1
    return found

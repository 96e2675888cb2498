"""Certainty by rules and yardsticks: words of likelihood, their holders, and their bands on the holders' own scales."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from onrecord.certainty.confidence import Confidence, Level, find_confidence
from onrecord.certainty.holders import Holders, holders
from onrecord.certainty.negation import negated
from onrecord.certainty.terms import Hit, Lexicon, load_lexicon
from onrecord.certainty.words import Word, Words, words_of
from onrecord.certainty.yardsticks import Yardstick, Yardsticks, load_yardsticks
from onrecord.model import REPORTER, Certainty, Direction, Reading, Report, Span, Voice
from onrecord.wording import sentences

MADE_BY = "likelihood_v1"
_LONGEST_SENTENCE = 400
"""Words; what is longer is no sentence, and is cut so that the cost stays linear in the text."""
_OF_CONFIDENCE: Mapping[Level, Direction] = {"high": "certain", "moderate": "likely", "low": "doubtful"}


def load(yardsticks: Path | None = None) -> Callable[[Sequence[Reading]], list[Reading]]:
    """Load terms and yardsticks; `yardsticks` is a folder of the user's own (docs/certainty.md).

    Raises BrokenModel if a file of the package is damaged, UsageError if one of the user's is.
    """
    scales = load_yardsticks(yardsticks)
    method = LikelihoodV1(load_lexicon(scales.directions()), scales)
    return lambda readings: [method.read(reading) for reading in readings]


@dataclass(frozen=True, slots=True)
class _Around:
    """What a row of one reading needs to know: the report, who holds which words, whose words are on a yardstick."""

    report: Report
    holders: Holders
    scales: Mapping[str, Yardstick]


@dataclass(frozen=True, slots=True)
class LikelihoodV1:
    """The method with its terms and yardsticks."""

    lexicon: Lexicon
    yardsticks: Yardsticks

    def read(self, reading: Reading) -> Reading:
        """The reading with its certainties, in text order. Furniture gives none. Never raises on any text."""
        around = _Around(
            reading.report, holders(reading.report.text, reading.attributions or ()), self._scales(reading)
        )
        rows = [row for words in _sentences(reading.report) for row in self._rows(around, words)]
        return replace(
            reading, certainties=tuple(replace(row, id=f"c{n}") for n, row in enumerate(rows, start=1))
        )

    def _scales(self, reading: Reading) -> dict[str, Yardstick]:
        """The yardstick of each attribution whose voice has one."""
        voices: dict[str, Voice] = {voice.id: voice for voice in reading.voices or ()}
        found = {}
        for row in reading.attributions or ():
            scale = self.yardsticks.of_voice(voices.get(row.voice or ""), voices)
            if scale is not None:
                found[row.id] = scale
        return found

    def _rows(self, around: _Around, words: Words) -> Iterator[Certainty]:
        confidence = find_confidence(words)
        hits = [negated(words, hit) for hit in self.lexicon.find(words)]
        if confidence is not None:
            hits = [hit for hit in hits if hit.end <= confidence.start or hit.start >= confidence.end]
            if not hits:
                yield _confidence_row(around, words, confidence)
        for hit in hits:
            yield _beside(confidence, self._row(around, words, hit))

    def _row(self, around: _Around, words: Words, hit: Hit) -> Certainty:
        span = Span(words[hit.start].start_char, words[hit.end - 1].end_char)
        row = Certainty(
            id="",
            start_char=span.start_char,
            end_char=span.end_char,
            term=around.report.at(span),
            direction=hit.direction,
            holder=around.holders.of(span, hit.term.check),
            made_by=MADE_BY,
        )
        scale = around.scales.get(row.holder) if row.holder != REPORTER else None
        return row if scale is None else self._measured(row, words, hit, scale)

    def _measured(self, row: Certainty, words: Words, hit: Hit, scale: Yardstick) -> Certainty:
        """The row with its band on the holder's yardstick, or with a note why it has none."""
        term = tuple(word.lower for word in words[hit.begin : hit.end])
        shown = " ".join(term)
        band = scale.bands.get(term)
        if band is not None and hit.direction == hit.unnegated:
            return replace(row, yardstick=scale.name, low=band.low, high=band.high)
        if band is not None:
            note = f"negated: {scale.name} gives no band for what is not '{shown}'"
            return replace(row, yardstick=scale.name, notes=(note,))
        foreign = self.yardsticks.foreign(term, scale)
        if foreign:
            note = (
                f"'{shown}' is a term of {' and '.join(foreign)}, not of {scale.name}, the holder's yardstick"
            )
            return replace(row, notes=(note,))
        return row


def _beside(confidence: Confidence | None, row: Certainty) -> Certainty:
    """The row with a flag if analytic confidence is stated in the same sentence."""
    if confidence is None:
        return row
    note = f"{confidence.level} analytic confidence in the same sentence: it says how well founded, not how probable"
    return replace(row, analytic_confidence=confidence.level, notes=(*row.notes, note))


def _confidence_row(around: _Around, words: Words, confidence: Confidence) -> Certainty:
    """Analytic confidence alone in its sentence: a row without a band, so that it is not lost."""
    span = Span(words[confidence.start].start_char, words[confidence.end - 1].end_char)
    return Certainty(
        id="",
        start_char=span.start_char,
        end_char=span.end_char,
        term=around.report.at(span),
        direction=_OF_CONFIDENCE[confidence.level],
        holder=around.holders.of(span, "with confidence"),
        analytic_confidence=confidence.level,
        notes=("analytic confidence: it says how well founded a judgement is, not how probable",),
        made_by=MADE_BY,
    )


def _sentences(report: Report) -> Iterator[list[Word]]:
    for block in report.blocks:
        if block.kind == "furniture":
            continue
        for sentence in sentences(report.text, block.start_char, block.end_char):
            words = words_of(report.text, sentence)
            for start in range(0, len(words), _LONGEST_SENTENCE):
                yield words[start : start + _LONGEST_SENTENCE]

"""Attributions by the trained reader: a small encoder, a cue tagger, and a narrow network run for each cue.

Trained on PolNeAR and on a layer of inner attributions (training/README.md, docs/model-card.md). Cues are found first,
then source and content of each, then cues inside the contents, which makes the chains of hearsay.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from tokenizers import Tokenizer

from onrecord.attributions.askers import without_answerers
from onrecord.attributions.cues import Lexicon, lexicon
from onrecord.attributions.finding import Found, Networks, Rules, Settings, find
from onrecord.attributions.hearsay import Hearsay, hearsay
from onrecord.attributions.nesting import nested, unwrapped
from onrecord.attributions.networks import WEIGHTS, OnnxNetworks
from onrecord.attributions.pieces import Piece, pieces
from onrecord.attributions.press_forms import press_forms
from onrecord.attributions.quotes import Quotes, find_quotes, quotation_of
from onrecord.attributions.spoken_nouns import split
from onrecord.attributions.transcript import turns
from onrecord.encoder.files import checked, open_tokenizer
from onrecord.encoder.tokens import Tokens, tokenize
from onrecord.errors import BrokenModel
from onrecord.model import Attribution, Reading, Report, Span, Spans

MADE_BY = "reader_v1"
_BATCH_CHARS = 20_000
_Row = tuple[Attribution, float]
"""A row, not yet nested (its id says whether it was found as an inner one), and its log-odds of being hearsay."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Calibration:
    """From log-odds to confidence: a logistic curve (Platt 1999) for outermost and one for inner attributions."""

    slope: float = 1.0
    offset: float = 0.0
    inner_slope: float = 1.0
    inner_offset: float = 0.0

    def confidence(self, odds: float, inner: bool) -> float:
        """Estimated probability that there is such an attribution, its content found at least by half."""
        slope, offset = (self.inner_slope, self.inner_offset) if inner else (self.slope, self.offset)
        return round(1 / (1 + math.exp(-max(-30.0, min(30.0, slope * odds + offset)))), 4)


@dataclass(frozen=True, slots=True)
class Reader:
    """Everything loaded. `threads` batches are read at a time; ONNX Runtime works outside Python's lock."""

    networks: Networks
    tokenizer: Tokenizer
    settings: Settings
    calibration: Calibration
    cues: Lexicon
    hearsay: Hearsay
    trust: float = 0.0
    """How much the log-odds by words alone count beside the network's, for inner attributions."""
    threads: int = 1

    def read(self, readings: Sequence[Reading]) -> list[Reading]:
        """The readings with their attributions, ids in text order. Furniture gives none. Time is linear in the text."""
        found = self.candidates(readings)
        return [replace(r, attributions=unwrapped(rows)) for r, rows in zip(readings, found, strict=True)]

    def candidates(self, readings: Sequence[Reading]) -> list[tuple[Attribution, ...]]:
        """The attributions of each reading, those too that hold nothing more than another one."""
        batches = list(_batches([r.report.text for r in readings]))
        rows: list[list[_Row]] = [[] for _ in readings]
        quotes = [find_quotes(r.report.text) for r in readings]

        def work(batch: list[tuple[int, Piece]]) -> list[list[_Row]]:
            return self._read_batch([(readings[n].report, quotes[n], piece) for n, piece in batch])

        if self.threads > 1 and len(batches) > 1:
            with ThreadPoolExecutor(self.threads) as pool:
                results = list(pool.map(work, batches))
        else:
            results = [work(batch) for batch in batches]
        for batch, result in zip(batches, results, strict=True):
            for (n, _), found in zip(batch, result, strict=True):
                rows[n] += found
        return [self._kept(own) for own in rows]

    def _read_batch(self, batch: list[tuple[Report, Quotes, Piece]]) -> list[list[_Row]]:
        texts = [_LONE_SURROGATE.sub("\ufffd", r.text[p.start_char : p.end_char]) for r, _, p in batch]
        tokens = [
            tokenize(text, self.tokenizer, piece.start_char == 0)
            for text, (_, _, piece) in zip(texts, batch, strict=True)
        ]
        known = [turns(text, t) or press_forms(text, t) for text, t in zip(texts, tokens, strict=True)]

        def by_words(n: int, first: int, behind: int) -> float:
            start, end = int(tokens[n].starts[first]), int(tokens[n].ends[behind - 1])
            return self.trust * self.hearsay.odds(texts[n], start, end)

        def parted(n: int, one: Found) -> list[Found]:
            outer, *inner = split(one, texts[n], tokens[n], self.cues)
            weighed = [replace(x, verdict=x.verdict + by_words(n, *x.cue)) for x in inner]
            kept = [x for x in weighed if x.verdict >= self.settings.inner_floor]
            return [outer, *kept] if kept else [one]

        rules = Rules(known, by_words, parted)
        own = zip(find(tokens, self.networks, self.settings, rules), texts, tokens, strict=True)
        found = [without_answerers(*each) for each in own]
        return [
            [
                (row, one.verdict + (0.0 if one.inner else by_words(n, *one.cue)))
                for one in own
                if (row := self._row(one, tokens[n], report, quotes, piece)) is not None
            ]
            for n, (own, (report, quotes, piece)) in enumerate(zip(found, batch, strict=True))
        ]

    def _row(
        self, found: Found, tokens: Tokens, report: Report, quotes: Quotes, piece: Piece
    ) -> Attribution | None:
        def spans(runs: Sequence[tuple[int, int]]) -> Spans:
            shift = piece.start_char
            return tuple(
                Span(int(tokens.starts[a]) + shift, int(tokens.ends[b - 1]) + shift) for a, b in runs
            )

        (cue,) = spans([found.cue])
        kept = piece.first_char <= cue.start_char < piece.last_char
        if not kept or not found.content or _in_furniture(report, cue.start_char):
            return None
        content = spans(found.content)
        words = report.text[cue.start_char : cue.end_char]
        return Attribution(
            id="inner" if found.inner else "",
            source=spans([found.source] if found.source else []),
            cue=(cue,),
            content=content,
            quotation=quotation_of(report.text, content, quotes, (cue,)),
            act=self.cues.act_of(words),
            confidence=self.calibration.confidence(found.verdict, found.inner),
            made_by=MADE_BY,
        )

    def _kept(self, found: list[_Row]) -> tuple[Attribution, ...]:
        """Rows nested and numbered, without those that are no findings where they stand.

        Such are rows found as inner ones that no content holds whole, and rows found as outermost ones that one does
        hold and that are too unlikely as hearsay.
        """
        odds = {(row.cue, row.content): as_inner for row, as_inner in found}
        inner = {row.cue for row, _ in found if row.id == "inner"}
        named = nested([row for row, _ in found])
        kept = []
        for row in named:
            as_inner = odds[row.cue, row.content]
            if row.within is None and row.cue not in inner:
                kept.append(row)
            elif row.within is not None and as_inner >= self.settings.inner_floor:
                kept.append(replace(row, confidence=self.calibration.confidence(as_inner, True)))
        return tuple(kept) if len(kept) == len(named) else nested(kept)


def load(folder: Path = WEIGHTS, threads: int = 1) -> Callable[[Sequence[Reading]], list[Reading]]:
    """Load weights, tokenizer, settings and lexicon. Raises BrokenModel if one is missing or damaged."""
    return load_reader(folder, threads).read


def load_reader(folder: Path = WEIGHTS, threads: int = 1) -> Reader:
    """The reader as an object, for those who want to change its settings."""
    path = checked(folder, "reader.json")
    try:
        tuned = json.loads(path.read_text(encoding="utf-8"))
        settings, calibration = Settings(**tuned["settings"]), Calibration(**tuned["calibration"])
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenModel(
            f"{path} does not hold the reader's settings: {error}. Install onrecord again."
        ) from error
    networks, trust = OnnxNetworks(folder), float(tuned.get("trust", 0.0))
    return Reader(networks, open_tokenizer(), settings, calibration, lexicon(), hearsay(), trust, threads)


def _batches(texts: Sequence[str]) -> Iterator[list[tuple[int, Piece]]]:
    """Pieces of texts, each with the text's number, together about _BATCH_CHARS characters."""
    batch: list[tuple[int, Piece]] = []
    size = 0
    for n, text in enumerate(texts):
        for piece in pieces(text):
            length = piece.end_char - piece.start_char
            if batch and size + length > _BATCH_CHARS:
                yield batch
                batch, size = [], 0
            batch.append((n, piece))
            size += length
    if batch:
        yield batch


def _in_furniture(report: Report, place: int) -> bool:
    # Blocks stand in order and apart, so that one look tells, however many there are.
    at = bisect_right(report.blocks, place, key=lambda block: block.start_char) - 1
    return at >= 0 and report.blocks[at].kind == "furniture" and place < report.blocks[at].end_char

"""Tunes an exported reader on the development articles and writes `reader.json` beside its weights.

    python -m training.tune_reader [--weights FOLDER] [--results FILE]

Chooses how readily cues are taken (settings), then fits the curve from the network's log-odds to confidence
(calibration). The reliability table comes from five folds of articles, each judged by a curve fitted on the others.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.attributions import plain_reading
from evaluation.scoring import scorer_module
from onrecord.attributions.cues import lexicon
from onrecord.attributions.finding import Settings
from onrecord.attributions.hearsay import hearsay
from onrecord.attributions.nesting import nested, unwrapped
from onrecord.attributions.networks import WEIGHTS, OnnxNetworks
from onrecord.attributions.reader_v1 import Calibration, Reader, load_reader
from onrecord.encoder.files import open_tokenizer
from onrecord.encoder.windows import BODY, OVERLAP
from onrecord.exports.jsonl import dumps
from onrecord.model import Attribution
from training.corpus import ROLES, Article, data_folder, read_brat, with_layers
from training.evaluate import summary
from training.onnx_files import write_checksums

# Confidence is the bare logistic function of the log-odds while tuning, so that these can be had back from it.
_LOOSE = -6.0
_FLOORS = tuple(x / 4 for x in range(-6, 5))
_INNER_FLOORS = tuple(x / 4 for x in range(-12, 5))
_LEAST_INDIRECT = 0.74
"""Recall of indirect speech below which no setting is taken: precision is most cheaply bought by dropping these, and
what is dropped has no voice, no certainty and no dispute either."""
_FOLDS = 5
_WAYS = ((BODY, OVERLAP), (206, 48), (222, 40))
"""Ways to cut a text into windows; settings are chosen by the mean, so that none is tuned to where windows begin."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A found attribution: its article, its log-odds, whether it is right, whether it stands within another."""

    article: int
    odds: float
    right: bool
    inner: bool


def read(
    weights: OnnxNetworks, articles: Sequence[Article], settings: Settings, trust: float = 0.0
) -> list[tuple[Attribution, ...]]:
    """The attributions of each article, wrapping ones too, with the uncalibrated confidence."""
    reader = Reader(weights, open_tokenizer(), settings, Calibration(), lexicon(), hearsay(), trust)
    return reader.candidates([plain_reading(a.name, a.text) for a in articles])


def odds(row: Attribution) -> float:
    """The network's log-odds of an attribution, from its uncalibrated confidence."""
    return math.log(max(row.confidence, 5e-5) / max(1 - row.confidence, 5e-5))


def as_shipped(rows: Sequence[Attribution], calibration: Calibration) -> tuple[Attribution, ...]:
    """Attributions with their calibrated confidence, without unlikely ones that hold nothing more than another."""
    sure = [replace(x, confidence=calibration.confidence(odds(x), x.within is not None)) for x in rows]
    return unwrapped(sure)


def as_json(row: Attribution) -> dict[str, list[list[int]]]:
    """As the scorer reads it."""
    return {r: [list(s) for s in getattr(row, r)] for r in ROLES}


def outer_scores(articles: Sequence[Article], rows: Sequence[Sequence[Attribution]]) -> dict[str, float]:
    """The shared scorer on the outermost attributions."""
    gold = {
        a.name: [{r: [list(s) for s in getattr(g, r)] for r in ROLES} for g in a.golds if not g.inner]
        for a in articles
    }
    found = {
        a.name: [as_json(x) for x in own if x.within is None] for a, own in zip(articles, rows, strict=True)
    }
    return summary(scorer_module("score_attributions").score(gold, found, {a.name: a.text for a in articles}))


def chain_scores(
    articles: Sequence[Article], rows: Sequence[Sequence[Attribution]], layers: Path, texts: Path
) -> dict[str, Any]:
    """Precision, recall and F of the inner attributions by score_layers.py: each has to stand within the right one."""
    readings = [
        replace(
            plain_reading(a.name, a.text), attributions=tuple(own), voices=(), certainties=(), disputes=()
        )
        for a, own in zip(articles, rows, strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "readings.jsonl"
        file.write_text("".join(dumps(reading) + "\n" for reading in readings), encoding="utf-8")
        scores: dict[str, Any] = scorer_module("score_layers").main(str(layers), str(file), str(texts))
    return dict(scores["chains"])


def _letters(spans: Sequence[Sequence[int]], text: str) -> set[int]:
    return {i for a, b in spans for i in range(a, b) if text[i].isalnum()}


def judge_inner(article: Article, rows: Sequence[Attribution]) -> tuple[list[bool], int]:
    """Which inner attributions are right (cues meet, contents overlap by half), and how many there should be."""
    gold = [g for g in article.golds if g.inner]
    free, right = list(gold), []
    for row in rows:
        if row.within is None:
            continue
        cue, content = _letters(row.cue, article.text), _letters(row.content, article.text)
        hit = None
        for g in free:
            other = _letters(g.content, article.text)
            if cue & _letters(g.cue, article.text) and 2 * len(content & other) >= len(content | other):
                hit = g
        right.append(hit is not None)
        if hit is not None:
            free.remove(hit)
    return right, len(gold)


def judge(articles: Sequence[Article], rows: Sequence[Sequence[Attribution]]) -> list[Judged]:
    """Every attribution found, right or wrong; inner ones only in articles whose inner ones were marked."""
    module, judged = scorer_module("score_attributions"), []
    for n, (article, own) in enumerate(zip(articles, rows, strict=True)):
        outer = [x for x in own if x.within is None]
        gold = [
            module.Att({r: [list(s) for s in getattr(g, r)] for r in ROLES}, article.text)
            for g in article.golds
            if not g.inner
        ]
        hits = {
            j
            for _, j in module.match(
                gold, [module.Att(as_json(x), article.text) for x in outer], module.RELS["relation"]
            )
        }
        judged += [Judged(n, odds(x), j in hits, False) for j, x in enumerate(outer)]
        if article.layered:
            inner = [x for x in own if x.within is not None]
            judged += [
                Judged(n, odds(x), r, True) for x, r in zip(inner, judge_inner(article, own)[0], strict=True)
            ]
    return judged


def fit(judged: Sequence[Judged]) -> tuple[float, float]:
    """Slope and offset of the logistic curve (Platt 1999), by Newton's method, drawn a little towards 1 and 0."""
    x = np.array([[j.odds, 1.0] for j in judged])
    y = np.array([j.right for j in judged], np.float64)
    start, trust = np.array([1.0, 0.0]), np.diag([2.0, 0.1])

    def loss(curve: NDArray[np.float64]) -> float:
        z = x @ curve
        return float((np.logaddexp(0, z) - y * z).sum() + 0.5 * (curve - start) @ trust @ (curve - start))

    curve = start
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ curve))
        weight = (p * (1 - p))[:, None]
        step = np.linalg.solve(x.T @ (weight * x) + trust, x.T @ (y - p) - trust @ (curve - start))
        while loss(curve + step) > loss(curve) and np.abs(step).max() > 1e-9:
            step = step / 2
        curve = curve + step
    return float(curve[0]), float(curve[1])


def reliability(judged: Sequence[Judged]) -> dict[str, Any]:
    """Confidence against the share that is right, by tenths, each article judged by the others' curve."""
    confidence, right = [], []
    for fold in range(_FOLDS):
        own = [j for j in judged if j.article % _FOLDS == fold]
        slope, offset = fit([j for j in judged if j.article % _FOLDS != fold])
        confidence += [1 / (1 + math.exp(-(slope * j.odds + offset))) for j in own]
        right += [j.right for j in own]
    c, r = np.array(confidence), np.array(right, np.float64)
    rows, gap = [], 0.0
    for low in np.arange(0, 1, 0.1):
        chosen: NDArray[np.bool_] = (c >= low) & (c < low + 0.1)
        if chosen.any():
            given, share = float(c[chosen].mean()), float(r[chosen].mean())
            rows.append(
                {
                    "from": round(float(low), 1),
                    "found": int(chosen.sum()),
                    "confidence": round(given, 3),
                    "right": round(share, 3),
                }
            )
            gap += chosen.mean() * abs(given - share)
    return {"table": rows, "expected calibration error": round(gap, 4), "found": len(c)}


def by_publisher(
    articles: Sequence[Article], rows: Sequence[Sequence[Attribution]]
) -> dict[str, dict[str, float]]:
    """The scores of outermost attributions for each publisher."""
    out = {}
    for publisher in sorted({a.publisher for a in articles}):
        own = [(a, r) for a, r in zip(articles, rows, strict=True) if a.publisher == publisher]
        out[publisher] = outer_scores([a for a, _ in own], [r for _, r in own])
    return out


def ways(settings: Settings) -> list[Settings]:
    """The settings with each way to cut."""
    return [replace(settings, body=body, overlap=overlap) for body, overlap in _WAYS]


def choose_outer(networks: OnnxNetworks, articles: Sequence[Article]) -> Settings:
    """The biases and floor with the best sum of relation and strict F1 and recall of mixed quotations.

    Indirect speech is not left out for it.
    """
    best, chosen = 0.0, Settings()
    for bias, content_bias in product((0.75, 1.0, 1.5), (-0.5, 0.0)):
        loose = Settings(bias, _LOOSE, content_bias, inner_bias=-1e3, inner_floor=0.0)
        by_way = [read(networks, articles, way) for way in ways(loose)]
        for floor in _FLOORS:
            each = [outer_scores(articles, [_above(own, floor) for own in rows]) for rows in by_way]
            scores = {k: round(mean(one[k] for one in each), 4) for k in each[0]}
            total = scores["relation"] + scores["strict"] + scores["mixed"]
            if scores["indirect"] >= _LEAST_INDIRECT and total > best:
                best, chosen = total, replace(loose, floor=floor)
                print("outer", chosen, scores, flush=True)
    if not best:
        raise SystemExit(f"No settings find {_LEAST_INDIRECT} of indirect speech: lower _LEAST_INDIRECT.")
    return chosen


def _above(rows: Sequence[Attribution], floor: float) -> list[Attribution]:
    return [x for x in rows if odds(x) >= floor and x.within is None]


def choose_inner(
    networks: OnnxNetworks, articles: Sequence[Article], settings: Settings, layers: Path, texts: Path
) -> tuple[Settings, float]:
    """The bias and floor of inner cues, and the trust in words alone, with the best F1 of chains as they ship."""
    best, chosen, trusted = -1.0, settings, 0.0
    layered = [a for a in articles if a.layered]
    outermost = [j for j in judge(articles, read(networks, articles, settings)) if not j.inner]
    calibration = Calibration(*fit(outermost))
    for bias in (1.5, 2.25, 3.0):
        loose = replace(settings, inner_bias=bias, inner_floor=_LOOSE)
        by_way = [_with_words(layered, read(networks, layered, way)) for way in ways(loose)]
        for trust, floor in product((0.0, 0.3, 0.6, 0.9, 1.2, 1.5), _INNER_FLOORS):
            shipped = [
                [as_shipped(_trusted(own, trust, floor), calibration) for own in rows] for rows in by_way
            ]
            each = [chain_scores(layered, rows, layers, texts)["F"] for rows in shipped]
            if mean(each) > best:
                best, trusted = mean(each), trust
                chosen = replace(settings, inner_bias=bias, inner_floor=floor)
                print("inner", chosen, trusted, each, flush=True)
    return chosen, trusted


def _with_words(
    articles: Sequence[Article], rows: Sequence[Sequence[Attribution]]
) -> list[list[tuple[Attribution, float]]]:
    """Each attribution with the log-odds that words alone give its cue."""
    return [
        [(x, hearsay().odds(a.text, *x.cue[0])) for x in own] for a, own in zip(articles, rows, strict=True)
    ]


def _trusted(
    rows: Sequence[tuple[Attribution, float]], trust: float, floor: float
) -> tuple[Attribution, ...]:
    """The outermost ones, and those inner ones that come over the floor with the words' log-odds."""
    return _nested_anew([x for x, words in rows if x.within is None or odds(x) + trust * words >= floor])


def _nested_anew(rows: Sequence[Attribution]) -> tuple[Attribution, ...]:
    """Rows of which some were taken away, with new ids; those that nothing holds any more are gone."""
    inner = {x.cue for x in rows if x.within is not None}
    named = nested([replace(x, within=None) for x in rows])
    return tuple(x for x in named if x.within is not None or x.cue not in inner)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--dev", type=Path, default=data_folder() / "polnear/dev")
    parser.add_argument("--layers-file", type=Path, default=data_folder() / "gold/layers_dev.jsonl")
    parser.add_argument("--results", type=Path, help="JSON file for scores and reliability")
    parser.add_argument("--keep", action="store_true", help="keep the settings, only calibrate and score")
    args = parser.parse_args()
    networks = OnnxNetworks(args.weights)
    articles = with_layers(read_brat(args.dev), args.layers_file)
    if args.keep:
        kept = load_reader(args.weights)
        settings, trust = kept.settings, kept.trust
    else:
        outer = choose_outer(networks, articles)
        settings, trust = choose_inner(networks, articles, outer, args.layers_file, args.dev / "text")
    rows = read(networks, articles, settings, trust)
    judged = judge(articles, rows)
    outermost, inner = ([j for j in judged if j.inner == kind] for kind in (False, True))
    calibration = Calibration(*fit(outermost), *(fit(inner) if inner else (1.0, 0.0)))
    tuned = {
        "settings": {
            k: getattr(settings, k) for k in ("bias", "floor", "content_bias", "inner_bias", "inner_floor")
        },
        "trust": trust,
        "calibration": {k: round(v, 4) for k, v in asdict(calibration).items()},
    }
    (args.weights / "reader.json").write_text(json.dumps(tuned, indent=1) + "\n", encoding="utf-8")
    write_checksums(args.weights, ["reader.json"])
    rows = [as_shipped(own, calibration) for own in rows]
    results = {
        "scores": outer_scores(articles, rows),
        "chains": chain_scores(articles, rows, args.layers_file, args.dev / "text") if inner else None,
        "by publisher": by_publisher(articles, rows),
        "reliability": {"outermost": reliability(outermost), "inner": reliability(inner) if inner else None},
        **tuned,
    }
    print(json.dumps(results, indent=1))
    if args.results:
        args.results.parent.mkdir(parents=True, exist_ok=True)
        args.results.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.attributions.around import surroundings
from onrecord.attributions.decoding import best_source, best_spans, runs
from onrecord.attributions.pieces import pieces
from onrecord.encoder.files import open_tokenizer
from onrecord.encoder.tokens import tokenize


def brute_force(scores: np.ndarray) -> float:
    best = 0.0
    for inside in product((False, True), repeat=len(scores)):
        total = 0.0
        for t, here in enumerate(inside):
            if here:
                total += scores[t, 0]
                total += scores[t, 1] * (t == 0 or not inside[t - 1])
                total += scores[t, 2] * (t == len(inside) - 1 or not inside[t + 1])
        best = max(best, total)
    return best


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 7))
def test_the_best_spans_are_the_best_of_all(seed: int, tokens: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(3, tokens, 3)).astype(np.float32)
    chosen = best_spans(scores)
    for row, inside in zip(scores, chosen, strict=True):
        total = sum(row[a:b, 0].sum() + row[a, 1] + row[b - 1, 2] for a, b in runs(inside))
        assert abs(total - brute_force(row)) < 1e-4


def test_forbidden_tokens_are_in_no_span() -> None:
    forbidden = np.array([[False, True, False, True]])
    chosen = best_spans(np.ones((1, 4, 3), np.float32), forbidden)
    assert chosen.tolist() == [[True, False, True, False]]


def test_a_bias_finds_more() -> None:
    scores = np.full((1, 5, 3), -0.3, np.float32)
    assert not best_spans(scores).any()
    assert best_spans(scores, bias=2.0).any()


def test_rows_of_surroundings_are_packed_and_lose_nothing() -> None:
    text = "It rained.\n" + "Ann Lee said the road was closed again. " * 9 + "\nBo Ray denied it.\n"
    tokens = tokenize(text, open_tokenizer())
    words = [text[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)]
    first = np.array([n for n, word in enumerate(words) if word in ("said", "denied")])
    cues = np.stack([first, first + 1], 1)
    whole = surroundings(tokens, cues, np.zeros(len(cues), np.int64))
    chosen = np.array([9, 0, 4])
    packed = whole.of(chosen)
    assert packed.place.shape[1] == packed.present.sum(1).max() < whole.place.shape[1]
    for row, n in enumerate(chosen):
        seen, kept = whole.present[n] > 0, packed.present[row] > 0
        assert kept.tolist() == sorted(kept, reverse=True)
        for name in ("place", "distance", "relation"):
            assert getattr(packed, name)[row, kept].tolist() == getattr(whole, name)[n, seen].tolist()
        assert packed.place[row, packed.left[row]] == cues[n, 0]


def test_source_is_the_best_pair_or_none() -> None:
    ends = np.full((2, 20, 2), -5, np.float32)
    ends[0, 4, 0] = ends[0, 6, 1] = 3
    ends[0, 2, 1] = 9  # ends before it begins
    pair = np.zeros((2, 20, 8), np.float32)
    spans, lead = best_source(ends, pair, np.zeros(2, np.float32), np.ones((2, 20), np.bool_))
    assert spans.tolist() == [[4, 7], [0, 0]]
    assert lead[0] == 6
    assert lead[1] < 0


@given(st.text(alphabet="ab\n ", max_size=400))
def test_pieces_cover_a_text_once(text: str) -> None:
    found = pieces(text, longest=50, context=10)
    assert found[0].first_char == 0
    assert found[-1].last_char == len(text)
    for piece in found:
        assert 0 <= piece.start_char <= piece.first_char <= piece.last_char <= piece.end_char <= len(text)
        assert piece.end_char - piece.start_char <= 50 + 2 * 10 + 4_000
    assert all(a.last_char == b.first_char for a, b in pairwise(found))

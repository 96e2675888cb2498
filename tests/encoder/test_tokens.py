from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.encoder.files import open_tokenizer
from onrecord.encoder.tokens import FEATURES, LINES, tokenize
from onrecord.encoder.windows import BODY, cut, framed


def test_tokens_point_into_the_text() -> None:
    text = "Café  owner\nDmitry Peskov: “It’s a lie.”"
    tokens = tokenize(text, open_tokenizer())
    pieces = [text[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)]
    assert "".join(pieces) == "".join(text.split())
    assert tokens.paragraph[0] == 1
    assert tokens.paragraph[-1] == 2
    assert tokens.quotation[-1] == 1
    assert (tokens.features[:2] % LINES == 1).all()
    assert tokens.features[-1] % LINES == 0


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_any_text_gives_tokens_in_order(text: str) -> None:
    tokens = tokenize(text.encode("utf-8", "replace").decode(), open_tokenizer())
    assert (tokens.ends > tokens.starts).all()
    assert (np.diff(tokens.starts) >= 0).all()
    assert ((tokens.features >= 0) & (tokens.features < FEATURES)).all()


@given(st.integers(0, 3000))
def test_every_token_is_read_once_and_far_from_the_edges(count: int) -> None:
    windows = cut(count)
    values = np.arange(count, dtype=np.int32)
    rows = framed(values, windows, -1, -2)
    assert (rows[windows.row, windows.column + 1] == values).all()
    assert (rows[:, 0] == -1).all()
    assert (rows[:, -1] == -2).all()
    if count > BODY:
        inside = values[30:-30]
        column = windows.column[inside]
        assert column.min() >= 15
        assert column.max() < windows.size - 15

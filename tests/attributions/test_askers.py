from __future__ import annotations

import pytest

from onrecord.attributions.askers import without_answerers
from onrecord.attributions.finding import Found
from onrecord.encoder.files import open_tokenizer
from onrecord.encoder.tokens import Tokens, tokenize


def found(text: str, tokens: Tokens, source: str, cue: str, content: str) -> Found:
    def span(words: str) -> tuple[int, int]:
        start = text.index(words)
        inside = (tokens.starts >= start) & (tokens.ends <= start + len(words))
        return int(inside.argmax()), int(inside.argmax() + inside.sum())

    return Found(span(cue), span(source), (span(content),), False, 1.0, 1.0)


@pytest.mark.parametrize(
    ("text", "asked", "said", "sourceless"),
    [
        ("Ann Lee, asked about the dam, said it held.", "asked about | the dam", "said | it held", True),
        (
            "Ann Lee, asked about the dam on Monday, said it held.",
            "asked about | the dam",
            "said | it held",
            True,
        ),
        ("Ann Lee, when pressed on the dam, said it held.", "pressed on | the dam", "said | it held", True),
        ("Ann Lee asked about the dam, and said it held.", "asked about | the dam", "said | it held", False),
        (
            "Ann Lee, asked about the dam. Nobody said it held.",
            "asked about | the dam",
            "said | it held",
            False,
        ),
        ("Ann Lee, warned of the dam, said it held.", "warned of | the dam", "said | it held", False),
    ],
)
def test_who_answers_did_not_ask(text: str, asked: str, said: str, sourceless: bool) -> None:
    tokens = tokenize(text, open_tokenizer())
    rows = [found(text, tokens, "Ann Lee", *row.split(" | ")) for row in (asked, said)]
    question, answer = without_answerers(rows, text, tokens)
    assert answer == rows[1]
    assert question.source == (None if sourceless else rows[0].source)


def test_a_question_without_an_answer_keeps_its_source() -> None:
    text = "Ann Lee, asked about the dam, left."
    tokens = tokenize(text, open_tokenizer())
    row = found(text, tokens, "Ann Lee", "asked about", "the dam")
    assert without_answerers([row], text, tokens) == [row]

"""Rules that mend what the networks find, on attributions made up here."""

from __future__ import annotations

import pytest

from onrecord.attributions.askers import without_answerers
from onrecord.attributions.finding import Found
from onrecord.attributions.untagged import with_untagged
from onrecord.encoder.files import open_tokenizer
from onrecord.encoder.tokens import Tokens, tokenize


def found(text: str, tokens: Tokens, source: str, cue: str, content: str) -> Found:
    def span(words: str) -> tuple[int, int]:
        start = text.index(words)
        inside = (tokens.starts >= start) & (tokens.ends <= start + len(words))
        return int(inside.argmax()), int(inside.argmax() + inside.sum())

    return Found(span(cue), span(source), (span(content),), False, 1.0, 1.0)


@pytest.mark.parametrize(
    ("text", "asked", "sourceless"),
    [
        ("Ann Lee, asked about the dam, said it held.", "asked about", True),
        ("Ann Lee, asked about the dam on Monday, said it held.", "asked about", True),
        ("Ann Lee, when pressed on the dam, said it held.", "pressed on", True),
        ("Ann Lee asked about the dam, and said it held.", "asked about", False),
        ("Ann Lee, asked about the dam. Nobody said it held.", "asked about", False),
        ("Ann Lee, warned of the dam, said it held.", "warned of", False),
    ],
)
def test_who_answers_did_not_ask(text: str, asked: str, sourceless: bool) -> None:
    tokens = tokenize(text, open_tokenizer())
    rows = [
        found(text, tokens, "Ann Lee", asked, "the dam"),
        found(text, tokens, "Ann Lee", "said", "it held"),
    ]
    question, answer = without_answerers(rows, text, tokens)
    assert answer == rows[1]
    assert question.source == (None if sourceless else rows[0].source)


def test_a_question_without_an_answer_keeps_its_source() -> None:
    text = "Ann Lee, asked about the dam, left."
    tokens = tokenize(text, open_tokenizer())
    row = found(text, tokens, "Ann Lee", "asked about", "the dam")
    assert without_answerers([row], text, tokens) == [row]


CALM = "“All is calm,” Ann Lee said on Monday.\n\n"
RELAYED = "“The mayor said that the dam would have to be mended in spring.”"


@pytest.mark.parametrize(
    ("quotation", "behind", "hers"),
    [
        (RELAYED, "\n\nIt rained.", True),
        (f"{RELAYED[:-1]}\n\n“Nobody is mending it.”", "\n\nIt rained.", True),
        (RELAYED, " Nobody asked the mayor.", False),
        (RELAYED.strip("“”"), "\n\nIt rained.", False),
    ],
)
def test_what_an_untagged_quotation_relays_is_the_last_speakers(
    quotation: str, behind: str, hers: bool
) -> None:
    text = CALM + quotation + behind
    tokens = tokenize(text, open_tokenizer())
    tagged = found(text, tokens, "Ann Lee", "said", "“All is calm,”")
    inside = found(text, tokens, "The mayor", "said that", "the dam would have to be mended in spring")
    first, second = with_untagged(tokens, [tagged, inside])
    assert second == inside
    added = first.content[len(tagged.content) :]
    words = [text[tokens.starts[a] : tokens.ends[b - 1]] for a, b in added]
    assert words == ([quotation] if hers else [])


def test_an_untagged_quotation_of_one_paragraph_is_left_to_the_networks() -> None:
    text = CALM + "“The dam will have to be mended in spring.”\n\nIt rained."
    tokens = tokenize(text, open_tokenizer())
    tagged = found(text, tokens, "Ann Lee", "said", "“All is calm,”")
    assert with_untagged(tokens, [tagged]) == [tagged]

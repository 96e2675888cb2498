from __future__ import annotations

import pytest

from onrecord.model import Block, Report, Span
from onrecord.voices.lexicon import lexicon
from onrecord.voices.scan import scan
from onrecord.voices.sources import Source, read_source


def read(text: str) -> Source:
    report = Report("case", "case.txt", text, (Block(0, len(text), "body"),), "")
    return read_source(scan(report), lexicon(), (Span(0, len(text)),))


@pytest.mark.parametrize(
    "text",
    [
        "the Orrell Palace turned on Paul Keane, the former prime minister,",
        "the Orrell Institute railed at Paul Keane",
    ],
)
def test_a_source_that_caught_the_verb_is_its_subject(text: str) -> None:
    source = read(text)
    assert source.shape == "name"
    assert source.name is not None
    assert source.name.text == " ".join(text.split()[1:3])
    assert source.roles == ()


@pytest.mark.parametrize("text", ["Democrats opposed to Paul Keane", "the men accused of theft"])
def test_a_participle_that_describes_is_no_such_verb(text: str) -> None:
    assert read(text).end == len(text)
    assert read(text).roles == ()

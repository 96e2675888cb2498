from __future__ import annotations

import pytest

from onrecord.attributions.nesting import nested, unwrapped
from onrecord.model import Attribution, Span

TEXT = "Rivals said the paper seized on the mayor’s claim that the dam would hold and left it there."


def row(source: str, cue: str, content: str, confidence: float) -> Attribution:
    def spans(words: str) -> tuple[Span, ...]:
        start = TEXT.index(words)
        return (Span(start, start + len(words)),)

    return Attribution("", spans(source), spans(cue), spans(content), "indirect", "say", confidence, "test")


CLAIM = row("the mayor’s", "claim", "that the dam would hold", 0.55)
SEIZED = "the mayor’s claim that the dam would hold"


def cues(*rows: Attribution) -> list[tuple[str, str | None]]:
    made = unwrapped(nested(rows))
    assert [r.id for r in made] == [f"a{n}" for n in range(1, len(made) + 1)]
    return [(TEXT[r.cue[0].start_char : r.cue[0].end_char], r.within) for r in made]


def test_what_is_unlikely_and_holds_nothing_more_than_another_is_dropped() -> None:
    assert cues(row("the paper", "seized on", SEIZED, 0.4), CLAIM) == [("claim", None)]


def test_a_likely_holder_stays() -> None:
    assert cues(row("the paper", "seized on", SEIZED, 0.9), CLAIM) == [("seized on", None), ("claim", "a1")]


@pytest.mark.parametrize(
    "content", [f"{SEIZED} and left it there", "that the dam would hold and left it there"]
)
def test_a_holder_with_words_of_its_own_stays(content: str) -> None:
    holder = row("the paper", "seized on", content, 0.4)
    inner = CLAIM if content.startswith("the mayor") else row("the mayor’s", "the dam", "would hold", 0.55)
    assert len(cues(holder, inner)) == 2


def test_only_outermost_ones_are_dropped() -> None:
    told = row("Rivals", "said", f"the paper seized on {SEIZED}", 0.9)
    held = row("the paper", "seized on", SEIZED, 0.4)
    assert [within for _, within in cues(told, held, CLAIM)] == [None, "a1", "a2"]

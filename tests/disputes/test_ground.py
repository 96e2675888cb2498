"""Words and marks of a report, found once, must be those of the places that statements ask for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from onrecord.disputes.ground import Ground, roots
from onrecord.disputes.lexicon import Lexicon
from onrecord.model import Block, BlockKind, Report, Span

LEXICON = Lexicon.load()


def ground(text: str, kind: BlockKind = "body") -> Ground:
    blocks = (Block(0, len(text), kind),)
    return Ground.of(Report("r", "r.txt", text, blocks, ""), LEXICON)


def test_marks_are_where_the_words_stand() -> None:
    text = "The mayor denied the claim. The ferry sails at noon."
    found = ground(text)
    denied = text.index("denied")
    assert "deny" in found.marked(denied, denied + len("denied"))
    assert "deny" not in found.marked(denied + 1, len(text))
    assert "claimword" in found.marked(0, text.index("."))
    assert found.marked(text.index("The ferry"), len(text)) == frozenset()


def test_letters_that_grow_when_made_small_move_nothing() -> None:
    text = "In İzmir İpek Ünal denied it."
    found = ground(text)
    denied = text.index("denied")
    assert "deny" in found.marked(denied, denied + len("denied"))


def test_names_and_roots() -> None:
    text = "The harbour was closed. Harbours like Skerry’s matter to Ines Okafor."
    found = ground(text)
    words = found.words_in([Span(0, len(text))])
    assert {w.folded for w in words if w.is_name} == {"harbours", "skerry", "ines", "okafor"}
    first, second = (found.words_in([span]) for span in found.sentences)
    assert roots(first) & roots(second)


def test_furniture_has_no_words() -> None:
    found = ground("The mayor denied the claim.", "furniture")
    assert (found.words, found.marks, found.sentences) == ([], [], [])


@given(st.text(max_size=200), st.integers(0, 200), st.integers(0, 200))
def test_any_text(text: str, one: int, other: int) -> None:
    found = ground(text)
    assert all(0 <= m.start_char < m.end_char <= len(text) for m in found.marks)
    assert list(found.mark_starts) == sorted(found.mark_starts)
    start, end = min(one, other), max(one, other)
    inside = {m.category for m in found.marks if start <= m.start_char and m.end_char <= end}
    assert found.marked(start, end) == inside
    assert len(found.words_in([Span(0, len(text))])) == len(found.words)

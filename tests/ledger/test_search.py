"""Searching: part of the contract, with the odd things that people type."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.errors import UsageError
from onrecord.ledger import Search
from onrecord.ledger.contract import Ledger
from tests.ledger.made import STORY, harbour


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    """A ledger with one report of four statements."""
    ledger.add([harbour()])
    return ledger


def rows(ledger: Ledger, search: Search) -> set[str]:
    """The row ids of the answer."""
    hits = ledger.search(search)
    assert hits.total == len(hits.hits)
    return {hit.statement.split(".")[1] for hit in hits.hits}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ships", {"a1", "a2"}),
        ("ship", {"a1", "a2"}),
        ("turned SHIPS", {"a1", "a2"}),
        ("ships contained", set()),
        ("ships OR contained", {"a1", "a2", "a3"}),
        ('"ships away"', {"a1", "a2"}),
        ('"away ships"', set()),
        ("ships NOT guards", set()),
        ("the NOT ships", {"a3", "a4"}),
        ("guards -media", set()),
        ("NOT ships", {"a3", "a4"}),
        ("-ships", {"a3", "a4"}),
        ("contain*", {"a3"}),
        ("(ships OR lie) AND captain", {"a4"}),
        ("Lindqvist", {"a4"}),
        ("", {"a1", "a2", "a3", "a4"}),
        ("ship's", set()),
        ("“contained”", {"a3"}),
    ],
)
def test_words(filled: Ledger, words: str, found: set[str]) -> None:
    assert rows(filled, Search(words)) == found


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (Search(voice="Oduya"), {"a3"}),
        (Search(voice="ministry of ports"), {"a1"}),
        (Search(since="2024-03-04"), {"a1", "a2", "a3", "a4"}),
        (Search(since="2024-03-05"), set()),
        (Search(until="2024-03"), {"a1", "a2", "a3", "a4"}),
        (Search(until="2023"), set()),
        (Search(certainty=">=0.8"), {"a3"}),
        (Search(certainty=">= 80%"), {"a3"}),
        (Search(certainty=">0.8"), set()),
        (Search(certainty="<=0.9"), {"a3"}),
        (Search(certainty="=.85"), {"a3"}),
        (Search(quotation="direct"), {"a3"}),
        (Search(disputed=True), {"a3", "a4"}),
        (Search("contained", voice="Oduya", certainty=">=.5", disputed=True), {"a3"}),
        (Search(report="harbour.txt"), {"a1", "a2", "a3", "a4"}),
    ],
)
def test_filters(filled: Ledger, search: Search, found: set[str]) -> None:
    assert rows(filled, search) == found


@pytest.mark.parametrize(
    "search",
    [
        Search('"ships'),
        Search("ships OR"),
        Search("OR ships"),
        Search("(ships"),
        Search("ships)"),
        Search("()"),
        Search("!!! ???"),
        Search("(" * 40 + "ships" + ")" * 40),
        Search(since="last week"),
        Search(until="2024-3-4"),
        Search(certainty="high"),
        Search(certainty=">=80"),
        Search(voice="Nobody Known"),
        Search(report="nowhere"),
    ],
)
def test_what_makes_no_sense_is_said_clearly(filled: Ledger, search: Search) -> None:
    with pytest.raises(UsageError) as told:
        filled.search(search)
    assert len(str(told.value)) > 20


@settings(max_examples=150)
@given(
    words=st.text() | st.text(alphabet="ab\"*()-^:+{}' ANDORT", max_size=20),
    voice=st.none() | st.text(max_size=5),
)
def test_nothing_typed_breaks_it(filled: Ledger, words: str, voice: str | None) -> None:
    try:
        hits = filled.search(Search(words, voice=voice))
    except UsageError:
        return
    assert 0 <= len(hits.hits) <= hits.total <= 4


@pytest.mark.parametrize(
    "words",
    [
        "'; DROP TABLE reports; --",
        'content_text : "ships"',
        "ships' OR 1=1",
        "NEAR(ships away)",
        "a\x00b",
        "ships^2",
    ],
)
def test_syntax_of_databases_means_nothing(filled: Ledger, words: str) -> None:
    filled.search(Search(words))
    assert rows(filled, Search("ships")) == {"a1", "a2"}


def test_a_snippet_marks_the_match(filled: Ledger) -> None:
    hit = filled.search(Search("contain")).hits[0]
    assert ("contained", True) in hit.snippet
    assert "".join(part for part, _ in hit.snippet) == hit.content


def test_a_hit_carries_what_a_reader_needs(filled: Ledger) -> None:
    (hit,) = filled.search(Search("contained")).hits
    assert (hit.voice, hit.voice_kind, hit.said, hit.disputed) == ("Mira Oduya", "person", "2024-03-04", True)
    assert [(c.term, c.low, c.high, c.yardstick) for c in hit.certainties] == [
        ("highly likely", 0.8, 0.9, "PHIA")
    ]
    assert STORY[hit.start_char : hit.end_char].startswith("“The leak")
    chain = {hit.statement.split(".")[1]: hit.chain for hit in filled.search(Search()).hits}
    assert chain["a2"] == "Ministry of Ports > media"


def test_pages_follow_one_another_in_a_stable_order(filled: Ledger) -> None:
    for n in range(12):
        filled.add([harbour(STORY + "\n" * (n + 1), source=f"{n}.txt")])
    whole = filled.search(Search("ships", limit=100))
    assert whole.total == 26
    pages = [filled.search(Search("ships", limit=7, offset=offset)).hits for offset in range(0, 26, 7)]
    assert tuple(hit for page in pages for hit in page) == whole.hits
    assert len({hit.statement for hit in whole.hits}) == 26


def test_a_long_query(filled: Ledger) -> None:
    many = " OR ".join(f"word{n}" for n in range(600))
    assert filled.search(replace(Search(), words=f"{many} OR ships")).total == 2

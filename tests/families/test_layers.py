from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.families.chains import against, owners
from onrecord.families.layers import fuller, other_paper, with_layers
from onrecord.families.names import Names, common_names, papers, tidy
from onrecord.model import Block, Reading, Report, Span, Voice
from tests.families.family import cases

SENTENCES = st.text(alphabet="Ab the log records it citing two told newspaper,. ", max_size=150)


@pytest.mark.parametrize("case", cases("layers.toml"), ids=lambda c: c["sentence"][:50])
def test_go_betweens_take_their_place_in_the_chain(case: dict[str, Any]) -> None:
    found = with_layers(
        case["chain"], case["sentence"], case.get("before", ""), owned=case.get("owned", False)
    )
    assert list(found) == case["layers"]


@pytest.mark.parametrize("case", cases("dropped.toml"), ids=lambda c: c["context"][:50])
def test_layers_that_a_retelling_dropped(case: dict[str, Any]) -> None:
    names = Names(papers=frozenset(case.get("papers", ())))
    _, dropped = against(case["origin"], case["chain"], case["context"], names)
    assert list(dropped) == case["dropped"]


def test_a_go_between_takes_the_fuller_name_that_another_report_has() -> None:
    chains = [("Ida Holm", "colleague"), ("Ida Holm", "laboratory colleague")]
    assert [fuller(layer, chains) for layer in chains[0]] == ["Ida Holm", "laboratory colleague"]


def test_where_somebody_works_is_no_part_of_the_name() -> None:
    assert tidy("colleague at the mainland laboratory") == "colleague"
    assert tidy("Institute for Harbours in Oslo") == "Institute for Harbours in Oslo"


def test_papers_by_their_names() -> None:
    text = "Reka, an independent news site, and the regional newspaper Kystposten wrote of it."
    assert papers(text) == [("Reka", False), ("Kystposten", False)]


def test_whom_a_text_credits_does_not_own_it() -> None:
    texts = [
        "The Harbour Institute says so.\nShared: our alerts. Source: Harbour Institute",
        "Others say so.",
    ]
    readings = []
    for text in texts:
        end = text.find("\n") if "\n" in text else len(text)
        blocks = (Block(0, end, "body"), Block(min(end + 1, len(text)), len(text), "body"))
        name = Span(4, 21)
        voices = (Voice("v1", "Harbour Institute", "organisation", (), None, (name,), ""),)
        readings.append(Reading(Report("r", "r", text, blocks, ""), (), voices))
    assert [o.name for o in owners(readings, common_names(readings))] == ["", ""]


@given(SENTENCES, SENTENCES)
def test_any_sentence_keeps_the_layers_it_is_given(sentence: str, before: str) -> None:
    chain = ("Ab", "log")
    found = with_layers(chain, sentence, before)
    assert [n for n in found if n in chain] == list(chain)
    assert other_paper(sentence) is None or str(other_paper(sentence)) in sentence

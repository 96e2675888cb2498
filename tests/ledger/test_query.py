"""The language of searches: what it finds, what it says of nonsense, and that no string breaks it."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.errors import UsageError
from onrecord.ledger import Search
from onrecord.ledger.contract import Ledger
from onrecord.ledger.query import FIELDS, All, Either, Filter, Phrase, Query, parse
from tests.ledger.made import harbour

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("queries.toml").read_text("utf-8"))["finds"]
BITS = st.sampled_from(
    ["AND", "OR", "NOT", "(", ")", '"', "-", "*", " ", ":", ">=", "<", "ship", "is", "0.8", "2024-03", "yes", "#1",
     *(f"{field}:" for field in FIELDS)]
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["query"])
def test_queries(ledger: Ledger, case: dict[str, Any]) -> None:
    ledger.add([harbour()])
    search = Search(case["query"])
    if "told" in case:
        with pytest.raises(UsageError) as told:
            ledger.search(search)
        assert case["told"] in str(told.value)
        assert f"character {case['at']}:" in str(told.value) if "at" in case else True
        return
    hits = ledger.search(search)
    assert sorted(hit.statement.rpartition(".")[2] for hit in hits.hits) == case["rows"]
    assert hits.total == len(case["rows"])


@settings(max_examples=300)
@given(query=st.text() | st.lists(BITS, max_size=14).map("".join) | st.lists(BITS, max_size=14).map(" ".join))
def test_no_string_breaks_the_parser(query: str) -> None:
    try:
        parsed = parse(query)
    except UsageError as told:
        assert len(str(told)) > 20
        return
    assert isinstance(parsed, Query)
    assert parsed == parse(query)


@given(
    st.recursive(
        st.sampled_from(["ship", "act:say", '"a b"', "begin*"]), lambda inner: st.tuples(inner, inner)
    )
)
def test_every_tree_can_be_written(tree: Any) -> None:
    def written(part: Any) -> str:
        return part if isinstance(part, str) else f"({written(part[0])} OR NOT {written(part[1])})"

    def depth(part: Any) -> int:
        return 0 if isinstance(part, str) else 1 + max(map(depth, part))

    def leaves(node: Any) -> int:
        if isinstance(node, Phrase | Filter):
            return 1
        inner = (*node.having, *node.lacking) if isinstance(node, All) else node.choices
        assert isinstance(node, All | Either)
        return sum(map(leaves, inner))

    if depth(tree) <= 30:
        assert leaves(parse(written(tree)).node) == written(tree).replace('"a b"', "ab").count(" OR ") + 1


@pytest.mark.parametrize(
    "query",
    ["(" * 200_000, '"' * 200_001, "-" * 200_000, "a" * 200_000, "certainty" + " " * 200_000, "voice:" * 40_000,
     "a " * 2900, '""' * 100_000, "x:" * 100_000, "* " * 100_000],
    ids=lambda query: f"{query[:12]}…",
)  # fmt: skip
def test_long_queries_are_read_in_linear_time(query: str) -> None:
    began = time.process_time()
    try:
        parse(query)
    except UsageError as told:
        assert len(str(told)) < 400
    assert time.process_time() - began < 2

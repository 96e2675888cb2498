"""The MCP server, asked through the package's own client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord.ledger import open_ledger
from onrecord.ledger.contract import Ledger
from onrecord.mcp import make_server
from tests.exports.entry import READING, TEXT

mcp = pytest.importorskip("mcp", reason="the extra onrecord[mcp] is not installed")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    other = replace(
        READING.report, id="r2", source="other.txt", url=None, sha256="ee" * 32, published="2026-05-02"
    )
    with open_ledger(tmp_path / "m.db", mode="create") as opened:
        opened.add([READING, replace(READING, report=other)])
        yield opened


def ask(ledger: Ledger, tool: str, **arguments: Any) -> Any:
    async def call() -> Any:
        async with mcp.Client(make_server(ledger)) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(call())


def answer(ledger: Ledger, tool: str, **arguments: Any) -> dict[str, Any]:
    result = ask(ledger, tool, **arguments)
    assert not result.is_error, result
    return json.loads(result.content[0].text)  # type: ignore[no-any-return]


def test_the_tools_only_read(ledger: Ledger) -> None:
    async def names() -> set[str]:
        async with mcp.Client(make_server(ledger)) as client:
            return {tool.name for tool in (await client.list_tools()).tools}

    assert asyncio.run(names()) == {
        "search_statements", "get_report", "list_voices", "statements_of_voice", "compare_reports"
    }  # fmt: skip


def test_a_statement_is_found_with_its_chain_and_band(ledger: Ledger) -> None:
    found = answer(ledger, "search_statements", words="dam", certainty=">=0.5")
    assert found["total"] == 2
    hit = found["statements"][0]
    assert hit["chain"] == "Water Board > divers" and hit["certainties"][0]["yardstick"] == "PHIA"
    assert hit["review"] == "machine"


def test_a_report_comes_with_text_and_offsets_that_fit(ledger: Ledger) -> None:
    key = answer(ledger, "search_statements", words="dam")["statements"][0]["report"]
    report = answer(ledger, "get_report", report=key)
    assert report["text"] == TEXT
    start, end = map(int, report["statements"][2]["source_spans"].split("-"))
    assert report["text"][start:end] == report["statements"][2]["source_text"]
    assert report["disputes"][0]["kind"] == "rejects" and report["headline"]["verdict"] == "strengthened"


def test_a_voice_and_what_it_said(ledger: Ledger) -> None:
    voice = answer(ledger, "list_voices", name="Water")["voices"][0]
    said = answer(ledger, "statements_of_voice", voice=voice["id"])
    assert said["total"] == 2 and {hit["voice"] for hit in said["statements"]} == {"Water Board"}


def test_comparing_two_reports(ledger: Ledger) -> None:
    compared = answer(ledger, "compare_reports", reports=["dam.txt", "other.txt"])
    assert len(compared["reports"]) == 2 and compared["utterances"]


@pytest.mark.parametrize(
    ("tool", "arguments"), [("get_report", {"report": "nope"}), ("search_statements", {"certainty": "very"})]
)
def test_a_question_that_makes_no_sense_is_an_error_in_words(
    ledger: Ledger, tool: str, arguments: dict[str, Any]
) -> None:
    result = ask(ledger, tool, **arguments)
    assert result.is_error and result.content[0].text

"""Whatever is asked for, no answer is a server error: every GET route with any values for its parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from onrecord.ledger import open_ledger
from onrecord.web import create_app
from tests.exports.entry import READING

WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            '"',
            "(",
            "NOT",
            "a OR",
            "*",
            ">=0.8",
            "<20%",
            "#1",
            f"#{10**30}",
            "2026-13",
            "dam",
            "-1",
            "nan",
            "\x00",
            "a" * 600,
        ]
    ),
    st.integers().map(str),
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with open_ledger(tmp_path_factory.mktemp("fuzz") / "room.db", mode="create") as ledger:
        ledger.add([READING])
        yield TestClient(create_app(ledger), base_url="http://127.0.0.1", raise_server_exceptions=False)


def get_routes(room: TestClient) -> list[tuple[str, list[str]]]:
    """Each described GET route and its page, with the names of the parameters of its query."""
    paths: dict[str, Any] = room.get("/openapi.json").json()["paths"]
    found = []
    for path, operations in paths.items():
        if "get" in operations:
            named = [p["name"] for p in operations["get"].get("parameters", []) if p["in"] == "query"]
            found += [(path, named), (path.removesuffix(".json").replace("/reports.json", "/"), named)]
    return found


@given(data=st.data())
@settings(max_examples=150)
def test_no_parameter_brings_a_server_error(room: TestClient, data: st.DataObject) -> None:
    path, named = data.draw(st.sampled_from(get_routes(room)))
    while "{" in path:
        name = path[path.index("{") : path.index("}") + 1]
        path = path.replace(name, quote(data.draw(WORDS), safe="", errors="surrogatepass") or "x")
    query = "&".join(
        f"{name}={quote(data.draw(WORDS), errors='surrogatepass')}"
        for name in named
        if data.draw(st.booleans())
    )
    answer = room.get(f"{path}?{query}")
    assert answer.status_code < 500, (path, query, answer.text[:500])

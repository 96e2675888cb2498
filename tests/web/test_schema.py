"""Every answer is as /openapi.json describes it: what schemathesis makes of the description, asked in this process."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.ledger import open_ledger
from onrecord.web import create_app
from tests.exports.entry import READING

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
HEADERS = {"Host": "127.0.0.1"}


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The described operations that only look."""
    with open_ledger(tmp_path_factory.mktemp("schema") / "room.db", mode="create") as ledger:
        ledger.add([READING])
        schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(ledger), headers=HEADERS)
        found = [result.ok() for result in schema.get_all_operations()]
        yield [operation for operation in found if operation.method.upper() == "GET"]


@given(data=st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_answers_are_as_described(operations: Any, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(operations))
    case = data.draw(operation.as_strategy())
    case.validate_response(case.call(headers=HEADERS))


def test_there_is_something_to_ask(operations: Any) -> None:
    paths = {operation.path for operation in operations}
    assert {"/search.json", "/voices.json", "/reports.json"} <= paths

"""What several folders of tests share."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# A loaded machine fails no test: no deadlines. In CI the same cases are drawn each time, elsewhere new ones.
settings.register_profile(
    "tests",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("tests")


@pytest.fixture
def no_collector() -> Iterator[None]:
    """No garbage collection meanwhile: in a long run it takes longer than what is measured."""
    gc.disable()
    yield
    gc.enable()

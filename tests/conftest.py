"""What several folders of tests share."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture
def no_collector() -> Iterator[None]:
    """No garbage collection meanwhile: in a long run it takes longer than what is measured."""
    gc.disable()
    yield
    gc.enable()

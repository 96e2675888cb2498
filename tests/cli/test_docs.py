"""docs/cli.md says what the commands say."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

GENERATOR = Path(__file__).parents[2] / "docs" / "generate_cli.py"


def test_the_reference_is_current() -> None:
    spec = importlib.util.spec_from_file_location("generate_cli", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    assert module.TARGET.read_text("utf-8") == module.page(), "run: make docs"
    assert "onrecord read [OPTIONS] PATHS" in module.page()

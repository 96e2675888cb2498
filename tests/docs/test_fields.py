"""docs/fields.md says what the code says, of every field."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

GENERATOR = Path(__file__).parents[2] / "docs" / "generate_fields.py"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_fields", GENERATOR)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_table_of_fields_is_current() -> None:
    module = generator()
    assert module.TARGET.read_text("utf-8") == module.page(), "run: make docs"


def test_every_field_of_the_records_is_explained() -> None:
    lines = generator().page().splitlines()
    bare = [line for line in lines if line.endswith("|  |") and not line.startswith(("| `start_", "| `end_"))]
    assert bare == []

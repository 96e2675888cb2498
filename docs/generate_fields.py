"""Writes docs/fields.md from the records themselves: `make docs`. A test keeps the file current."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import MISSING, fields
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from onrecord import model
from onrecord.batch import shards
from onrecord.exports import FORMATS
from onrecord.exports.rows import columns

TARGET = Path(__file__).with_name("fields.md")
RECORDS = (
    ("report", model.Report),
    ("report.blocks[]", model.Block),
    ("attributions[]", model.Attribution),
    ("attributions[].said", model.Said),
    ("voices[]", model.Voice),
    ("times[]", model.Time),
    ("certainties[]", model.Certainty),
    ("disputes[]", model.Dispute),
    ("headline, sentence_checks[]", model.HeadlineCheck),
    ("headline.differences[]", model.Difference),
)
KINDS = {
    name: get_args(getattr(model, name))
    for name in (
        "BlockKind", "Quotation", "VoiceKind", "TimeKind", "Direction", "DisputeKind", "Verdict", "DifferenceKind"
    )
}  # fmt: skip

INTRODUCTION = """\
# Fields

This page is made from the code (`make docs`).

Offsets count Unicode code points from the beginning of `report.text`; a span's end is not in it. In JSON a span is a
list of two numbers and a list of spans a list of such lists. Empty text and null stand for "not known", never for "no".

## Formats

`onrecord export LEDGER --to FORMAT --output PATH` writes these.

| format | what it is |
|---|---|
"""

STATEMENTS = """
## The table of statements

One row a statement: the columns of CSV, Parquet, Arrow (`Reading.__arrow_c_stream__`) and of the answers of the MCP
server.

| column | type | what it holds |
|---|---|---|
"""

SHARDS = """
## Shards

What `onrecord read --to parquet --output FOLDER` writes (docs/scale.md): `statements/*.parquet` are the table of
statements above; `readings/*.parquet` have one row a page:

| column | type | what it holds |
|---|---|---|
"""

READING = """
## The reading

What `onrecord read --to jsonl` prints, one line a report: the key `onrecord` with the version that wrote it, then the
keys below; `notes` is a list of messages to the user, and an export adds `reviews`, the state of each row that a
person looked at, by the row's id. Fields may be added; none changes its meaning.
"""


def page() -> str:
    """The whole page."""
    formats = "".join(f"| `{row.name}` | {row.says} |\n" for row in FORMATS.values())
    statements = "".join(f"| `{name}` | {_shown(kind)} | {says} |\n" for name, kind, says in columns())
    shard = "".join(f"| `{name}` | {_shown(kind)} | {says} |\n" for name, kind, says in shards.columns())
    records = "".join(_section(key, record) for key, record in RECORDS)
    return INTRODUCTION + formats + STATEMENTS + statements + SHARDS + shard + READING + records


def _section(key: str, record: type[Any]) -> str:
    says = dict(_says(record))
    rows = "".join(
        f"| `{field.name}` | {_shown(str(field.type))} | {_default(field)} | {says.get(field.name, '')} |\n"
        for field in fields(record)
    )
    head = f"\n### {key}\n\n{inspect.getdoc(record)}\n\n"
    return f"{head}| field | type | unless known | what it holds |\n|---|---|---|---|\n{rows}"


def _shown(kind: str) -> str:
    """A type as JSON has it, with the values it can take."""
    values = KINDS.get(kind)
    if values:
        return ", ".join(values)
    words = {
        "Spans": "list of spans",
        "Span": "span",
        "None": "null",
        "Said": "object",
        "tuple[str, ...]": "list of str",
    }
    parts = [words.get(part, part) for part in kind.split(" | ")]
    lists = {f"tuple[{name}, ...]": "list of objects" for name in ("Block", "Difference")}
    return " or ".join(lists.get(part, part) for part in parts)


def _default(field: Any) -> str:
    if field.default is MISSING:
        return "always given"
    shown = {None: "null", (): "empty", "": "empty"}.get(field.default, field.default)
    return str(shown)


def _says(record: type[Any]) -> Iterator[tuple[str, str]]:
    """Field name and the string under it in the source: what the code says of the field."""
    (body,) = (
        node.body for node in ast.parse(inspect.getsource(record)).body if isinstance(node, ast.ClassDef)
    )
    for field, text in pairwise(body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(says))):
                yield name, " ".join(says.split()).replace("|", "\\|")


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8")

"""Writes docs/cli.md from the commands themselves: `make docs`. A test keeps the file current."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import typer

from onrecord.cli import EPILOG, app

TARGET = Path(__file__).with_name("cli.md")

INTRODUCTION = f"""\
# The command line

This page is made from the commands themselves (`make docs`); `onrecord COMMAND --help` says the same.

{EPILOG}

What is printed for people goes to standard output without colour when it goes into a file or when `NO_COLOR` is
set; progress and summaries go to standard error. Without `--to`, `read` prints a table, into a pipe too: programs ask
for `--to jsonl`.

A report is named by its key, any unambiguous start of the key, its URL, its source or its file name. A row is named
by its report and its id in the reading: `5f0c2a.d1`.

To add a command, write a module in `src/onrecord/cli/` with a function of the command's name, and add one line to
`COMMANDS` in `src/onrecord/cli/__init__.py`. Import what the command needs inside the function, so that
`onrecord --help` stays quick.
"""


@dataclass(frozen=True)
class Parameter:
    """An argument or option of a command, as its function declares it."""

    name: str
    type: Any
    info: Any
    default: Any

    @property
    def is_option(self) -> bool:
        """Whether it has a flag."""
        return isinstance(self.info, typer.models.OptionInfo)

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is inspect.Parameter.empty

    @property
    def value(self) -> str:
        """What stands for its value in a usage line; empty for a switch."""
        if self.info.metavar:
            return str(self.info.metavar)
        kinds = [kind for kind in get_args(self.type) or (self.type,) if kind is not type(None)]
        if kinds and get_origin(kinds[0]) is Literal:
            kinds = list(get_args(kinds[0]))
        if all(isinstance(kind, str) for kind in kinds):
            return "\\|".join(kinds)
        names = {bool: "", int: "NUMBER", float: "NUMBER", Path: "FILE"}
        return names.get(kinds[0], self.name.upper())


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *(_section(command) for command in app.registered_commands)])


def _section(command: Any) -> str:
    parameters = list(_parameters(command.callback))
    arguments = [p for p in parameters if not p.is_option]
    options = [p for p in parameters if p.is_option]
    shown = [p.info.metavar or p.name.upper() for p in arguments]
    usage = [name if p.required else f"[{name}]" for name, p in zip(shown, arguments, strict=True)]
    line = " ".join(["onrecord", command.name, *(["[OPTIONS]"] if options else []), *usage])
    lines = [
        f"## onrecord {command.name}",
        "",
        "```",
        line,
        "```",
        "",
        inspect.getdoc(command.callback) or "",
        "",
    ]
    lines += _table("argument", [(f"{name}", p) for name, p in zip(shown, arguments, strict=True)])
    lines += _table("option", [(f"{_flags(p)} {p.value}".strip(), p) for p in options])
    return "\n".join(lines)


def _parameters(function: Any) -> Iterator[Parameter]:
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        kind, info = get_args(hints[name])
        yield Parameter(name, kind, info, parameter.default)


def _flags(parameter: Parameter) -> str:
    # In an annotation the first flag stands where a default would.
    declared = [parameter.info.default, *(parameter.info.param_decls or ())]
    flags = [flag for flag in declared if isinstance(flag, str)] or ["--" + parameter.name.replace("_", "-")]
    return ", ".join(f"`{flag}`" for flag in flags)


def _table(title: str, rows: list[tuple[str, Parameter]]) -> list[str]:
    if not rows:
        return []
    return [f"| {title} | what it does |", "|---|---|", *(f"| {name} | {_says(p)} |" for name, p in rows), ""]


def _says(parameter: Parameter) -> str:
    says = " ".join((parameter.info.help or "").split()).replace("|", "\\|")
    given = parameter.info.show_default
    shown = given if isinstance(given, str) else parameter.default
    if parameter.required or shown in (None, "", False):
        return says
    return f"{says} [default: {shown}]"


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8")

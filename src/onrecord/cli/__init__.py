"""The command line: one module a command, all of them listed in COMMANDS.

A command's module imports what it needs inside the command, so that `onrecord --help` stays quick. To add one, write
a module with a function and add one line to COMMANDS.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from onrecord import __version__
from onrecord.errors import StopRun

COMMANDS: tuple[tuple[str, str], ...] = (
    ("read", "onrecord.cli.read"),
    ("watch", "onrecord.cli.watch"),
    ("show", "onrecord.cli.show"),
    ("versions", "onrecord.cli.versions"),
    ("search", "onrecord.cli.search"),
    ("voices", "onrecord.cli.voices"),
    ("review", "onrecord.cli.review"),
    ("import-brat", "onrecord.cli.import_brat"),
    ("failures", "onrecord.cli.failures"),
    ("forget", "onrecord.cli.forget"),
    ("compare", "onrecord.cli.compare"),
    ("check", "onrecord.cli.check"),
    ("repair", "onrecord.cli.repair"),
    ("serve", "onrecord.cli.serve"),
    ("export", "onrecord.cli.export"),
    ("mcp", "onrecord.cli.mcp"),
)
"""Name of each command and the module that has it, as a function of the same name (`-` is `_` there)."""

EPILOG = "Exit codes: 0 done; 1 done, but some reports were skipped; 2 not done, the message says what to do."


class _Commands(TyperGroup):
    """Errors that onrecord raises on purpose end a command with one line and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except StopRun as error:
            typer.echo(f"onrecord: {error}", err=True)
            raise typer.Exit(2) from None


app = typer.Typer(
    name="onrecord",
    cls=_Commands,
    help="Who said what, on whose word, when, how surely, and who says otherwise.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help comes in half the time
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"onrecord {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
    ),
) -> None:
    """Who said what, on whose word, when, how surely, and who says otherwise."""


for _name, _module in COMMANDS:
    app.command(_name)(getattr(import_module(_module), _name.replace("-", "_")))


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except KeyboardInterrupt:
        typer.echo("onrecord: stopped; what was read before is kept.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone, e.g. `head`
        sys.exit(0)

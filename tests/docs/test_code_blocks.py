"""Every code block and command of README.md and docs/ runs, page by page, from top to bottom.

A page runs in a folder of its own that holds a copy of examples/. A fenced block with the language `python` is run in
one namespace a page. `sh`, `console` (lines after `$ `) and a bare fence of commands are run line by line (`make demo`
as what it reads): a line that is nothing but an onrecord command in this process, which spares loading the models
again, and everything with shell syntax by bash. Other languages (text, toml, json ...) are shown, not run; a block of
them after `<!-- file: NAME -->` is the content of that file. What cannot run here is named in NOT_RUN, or by
`<!-- not run: why -->` before its block.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onrecord.cli import app
from onrecord.pipeline import STAGES, Pipeline, Stage

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
GENERATED = {"cli.md", "fields.md"}
"""Pages made from the code: usage lines, kept current by tests of their own."""

NOT_RUN = {
    r"^make (?!demo$)\w+": "the commands of a developer's checkout; the tests are one of them",
    r"^onrecord (serve|mcp)\b": "serves until somebody stops it; tests/web and tests/mcp run it",
    r"https?://": "needs the network, which tests do not use",
    r"^(pip|uv|mkdocs|git|claude) ": "installs or asks other programs",
}
DEMO = "onrecord read examples/reports --into demo.db --to none || test $? -le 1"
NEEDS = re.compile(r"<!-- needs: ([\w, ]+) -->")
FENCE = re.compile(
    r"^(?:<!-- (?P<mark>not run|file): (?P<value>[^\n]+) -->\n\n?)?```(?P<language>\w*)\n", re.M
)
PLAIN = re.compile(r"onrecord (?:(?!--workers|--engine)[^|&;<>$`(]|'[^']*')*")
"""A command that the shell would hand on as it is. Daft leaves pipes open, so it gets a process of its own."""
RUN_BARE = re.compile(r"(?:make|onrecord|\.venv/bin/\w+) ")


@dataclass(frozen=True)
class Block:
    """A fenced block: the line it begins on, its language, its text, and the mark before it."""

    line: int
    language: str
    text: str
    mark: str | None
    value: str | None


def blocks_of(text: str) -> list[Block]:
    found = []
    place = 0
    while match := FENCE.search(text, place):
        end = text.find("\n```", match.end() - 1)
        assert end >= 0, "a fence is not closed"
        line = text.count("\n", 0, match.end()) + 1
        body = text[match.end() : end + 1]
        found.append(Block(line, match["language"], body, match["mark"], match["value"]))
        place = end + 4
    return found


def commands_of(block: Block) -> str | None:
    """What the shell runs of a block; None if it is no block of commands."""
    lines = block.text.splitlines()
    if block.language == "console":
        lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    elif block.language != "sh" and not (block.language == "" and RUN_BARE.match(block.text)):
        return None
    commands = [line.replace(".venv/bin/", "").split("  #")[0].rstrip() for line in lines]
    commands = [DEMO if command == "make demo" else command for command in commands]
    return "\n".join(c for c in commands if not any(re.search(pattern, c) for pattern in NOT_RUN))


def python_of(page: str, block: Block) -> str:
    return "\n" * (block.line - 1) + block.text


def run_here(command: str) -> tuple[int, str]:
    _, *words = shlex.split(command)
    arguments = [name for word in words for name in sorted(map(str, Path().glob(word))) or [word]]
    done = CliRunner().invoke(app, arguments)
    return done.exit_code, f"{done.output}{done.exception or ''}"


def run_in_shell(command: str, environment: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def loaded() -> Pipeline:
    return Pipeline.load()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = tmp_path_factory.mktemp("home")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LANG") if name in os.environ}
    return {**kept, "PATH": path, "HOME": str(home), "NO_COLOR": "1", "COLUMNS": "100", "USER": "ada"}


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.name not in GENERATED],
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_the_blocks_of_a_page_run(
    page: Path,
    tmp_path: Path,
    environment: dict[str, str],
    loaded: Pipeline,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = page.read_text("utf-8")
    for packages in NEEDS.findall(text):
        for package in packages.split(", "):
            pytest.importorskip(package, reason=f"{page.name} needs {package}")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "COLUMNS", "USER"):
        monkeypatch.setenv(name, environment[name])
    load = Pipeline.load

    def kept(stages: Sequence[Stage] = STAGES, **settings: Any) -> Pipeline:
        plain = stages is STAGES and not any(settings.values())
        return loaded if plain else load(stages, **settings)

    monkeypatch.setattr(Pipeline, "load", kept)
    namespace: dict[str, object] = {"__name__": "__page__"}
    for block in blocks_of(text):
        if block.mark == "not run":
            continue
        commands = commands_of(block)
        if block.mark == "file" and block.value:
            Path(block.value).parent.mkdir(parents=True, exist_ok=True)
            Path(block.value).write_text(block.text, "utf-8")
        if block.language == "python":
            exec(compile(python_of(page.name, block), str(page), "exec"), namespace)
        for command in (commands or "").splitlines():
            code, output = (
                run_here(command) if PLAIN.fullmatch(command) else run_in_shell(command, environment)
            )
            assert code == 0, f"{page}:{block.line}\n{command}\n{output}"


def test_blocks_are_found_with_their_marks() -> None:
    text = "a\n\n```sh\nonrecord x\nmake check\n```\n\n<!-- not run: why -->\n\n```python\n1 / 0\n```\n"
    shell, python = blocks_of(text)
    assert (shell.line, commands_of(shell)) == (4, "onrecord x")
    assert (python.language, python.mark, python.text) == ("python", "not run", "1 / 0\n")
    assert commands_of(Block(1, "", "onrecord read a\n", None, None)) == "onrecord read a"
    assert commands_of(Block(1, "", "some words\n", None, None)) is None


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\((?!\w+:)([^)#\s]+)", page.read_text("utf-8")):
            if not (page.parent / target).exists() and not target.startswith("docs/images/"):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []

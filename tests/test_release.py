"""The wheel is the same bytes whoever builds it, has what it needs and no more; its dependencies are pinned."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def build(folder: Path, **environment: str) -> Path:
    """The wheel, built as `make release` builds it, under another environment."""
    pytest.importorskip("hatchling", reason="hatchling is not installed")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env={**os.environ, **environment})
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        first = build(tmp_path / "one", TZ="Asia/Tokyo", PYTHONHASHSEED="1", LC_ALL="C")
    finally:
        os.umask(before)
    second = build(tmp_path / "two", TZ="America/Lima", PYTHONHASHSEED="2", LC_ALL="C.UTF-8")
    assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()
    with zipfile.ZipFile(first) as wheel:
        names = wheel.namelist()
        assert wheel.testzip() is None
    assert not [name for name in names if re.search(r"\.py[co]$|__pycache__|\.(pkl|pickle|pt|npy)$", name)]
    assert not [name for name in names if name.startswith(("tests", "training", "/")) or ".." in name]
    assert {"onrecord/py.typed", "onrecord/encoder/weights/checksums.json"} <= set(names)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_dependency_has_its_hash(name: str) -> None:
    rows = (ROOT / name).read_text("utf-8").replace("\\\n", " ").splitlines()
    pinned = [row for row in rows if row.strip() and not row.startswith("#")]
    assert len(pinned) > 20
    for row in pinned:
        assert re.match(r"[A-Za-z0-9_.\[\],-]+==\S+", row), row
        assert "--hash=sha256:" in row, row
    assert "--require-hashes" in (ROOT / "Makefile").read_text("utf-8")


def test_the_list_of_parts_names_every_locked_dependency(tmp_path: Path) -> None:
    pytest.importorskip("cyclonedx_py", reason="cyclonedx-bom is not installed")
    out = tmp_path / "parts.json"
    given = "requirements requirements.lock --pyproject pyproject.toml --output-reproducible --of JSON -o"
    command = [sys.executable, "-m", "cyclonedx_py", *given.split(), str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    listed = {
        row["name"].lower().replace("_", "-") for row in json.loads(out.read_text("utf-8"))["components"]
    }
    with (ROOT / "pyproject.toml").open("rb") as file:
        direct = tomllib.load(file)["project"]["dependencies"]
    wanted = {re.split(r"[><=\[ ;]", row)[0].lower() for row in direct}
    assert {name for name in wanted if name not in listed} == set()

"""`make audit` passes only if every locked dependency was looked up, and says why it did not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import audit

SOUND = {"name": "anyio", "version": "4.0", "vulns": []}
FLAWED = {"name": "idna", "version": "3.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.7"]}]}
SKIPPED = {"name": "lxml", "skip_reason": "Dependency not found on PyPI and could not be audited: lxml (6)"}


@pytest.mark.parametrize(
    ("rows", "code", "told"),
    [
        ([SOUND, SOUND], 0, "2 dependencies, no known vulnerability"),
        ([SOUND, FLAWED], 1, "idna 3.0: PYSEC-1, mended in 3.7"),
        ([SOUND, SKIPPED], 2, "NOT AUDITED, 1 of 2"),
        ([SKIPPED, FLAWED], 1, "NOT AUDITED, 1 of 2"),
        ([], 2, "NOT AUDITED"),
    ],
)
def test_what_is_told_of_an_audit(rows: list[object], code: int, told: str) -> None:
    found = audit.verdict("requirements.lock", json.dumps({"dependencies": rows}), "")
    assert found[0] == code
    assert told in found[1]


def test_an_audit_without_an_answer_is_no_pass() -> None:
    errors = "Traceback:\nrequests.exceptions.ConnectionError: Failed to resolve 'pypi.org'\n"
    code, told = audit.verdict("requirements.lock", "", errors)
    assert code == 2
    assert "is there a network?" in told
    assert "Failed to resolve" in told


def test_without_a_network_the_command_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pip_audit", reason="pip-audit is not installed")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # where nobody listens
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip"))
    lock = tmp_path / "one.lock"
    lock.write_text(f"anyio==4.0 --hash=sha256:{'0' * 64}\n")
    assert audit.main([str(lock)]) == 2
    assert "NOT AUDITED" in capsys.readouterr().out

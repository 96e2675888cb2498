"""The notebooks of examples/ run from top to bottom and draw their plots."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

matplotlib = pytest.importorskip("matplotlib", reason="the extra onrecord[notebooks] is not installed")
pytest.importorskip("pandas", "3", reason="the extra onrecord[notebooks] is not installed")

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_draws(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells are plain Python, so they are run here without a kernel, which would take longer than they do."""
    matplotlib.use("Agg")
    from matplotlib import pyplot

    monkeypatch.chdir(ROOT)
    namespace: dict[str, object] = {"__name__": "__notebook__"}
    cells = json.loads(path.read_text("utf-8"))["cells"]
    try:
        for cell in cells:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), f"{path.name}#{cell['id']}", "exec"), namespace)
        assert any(axes.has_data() for n in pyplot.get_fignums() for axes in pyplot.figure(n).axes)
    finally:
        pyplot.close("all")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_its_output(path: Path) -> None:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in cells)

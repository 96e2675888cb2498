"""The table of scores in README.md, written from `results.json`: `python -m evaluation.table` puts it there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evaluation.results import RESULTS

README = RESULTS.parents[1] / "README.md"
BEGIN, END = "<!-- scores -->", "<!-- end of scores -->"
ROWS = RESULTS.with_name("table.json")


def table(results: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    """The rows of `table.json` as a Markdown table; a score is named by its result and the keys that lead to it."""
    lines = ["| | measured | aim of the first release | others |", "|---|---|---|---|"]
    for row in rows:
        value: Any = results[row["result"]]["scores"]
        for key in row["score"]:
            value = value[key]
        shown = f"{value:.{row.get('decimals', 3)}f}"
        missed = value < row["bar"] if row.get("better", "more") == "more" else value > row["bar"]
        lines.append(
            f"| {row['what']} | **{shown}**{' (missed)' if missed else ''} | {row['bar']} | {row['others']} |"
        )
    return "\n".join(lines)


def rendered(readme: str) -> str:
    """README's text with the table as the results say."""
    head, rest = readme.split(BEGIN)
    _, tail = rest.split(END)
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    rows = json.loads(ROWS.read_text(encoding="utf-8"))
    return f"{head}{BEGIN}\n{table(results, rows)}\n{END}{tail}"


def main() -> None:
    """Write README.md anew."""
    Path(README).write_text(rendered(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()

"""How quickly a ledger takes readings and answers: `python -m benchmarks.ledger [REPORTS]`.

Readings are made up: four statements each, words drawn from a vocabulary as uneven as that of news. Prints one line
of JSON; times are wall-clock seconds, searches the slower end (95 of 100) in milliseconds.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from onrecord.ledger import Search, open_ledger
from onrecord.ledger.contract import Ledger
from onrecord.model import Attribution, Block, Certainty, Reading, Report, Span, Voice

BATCH = 16
SEARCHES = 100
WORDS = [f"word{n}" for n in range(5000)]
WEIGHTS = [1 / (n + 2) for n in range(len(WORDS))]


def made_up(number: int, chance: random.Random) -> Reading:
    """A reading of four statements by four of 2,000 voices."""
    text, attributions, voices = f"Headline {number}\n", [], []
    for n in range(4):
        name = f"Person Number{chance.randrange(2000)}"
        content = " ".join(chance.choices(WORDS, WEIGHTS, k=25))
        start = len(text)
        text += f"{name} said {content}.\n"
        cue = Span(start + len(name) + 1, start + len(name) + 5)
        parts = ((Span(start, start + len(name)),), (cue,), (Span(cue.end_char + 1, len(text) - 2),))
        attributions.append(Attribution(f"a{n}", *parts, "indirect", "say", 0.9, "made up", voice=f"v{n}"))
        voices.append(Voice(f"v{n}", name, "person", mentions=parts[0], why="named"))
    report = Report(
        id=f"r{number}",
        source=f"{number}.txt",
        text=text,
        blocks=(Block(0, len(text), "body"),),
        sha256=sha256(text.encode()).hexdigest(),
        published=f"2024-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
    )
    likely = Certainty("c1", *attributions[0].content[0], "likely", "likely", "a0", "PHIA", 0.55, 0.75)
    return Reading(report, tuple(attributions), tuple(voices), (), (likely,), ())


def measure(reports: int, path: Path) -> dict[str, float]:
    """Fill a ledger with so many reports and search it."""
    chance = random.Random(7)
    figures: dict[str, float] = {"reports": reports, "statements": 4 * reports}
    with open_ledger(path, mode="create") as ledger:
        spent = 0.0
        for first in range(0, reports, BATCH):
            batch = [made_up(n, chance) for n in range(first, min(first + BATCH, reports))]
            began = time.perf_counter()
            ledger.add(batch)
            spent += time.perf_counter() - began
        figures["reports_a_second"] = round(reports / spent, 1)
        figures |= {
            f"search_{name}_ms": slow(ledger, name, chance) for name in ("two_words", "one_word", "filtered")
        }
    figures["bytes_a_statement"] = round(path.stat().st_size / (4 * reports))
    return figures


def slow(ledger: Ledger, kind: str, chance: random.Random) -> float:
    """The time that 95 of 100 searches stay under."""
    times = []
    for _ in range(SEARCHES):
        words = chance.choices(WORDS, WEIGHTS, k=2)
        search = {
            "two_words": Search(" ".join(words)),
            "one_word": Search(words[0]),
            "filtered": Search(words[0], voice="Number7", since="2024-06", certainty=">=0.5"),
        }[kind]
        began = time.perf_counter()
        ledger.search(search)
        times.append(time.perf_counter() - began)
    return round(sorted(times)[int(SEARCHES * 0.95) - 1] * 1000, 1)


def main() -> None:
    """Measure in a temporary folder."""
    reports = int(sys.argv[1]) if len(sys.argv) > 1 else 2500
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(reports, Path(folder) / "ledger.db")))


if __name__ == "__main__":
    main()

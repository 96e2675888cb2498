"""Speed of the times stage against dateparser's search, on the same texts in the same run.

    python -m benchmarks.times [FILE ...]

Texts are the given plain-text files, else the articles that this file makes up. Needs the extra `bench`. Both sides
get the same publication date and are timed in CPU seconds of this process; loading is left out on both sides (one
text is read first), and dateparser gets as many texts as fit in a minute.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from onrecord.times.tagger import Tagger

PUBLISHED = "2023-01-30"
_LIMIT = 60.0
_SENTENCES = (
    "The harbour board of Torvik said on Monday that the ferry would sail again next week.",
    "Two years ago, on 22 January 2021, the same ship had lost both engines within minutes.",
    "Port spokesman Edo Lamm, asked about it on Friday, said the report was untrue.",
    "Some 2,000 people signed a letter to the mayor, who is 58 and has served since 2014.",
    "Passenger numbers fell by 12 percent in the third quarter of 2022 from a year earlier.",
    "“We were told to wait, and we waited for three days,” a crew member said.",
    "The inquiry is expected to report by the end of June, and the trial begins on March 6.",
    "Nobody on the quay had anything to add, and the lights of the office went out early.",
)


def made_up(count: int = 40, sentences: int = 24) -> list[str]:
    """Articles of `sentences` sentences, each from another place of the list on."""
    size = len(_SENTENCES)
    return [
        " ".join(_SENTENCES[(k * 3 + i * (k % 5 + 1)) % size] for i in range(sentences)) for k in range(count)
    ]


def documents_per_second(read: Callable[[str], object], texts: Sequence[str]) -> float:
    """Texts read in one second of CPU time, stopping after a minute of it."""
    read(texts[0])
    start = time.process_time()
    done = 0
    while done < len(texts) and time.process_time() - start < _LIMIT:
        read(texts[done])
        done += 1
    return done / (time.process_time() - start)


def main() -> None:
    """Print the speed of both and their ratio."""
    try:
        from dateparser.search import search_dates
    except ImportError:
        sys.exit("dateparser is not installed: pip install 'onrecord[bench]'")
    texts = [Path(name).read_text(encoding="utf-8") for name in sys.argv[1:]] or made_up()
    tagger = Tagger.load()
    base = {"RELATIVE_BASE": datetime.fromisoformat(PUBLISHED)}
    ours = documents_per_second(lambda text: tagger.times(text, PUBLISHED), texts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = documents_per_second(lambda text: search_dates(text, languages=["en"], settings=base), texts)
    print(f"texts                 {len(texts)}, {sum(map(len, texts)) // len(texts)} characters on average")
    print(f"onrecord              {ours:10.1f} texts per CPU second")
    print(f"dateparser.search     {theirs:10.2f} texts per CPU second")
    print(f"ratio                 {ours / theirs:10.0f}")


if __name__ == "__main__":
    main()

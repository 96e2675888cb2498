"""Speed of the times stage against dateparser's search, on the same texts in the same run.

    python -m benchmarks.times [FILE ...]

Texts are the given plain-text files, else the articles that this file makes up. Needs the extra `bench`. dateparser
is asked twice: as a user would call it, and told that the texts are English, which spares it guessing the language.
All get the same publication date. They take turns text by text, so that a busy machine slows all alike, for at most
two minutes; CPU seconds of this process are counted, without loading (one text is read first).
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from onrecord.times.tagger import Tagger

PUBLISHED = "2023-01-30"
_LIMIT = 120.0
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


def documents_per_second(
    readers: Mapping[str, Callable[[str], object]], texts: Sequence[str]
) -> dict[str, float]:
    """Texts that each reader gets through in a second of CPU time; all read the same ones."""
    for read in readers.values():
        read(texts[0])
    spent = dict.fromkeys(readers, 0.0)
    done = 0
    while done < len(texts) and sum(spent.values()) < _LIMIT:
        for name, read in readers.items():
            start = time.process_time()
            read(texts[done])
            spent[name] += time.process_time() - start
        done += 1
    return {name: done / seconds for name, seconds in spent.items()}


def main() -> None:
    """Print the speed of each and the ratios."""
    try:
        from dateparser.search import search_dates
    except ImportError:
        sys.exit("dateparser is not installed: pip install 'onrecord[bench]'")
    texts = [Path(name).read_text(encoding="utf-8") for name in sys.argv[1:]] or made_up()
    tagger = Tagger.load()
    base = {"RELATIVE_BASE": datetime.fromisoformat(PUBLISHED)}
    readers: dict[str, Callable[[str], object]] = {
        "onrecord": lambda text: tagger.times(text, PUBLISHED),
        "dateparser.search": lambda text: search_dates(text, settings=base),
        "dateparser.search, told English": lambda text: search_dates(text, languages=["en"], settings=base),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        speeds = documents_per_second(readers, texts)
    print(f"{len(texts)} texts of {sum(map(len, texts)) // len(texts)} characters on average")
    for name, speed in speeds.items():
        print(
            f"{name:32s} {speed:10.2f} texts per CPU second, onrecord is {speeds['onrecord'] / speed:.0f} times as fast"
        )


if __name__ == "__main__":
    main()

"""How quickly a ledger takes readings and answers: `python -m benchmarks.ledger [STATEMENTS [LEDGER]] [--record]`.

A ledger of a million statements (20 a report) is made unless the named one is there: one report of 25 is made up, its
words drawn from a vocabulary as uneven as that of news, and added as any reading is; the others are copies of it
under their own keys and days, written in SQL, and the index is then built over all of them in one pass. Measured are:

- adding: reports a second in batches of 500, each one transaction,
- the index: seconds for building it in one pass, and bytes a statement of the whole file,
- searches with their facets, the fifty latest hits and their rows: the middle and the time that 95 of 100 stay under,
  each with other words; and the list of voices.

Prints one line of JSON; times are wall-clock milliseconds unless named otherwise. `cpu_` is the processor's time, which
counts where the machine is busy with other things; its load stands beside the figures. `--record` writes it into
evaluation/results.json.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from onrecord.ledger import Search, open_ledger
from onrecord.ledger.contract import Ledger
from onrecord.ledger.facts import DAY_BITS
from onrecord.model import Attribution, Block, Certainty, Dispute, HeadlineCheck, Reading, Report, Span, Voice

COPIES = 25
STATEMENTS_A_REPORT = 20
BATCH = 500
ASKED = 100
SEED = 7
WORDS = [f"word{n}" for n in range(5000)]
WEIGHTS = [1 / (n + 2) for n in range(len(WORDS))]
_MOST_A_DAY = 1 << 20


def made_up(number: int, chance: random.Random) -> Reading:
    """A reading of twenty statements by some of 5,000 voices, with a dispute, a band and a headline check."""
    text, attributions, voices = f"Headline {number}\n", [], []
    for n in range(STATEMENTS_A_REPORT):
        name = f"Person Number{chance.randrange(5000)}"
        start = len(text)
        text += f"{name} said {' '.join(chance.choices(WORDS, WEIGHTS, k=20))}.\n"
        cue = Span(start + len(name) + 1, start + len(name) + 5)
        parts = ((Span(start, start + len(name)),), (cue,), (Span(cue.end_char + 1, len(text) - 2),))
        attributions.append(Attribution(f"a{n}", *parts, "indirect", "say", 0.9, "made up", voice=f"v{n}"))
        voices.append(Voice(f"v{n}", name, "person", ("speaker",), mentions=parts[0], why="named"))
    head = Span(0, text.index("\n"))
    ends = [head.end_char, *(a.content[0].end_char + 1 for a in attributions)]
    blocks = [
        Block(*head, "headline"),
        *(Block(s + 1, e, "body") for s, e in pairwise(ends)),
    ]
    report = Report(
        id=f"r{number}",
        source=f"{number}.txt",
        text=text,
        blocks=tuple(blocks),
        sha256=sha256(text.encode()).hexdigest(),
        title=f"Headline {number}",
        published=f"20{chance.randrange(10, 25)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
        outlet=f"Paper {chance.randrange(40)}",
    )
    likely = Certainty("c1", *attributions[0].content[0], "likely", "likely", "a0", "PHIA", 0.55, 0.75)
    dispute = Dispute("d1", "a1", "a2", "denies", attributions[2].cue[0], "made up", 0.9, "made up")
    check = HeadlineCheck("supported", head, ("a0",), (), 0.9, "made up", "made up")
    disputes = (dispute,) if number % 5 == 0 else ()
    return Reading(report, tuple(attributions), tuple(voices), (), (likely,), disputes, check)


def make(statements: int, path: Path) -> dict[str, float]:
    """Write a ledger of so many statements; gives how quickly reports were added, and the index built."""
    chance = random.Random(SEED)
    reports = max(1, statements // (STATEMENTS_A_REPORT * COPIES))
    spent = spent_cpu = 0.0
    with open_ledger(path, mode="create") as ledger:
        for first in range(0, reports, BATCH):
            batch = [made_up(n, chance) for n in range(first, min(first + BATCH, reports))]
            began, cpu = time.perf_counter(), time.process_time()
            ledger.add(batch)
            spent += time.perf_counter() - began
            spent_cpu += time.process_time() - cpu
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        indexed = _multiply(connection)
    return {
        "added_reports_a_second": round(reports / spent, 1),
        "added_cpu_ms_a_report": round(1000 * spent_cpu / reports, 2),
        "index_one_pass_s": round(indexed, 1),
    }


def _multiply(connection: sqlite3.Connection) -> float:
    """Copy all reports; gives the seconds that building the index took."""
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -400000")
    connection.execute("BEGIN")
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'attributions'"
    ).fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    ids = {
        name: connection.execute(f"SELECT MAX(id) FROM {name}").fetchone()[0]
        for name in ("reports", "versions")
    }
    connection.execute("CREATE TEMP TABLE originals AS SELECT * FROM attributions")
    for copy in range(1, COPIES):
        _copy(connection, copy, ids)
    began = time.perf_counter()
    connection.execute("INSERT INTO attributions_fts (attributions_fts) VALUES ('rebuild')")
    indexed = time.perf_counter() - began
    for _, sql in triggers:
        connection.execute(sql)
    connection.execute(
        "UPDATE ledger_voices SET statements = statements * :n, reports = reports * :n", {"n": COPIES}
    )
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return indexed


def _copy(connection: sqlite3.Connection, copy: int, ids: dict[str, int]) -> None:
    """All reports once more, under other keys and days."""
    later = (copy * 11 << DAY_BITS) + copy * _MOST_A_DAY
    changed = {
        "reports": {
            "id": f"id + {copy * ids['reports']}",
            "report_key": f"substr(report_key, 4) || '{copy:03x}'",
            "identity": f"identity || '{copy}'",
        },
        "versions": {
            "id": f"id + {copy * ids['versions']}",
            "report": f"report + {copy * ids['reports']}",
            "published": f"date(published, '{copy * 11} days')",
            "source": f"source || '{copy}'",
        },
        "attributions": {"id": f"id + {later}"},
    }
    names = ("reports", "versions", "blocks", "report_voices", "attributions", "spans", "certainties",
             "report_disputes", "headline_checks")  # fmt: skip
    for name in names:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        new = changed.get(name, {})
        if "version" in columns:
            new = new | {"version": f"version + {copy * ids['versions']}"}
        first = "id" if name in ids else "version"
        last = ids.get(name, ids["versions"])
        source = "originals" if name == "attributions" else f"{name} WHERE {first} <= {last}"
        connection.execute(
            f"INSERT INTO {name} ({', '.join(columns)}) SELECT {', '.join(new.get(c, c) for c in columns)} "
            f"FROM {source}"
        )


def questions(chance: random.Random, names: Sequence[str]) -> dict[str, Search]:
    """One search of each kind, with words as uneven as those of the statements."""
    one, two = chance.choices(WORDS, WEIGHTS, k=2)
    name = chance.choice(names).split()[-1]
    year = chance.randrange(2010, 2025)
    return {
        "two_words": Search(f"{one} {two}"),
        "one_word": Search(one),
        "most_frequent_word": Search(WORDS[chance.randrange(3)]),
        "phrase": Search(f'"{one} {two}"'),
        "either_without_a_third": Search(f"{one} OR {two} NOT {chance.choice(WORDS)}"),
        "begin_of_a_word": Search(f"{one} {chance.choice(WORDS[1000:])[:6]}*"),
        "filtered": Search(f"({one} OR {two}) since:{year} until:{year + 2} disputed:yes"),
        "word_and_band": Search(f"{one} certainty>=0.5"),
        "word_and_voice": Search(f"{one} voice:{name}"),
        "voice": Search(f"voice:{name}"),
        "everything_since": Search(f"since:{year}"),
    }


def search_times(ledger: Ledger) -> dict[str, dict[str, float]]:
    """Per kind of search the middle and the slow end, facets and rows of hits included."""
    chance = random.Random(SEED)
    names = [voice.name for voice in ledger.voices(limit=5000)]
    asked = [questions(chance, names) for _ in range(ASKED)]
    found = {}
    for kind in asked[0]:
        found[kind] = _timed([partial(_answered, ledger, row[kind]) for row in asked])
    found["list_of_voices"] = _timed([lambda: ledger.voices(limit=200)] * 20)
    found["twentieth_page"] = _timed([partial(_later, ledger, row["one_word"]) for row in asked[:20]])
    return found


def _answered(ledger: Ledger, search: Search) -> None:
    ledger.search(replace(search, counted=False))
    ledger.facets(search)


def _later(ledger: Ledger, search: Search) -> None:
    cursor = ledger.search(replace(search, counted=False, limit=1000)).next
    if cursor:
        ledger.search(replace(search, counted=False, after=cursor))


def _timed(asked: Sequence[Callable[[], object]]) -> dict[str, float]:
    times, spent = [], []
    asked[0]()
    for ask in asked:
        began, cpu = time.perf_counter(), time.process_time()
        ask()
        times.append(time.perf_counter() - began)
        spent.append(time.process_time() - cpu)
    return {**slow_end(times), **{f"cpu_{name}": value for name, value in slow_end(spent).items()}}


def slow_end(seconds: Sequence[float]) -> dict[str, float]:
    """The middle, and the time that 95 of 100 stay under, in milliseconds."""
    ordered = sorted(seconds)
    places = {"p50": len(ordered) // 2, "p95": max(0, -(-len(ordered) * 95 // 100) - 1)}
    return {name: round(1000 * ordered[place], 1) for name, place in places.items()}


def measure(statements: int, path: Path) -> dict[str, object]:
    """The figures of a ledger, and of making it if it is not there."""
    figures: dict[str, object] = {} if path.exists() else {**make(statements, path)}
    figures["load_before"] = round(os.getloadavg()[0], 1)
    with open_ledger(path) as ledger:
        statements = ledger.search(Search(limit=1)).total
        figures["statements"] = statements
        figures["bytes_a_statement"] = round(path.stat().st_size / statements)
        figures["search_ms"] = search_times(ledger)
    return figures


def run(name: str, measure: Callable[[int, Path], dict[str, object]]) -> None:
    """The command line of a benchmark of so many statements in a ledger, which is the one named or goes afterwards."""
    given = [word for word in sys.argv[1:] if word != "--record"]
    statements = int(given[0]) if given else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(given[1]) if len(given) > 1 else Path(folder) / "ledger.db"
        figures = measure(statements, path)
    print(json.dumps(figures))
    if "--record" in sys.argv:
        from evaluation.results import record

        command = f"python -m benchmarks.{name} {statements} --record"
        data = sha256(str(SEED).encode()).hexdigest()
        record(f"benchmark {name}", figures, command=command, data_sha256=data)


if __name__ == "__main__":
    run("ledger", measure)

"""Finding the reports on the same matter among very many: an index of statements, kept as files.

The index consists of parts, each with the statements of some reports. New reports come as a new part, which swallows
the later parts that are no larger than twice itself, so that n statements are written no more than log n times and a
look-up reads few parts. Reports that were forgotten or read again go when the index is brought up to date.

Method: what two reports share is counted as shared wording (word 5-grams, then an alignment), as statements of like
meaning (vectors), and as rare names and numbers; the last two count for less the further apart the reports' dates.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain, islice
from math import log
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onrecord.encoder import sentence_vectors
from onrecord.errors import LedgerError
from onrecord.families.clusters import clusters
from onrecord.families.index import Found, Lists, QuotationIndex, VectorIndex, find_all, hashed
from onrecord.families.segments import segments
from onrecord.families.words import lexicon, words
from onrecord.model import Reading

FORMAT = 1
SAME_MATTER = 0.7
"""Evidence from which two reports are on the same matter; set on invented families among newspaper articles."""
WEAK = 0.3
"""Evidence that counts where several reports are grouped."""
_TOGETHER = 0.3
"""Mean share of twice the evidence above from which groups of reports are joined."""
_BATCH = 64
"""Reports that are read and encoded at a time."""
_OWN_WORDS = 0.25
"""Share of a report's clauses that are attributed below which it is taken to be its author's own statement."""
_SHORTEST = 6
"""Words from which shared wording is evidence."""
_VERBATIM = 0.8
_MEANING = 0.55
"""Cosine above which two statements' likeness is evidence."""
_DAYS = 30.0
"""Days after which likeness counts half."""
_COMMON = 0.3
"""Share of reports that may have a name before it says nothing."""
_NAME_LIST = 5000
"""Reports of a name's list that are read."""
Vectors = Callable[[Sequence[str]], NDArray[np.float32]]


class Entry(NamedTuple):
    """A report in the index."""

    report: str
    """Its key, in the words of whoever keeps it."""
    version: int
    published: str | None


class Near(NamedTuple):
    """A report that is on the same matter as others, with the evidence."""

    report: str
    evidence: float
    shared: int
    """Statements that the reports share word for word."""


@dataclass(slots=True)
class Features:
    """What a report is found by."""

    published: str | None
    statements: list[str]
    vectors: NDArray[np.float32]
    names: NDArray[np.uint64]
    key: str = ""


@dataclass(slots=True)
class _Evidence:
    words: set[int] = field(default_factory=set)
    meaning: dict[int, float] = field(default_factory=dict)
    names: float = 0.0


def statements_of(reading: Reading) -> list[str]:
    """What the index keeps of a report: its headline, its quotations and what is attributed, each once.

    Of a report that attributes little (a release, a letter) every clause is kept: it speaks for itself.
    """
    found = segments(reading, 0)
    told = [s for s in found if s.attribution or s.kind in ("quotation", "headline")]
    kept = told if len(told) >= _OWN_WORDS * len(found) else found
    return list(dict.fromkeys(reading.report.at(s.spans) for s in kept))


def names_of(reading: Reading) -> NDArray[np.uint64]:
    """Hashes of the names and numbers of a report: capitalised words inside sentences, and figures of two digits."""
    found = set()
    text = reading.report.text
    for block in reading.report.blocks:
        if block.kind != "body":
            continue
        inside = False
        for word in words(text[slice(*block.span)], block.start_char):
            shown = text[word.start_char : word.end_char]
            if (inside and shown[:1].isupper() and word.form not in lexicon("stopwords.txt")) or (
                shown[:1].isdigit() and sum(c.isdigit() for c in shown) > 1
            ):
                found.add(hashed(word.form))
            inside = text[word.end_char : word.end_char + 1] not in tuple('.!?:”"')
    return np.array(sorted(found), np.uint64)


def features_of(readings: Sequence[Reading], encode: Vectors = sentence_vectors) -> list[Features]:
    """What reports are found by, encoded together."""
    texts = [statements_of(reading) for reading in readings]
    vectors = encode([text for row in texts for text in row])
    ends = np.cumsum([len(row) for row in texts])
    return [
        Features(reading.report.published, row, vectors[end - len(row) : end], names_of(reading))
        for reading, row, end in zip(readings, texts, ends, strict=True)
    ]


class Part:
    """Some reports of the index, with their statements."""

    def __init__(self, folder: Path) -> None:
        """Open a part. Raises LedgerError if it is damaged."""
        self.folder = folder
        try:
            rows = json.loads((folder / "reports.json").read_text(encoding="utf-8"))
            self.entries = [Entry(*row) for row in rows]
            self.owner = np.load(folder / "owners.npy", mmap_mode="r")
            self._names = np.load(folder / "report_names.npy", mmap_mode="r")
            self._name_ends = np.load(folder / "report_name_ends.npy", mmap_mode="r")
            self.name_lists = Lists(folder, "name")
        except (OSError, ValueError) as error:
            raise LedgerError(f"{folder} is damaged ({error}). Delete it; it is built again.") from None
        self.quotations = QuotationIndex(folder)
        self.meanings = VectorIndex(folder)
        self._starts = np.searchsorted(self.owner, np.arange(len(self.entries) + 1))

    @cached_property
    def number_of(self) -> dict[str, int]:
        """The place of each report among the entries."""
        return {entry.report: k for k, entry in enumerate(self.entries)}

    def names(self, number: int) -> NDArray[np.uint64]:
        """The hashes of a report's names."""
        start = int(self._name_ends[number - 1]) if number else 0
        return np.asarray(self._names[start : int(self._name_ends[number])])

    def features(self, number: int) -> Features:
        """A report as it was put in."""
        first, last = int(self._starts[number]), int(self._starts[number + 1])
        entry = self.entries[number]
        texts = [self.quotations.text(k) for k in range(first, last)]
        vectors = self.meanings.vectors(np.arange(first, last))
        return Features(entry.published, texts, vectors, self.names(number), entry.report)


Rows = Callable[[], Iterator[Features]]
"""Reports one after another, as often as asked for: a large part is never held in memory whole."""


def _write(folder: Path, entries: Sequence[Entry], rows: Rows) -> None:
    folder.mkdir(parents=True)
    sizes: list[int] = []
    names: list[NDArray[np.uint64]] = []

    def texts() -> Iterator[str]:
        for row in rows():
            sizes.append(len(row.statements))
            names.append(row.names)
            yield from row.statements

    QuotationIndex.build(folder, texts())
    VectorIndex.build(folder, _batches(row.vectors for row in rows()), sum(sizes))
    Lists.write(folder, "name", names)
    np.save(folder / "owners.npy", np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes))
    np.save(folder / "report_names.npy", np.concatenate([np.zeros(0, np.uint64), *names]))
    np.save(folder / "report_name_ends.npy", np.cumsum([len(n) for n in names], dtype=np.int64))
    (folder / "reports.json").write_text(json.dumps(entries), encoding="utf-8")


def _batches(rows: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """The vectors in few, large batches, the first of which the index's cells are made from."""
    waiting = iter(row for row in rows if len(row))
    while batch := list(islice(waiting, 4096)):
        yield np.concatenate(batch)


class StatementIndex:
    """The statements of many reports, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        """Open the index of a folder; one that is not there is empty. Raises LedgerError if it is damaged."""
        self.folder = folder
        names, self._next = _table_of(folder)
        self.parts = [Part(folder / name) for name in names]

    @property
    def reports(self) -> dict[str, int]:
        """The reports that it holds: key -> version."""
        return {e.report: e.version for part in self.parts for e in part.entries}

    def update(
        self,
        current: Mapping[str, int],
        read: Callable[[str], Reading],
        *,
        encode: Vectors = sentence_vectors,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> int:
        """Bring the index up to `current` (key -> version); `read` gives a report's reading. Gives how many were new.

        Reports that are no longer current are taken out, their words included. Time is that of reading and
        encoding what is new, and O(n log n) of writing in all for n statements added bit by bit.
        """
        held = self.reports
        stale = {key for key, version in held.items() if current.get(key) != version}
        new = [key for key, version in current.items() if held.get(key) != version]
        for part in [p for p in self.parts if any(e.report in stale for e in p.entries)]:
            self._swap([part], *_kept([part], stale))
        for start in range(0, len(new), _BATCH * 64):
            entries, rows = [], []
            for first in range(start, min(start + _BATCH * 64, len(new)), _BATCH):
                keys = new[first : first + _BATCH]
                progress(first, len(new))
                rows += features_of([read(key) for key in keys], encode)
                entries += [
                    Entry(k, current[k], f.published) for k, f in zip(keys, rows[-len(keys) :], strict=True)
                ]
            self._add(entries, rows)
        return len(new)

    def _add(self, entries: list[Entry], rows: list[Features]) -> None:
        """Add reports as a part, together with the last parts that are no larger than twice it."""
        swallowed: list[Part] = []
        size = sum(len(row.statements) for row in rows)
        while self.parts and len(self.parts[-1 - len(swallowed)].owner) <= 2 * size:
            part = self.parts[-1 - len(swallowed)]
            size += len(part.owner)
            swallowed.append(part)
            if len(swallowed) == len(self.parts):
                break
        before, kept = _kept(swallowed[::-1], frozenset())
        self._swap(swallowed, [*before, *entries], lambda: chain(kept(), iter(rows)))

    def _swap(self, old: Sequence[Part], entries: Sequence[Entry], rows: Rows) -> None:
        """Put one part in place of others; whoever is cut off finds the index as it was."""
        name, kept = f"part-{self._next}", [p for p in self.parts if p not in old]
        self._next += 1
        if entries:
            shutil.rmtree(self.folder / name, ignore_errors=True)
            _write(self.folder / name, entries, rows)
            kept.append(Part(self.folder / name))
        self.parts = sorted(kept, key=lambda part: -len(part.owner))
        _keep_table(self.folder, [p.folder.name for p in self.parts], self._next)
        for part in old:
            shutil.rmtree(part.folder, ignore_errors=True)

    def features(self, report: str) -> Features | None:
        """A report as the index holds it; None if it does not."""
        for part in self.parts:
            if report in part.number_of:
                return part.features(part.number_of[report])
        return None

    def renderings(self, asked: Features, most: int = 10) -> list[list[tuple[str, float, bool]]]:
        """For each statement asked for, its likely renderings: (report, likeness, word for word)."""
        found: list[list[tuple[str, float, bool]]] = [[] for _ in asked.statements]
        for part in self.parts:
            rows = find_all(part.quotations, part.meanings, asked.statements, asked.vectors, most)
            for k, (words_found, meant) in enumerate(rows):
                found[k] += [(_owner(part, f), f.likeness, True) for f in words_found]
                found[k] += [(_owner(part, f), f.likeness, False) for f in meant]
        return found

    def near(self, asked: Features, most: int = 60, *, least: float = SAME_MATTER) -> list[Near]:
        """The reports on the same matter as the one asked for, itself left out, those with most evidence first."""
        evidence: dict[str, _Evidence] = defaultdict(_Evidence)
        for k, row in enumerate(self.renderings(asked)):
            enough = len(words(asked.statements[k])) >= _SHORTEST
            for report, likeness, worded in row:
                if worded and enough and likeness >= _VERBATIM:
                    evidence[report].words.add(k)
                elif not worded and likeness > _MEANING:
                    best = evidence[report].meaning
                    best[k] = max(best.get(k, 0.0), likeness - _MEANING)
        self._by_names(asked, evidence)
        dates = {key: self._published(key) for key in evidence}
        rows = [
            Near(report, round(_sum(row, _closeness(asked.published, dates[report])), 3), len(row.words))
            for report, row in evidence.items()
            if report != asked.key
        ]
        return sorted(
            (row for row in rows if row.evidence >= least), key=lambda row: (-row.evidence, row.report)
        )[:most]

    def _by_names(self, asked: Features, evidence: dict[str, _Evidence]) -> None:
        """Count the rare names and numbers that reports share with the one asked for."""
        total = sum(len(part.entries) for part in self.parts)
        lists = [part.name_lists.of(asked.names) for part in self.parts]
        sizes = [sum(len(rows[k]) for rows in lists) for k in range(len(asked.names))]
        weights = [log(max(total, 2) / n) if 0 < n <= max(2, _COMMON * total) else 0.0 for n in sizes]
        whole = sum(weights) or 1.0
        for part, rows in zip(self.parts, lists, strict=True):
            shares = np.zeros(len(part.entries))
            for row, weight in zip(rows, weights, strict=True):
                if weight and len(row) <= _NAME_LIST:
                    shares[row] += weight / whole
            best = np.argpartition(-shares, 99)[:100] if len(shares) > 100 else np.arange(len(shares))
            for number in best:
                entry = part.entries[number]
                if shares[number] > 0:
                    evidence[entry.report].names += float(shares[number])

    def _published(self, report: str) -> str | None:
        found = (p.entries[p.number_of[report]].published for p in self.parts if report in p.number_of)
        return next(found, None)

    def matters(self, reports: Sequence[str] | None = None) -> list[list[str]]:
        """Reports in groups that are on one matter, the largest first; all reports, or those named."""
        keys = list(self.reports) if reports is None else list(reports)
        place = {key: k for k, key in enumerate(keys)}
        links: dict[tuple[int, int], float] = {}
        for key in keys:
            asked = self.features(key)
            for row in self.near(asked, least=WEAK) if asked else []:
                if row.report in place:
                    a, b = sorted((place[key], place[row.report]))
                    links[a, b] = max(links.get((a, b), 0.0), min(row.evidence / (2 * SAME_MATTER), 1.0))
        groups = clusters(len(keys), links, _TOGETHER)
        return [[keys[k] for k in group] for group in sorted(groups, key=lambda g: (-len(g), g))]


def _owner(part: Part, found: Found) -> str:
    return part.entries[int(part.owner[found.number])].report


def _sum(row: _Evidence, closeness: float) -> float:
    """All evidence in one number: shared wording counts in full, the rest for less at a distance."""
    return 0.7 * min(len(row.words), 4) + closeness * (
        4 * min(sum(row.meaning.values()), 1.0) + 2 * row.names
    )


def _closeness(a: str | None, b: str | None) -> float:
    """1 for reports of one day, a half for some weeks apart; where a date is missing, between the two."""
    try:
        days = abs((date.fromisoformat(a or "") - date.fromisoformat(b or "")).days)
    except ValueError:
        return 0.75
    return _DAYS / (_DAYS + days)


def _kept(parts: Sequence[Part], stale: frozenset[str] | set[str]) -> tuple[list[Entry], Rows]:
    """The reports of parts that are not stale."""
    chosen = [(p, k, entry) for p in parts for k, entry in enumerate(p.entries) if entry.report not in stale]
    return [entry for *_, entry in chosen], lambda: (p.features(k) for p, k, _ in chosen)


def _table_of(folder: Path) -> tuple[list[str], int]:
    table = folder / "parts.json"
    if not table.exists():
        return [], 1
    try:
        record = json.loads(table.read_text(encoding="utf-8"))
        if record["format"] == FORMAT:
            return list(record["parts"]), int(record["next"])
    except (OSError, ValueError, KeyError) as error:
        raise LedgerError(f"{folder} is damaged ({error}). Delete it; it is built again.") from None
    return [], int(record["next"])


def _keep_table(folder: Path, parts: Sequence[str], following: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / "parts.json.new"
    aside.write_text(json.dumps({"format": FORMAT, "parts": parts, "next": following}), encoding="utf-8")
    aside.replace(folder / "parts.json")

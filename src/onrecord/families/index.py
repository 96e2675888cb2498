"""Finding the renderings of a statement among very many: quotations by word 5-grams, indirect speech by vectors.

Both indexes are plain numpy files, memory-mapped, so that opening them costs nothing; `onrecord.families.finding` keeps
them beside a ledger.

Sources of the methods: design.md's trial (hashed 5-grams with a document-frequency cap); inverted lists over k-means
cells with 8-bit vectors (Jégou, Douze and Schmid 2011, in their simplest form).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from onrecord.errors import LedgerError
from onrecord.families.words import words

GRAM = 5
MOST_COMMON = 200
"""Statements that may share a 5-gram before it says nothing; longer lists are not read."""
_ALIKE = 60.0
_CELLS_READ = 12
_NARROW = 96
"""Dimensions of the first look inside a cell, the main axes of the vectors; the best are compared in full."""
_SECOND_LOOK = 8
"""How many times more statements are compared in full than are asked for."""
_TRAINING = 64
"""Vectors per cell that the cells' centres are made from."""
_ROUNDS = 6
_BATCH = 50_000
_REACH = 0.3
"""The largest part of a vector of length one that an 8-bit code holds. The same for all indexes, so that vectors which
are read from one and written into another stay what they are."""
_PRIME = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Found:
    """A statement like the one asked for: its number in the index and how alike they are (0 to 1)."""

    number: int
    likeness: float


def grams(text: str) -> NDArray[np.uint64]:
    """Hashes of the word 5-grams of a text, without repeats; of all its words together if it has fewer."""
    hashes = np.array([hashed(w.form) for w in words(text)], np.uint64)
    if not len(hashes):
        return hashes
    size = min(GRAM, len(hashes))
    mixed = np.zeros(len(hashes) - size + 1, np.uint64)
    for k in range(size):
        mixed = (mixed * _PRIME + hashes[k : k + len(mixed)]) & np.uint64(0xFFFFFFFFFFFFFFFF)
    return np.unique(mixed ^ (mixed >> np.uint64(29)))


@lru_cache(maxsize=200_000)
def hashed(form: str) -> int:
    """A 64-bit hash (FNV-1a) that is the same in every run."""
    value = 1469598103934665603
    for byte in form.encode("utf-8", "surrogatepass"):
        value = ((value ^ byte) * 1099511628211) & 0xFFFFFFFFFFFFFFFF
    return value


class Lists:
    """An inverted file: for each key, hashed to 64 bits, the numbers of those that have it."""

    def __init__(self, folder: Path, name: str) -> None:
        """Open the lists of a name. Raises OSError or ValueError if they are not there or damaged."""
        self._keys = np.load(folder / f"{name}_keys.npy", mmap_mode="r")
        self._starts = np.load(folder / f"{name}_starts.npy", mmap_mode="r")
        self._numbers = np.load(folder / f"{name}_numbers.npy", mmap_mode="r")

    @staticmethod
    def write(folder: Path, name: str, rows: Sequence[NDArray[np.uint64]]) -> None:
        """Write the lists of rows of keys, numbered from 0 in their order."""
        sizes = [len(row) for row in rows]
        every = np.concatenate([np.zeros(0, np.uint64), *rows])
        whose = np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)
        order = np.argsort(every, kind="stable")
        unique, starts = np.unique(every[order], return_index=True)
        np.save(folder / f"{name}_keys.npy", unique)
        np.save(folder / f"{name}_starts.npy", np.append(starts, len(every)).astype(np.uint64))
        np.save(folder / f"{name}_numbers.npy", whose[order])

    def of(self, asked: NDArray[np.uint64]) -> list[NDArray[np.uint32]]:
        """The list of each key that is asked for; empty where nobody has it."""
        at = np.searchsorted(self._keys, asked)
        known = [k < len(self._keys) and self._keys[k] == key for k, key in zip(at, asked, strict=True)]
        return [
            self._numbers[self._starts[k] : self._starts[k + 1]] if there else np.zeros(0, np.uint32)
            for k, there in zip(at, known, strict=True)
        ]


class QuotationIndex:
    """Statements by their 5-grams. Built once in n log n; reading it costs the lists that a statement's grams have."""

    def __init__(self, folder: Path) -> None:
        """Open an index. Raises LedgerError if there is none."""
        try:
            self._lists = Lists(folder, "gram")
            self._places = np.load(folder / "text_places.npy", mmap_mode="r")
            self._texts = np.memmap(folder / "texts.bin", np.uint8, "r")
        except (OSError, ValueError) as error:
            raise LedgerError(f"{folder} has no index of quotations ({error}). Build it again.") from None

    def __len__(self) -> int:
        return len(self._places) - 1

    @classmethod
    def build(cls, folder: Path, texts: Iterable[str]) -> QuotationIndex:
        """Write the index of texts, numbered from 0 in their order, and open it."""
        folder.mkdir(parents=True, exist_ok=True)
        keys, places = [], [0]
        with (folder / "texts.bin").open("wb") as file:
            for text in texts:
                keys.append(grams(text))
                places.append(
                    places[-1] + file.write(" ".join(w.form for w in words(text)).encode("utf-8", "replace"))
                )
            file.write(b" ")
        Lists.write(folder, "gram", keys)
        np.save(folder / "text_places.npy", np.array(places, np.uint64))
        return cls(folder)

    def find(self, text: str, most: int = 20) -> list[Found]:
        """The statements that share words with a text, most alike first."""
        short = [rows for rows in self._lists.of(grams(text)) if 0 < len(rows) <= MOST_COMMON]
        if not short:
            return []
        candidates, votes = np.unique(np.concatenate(short), return_counts=True)
        best = candidates[np.argsort(-votes, kind="stable")[: most * 3]]
        key = " ".join(w.form for w in words(text))
        scored = [(fuzz.partial_ratio(key, self.text(int(n)), score_cutoff=_ALIKE), int(n)) for n in best]
        ranked = sorted((row for row in scored if row[0] > 0), key=lambda row: (-row[0], row[1]))
        return [Found(number, round(score / 100, 3)) for score, number in ranked[:most]]

    def text(self, number: int) -> str:
        """The words of a statement, as they are compared."""
        return bytes(self._texts[int(self._places[number]) : int(self._places[number + 1])]).decode("utf-8")


class VectorIndex:
    """Statements by meaning: 8-bit vectors in the cells of a k-means, of which the nearest are read."""

    def __init__(self, folder: Path) -> None:
        """Open an index. Raises LedgerError if there is none."""
        try:
            self._centres = np.load(folder / "cell_centres.npy")
            self._starts = np.load(folder / "cell_starts.npy")
            self._axes = np.load(folder / "main_axes.npy")
            self._numbers = np.load(folder / "cell_numbers.npy", mmap_mode="r")
            self._narrow = np.load(folder / "narrow_codes.npy", mmap_mode="r")
            self._codes = np.load(folder / "cell_codes.npy", mmap_mode="r")
        except (OSError, ValueError) as error:
            raise LedgerError(f"{folder} has no index of vectors ({error}). Build it again.") from None

    @classmethod
    def build(cls, folder: Path, batches: Iterable[NDArray[np.float32]], size: int) -> VectorIndex:
        """Write the index of `size` vectors of length one, given in batches [k, width], and open it."""
        folder.mkdir(parents=True, exist_ok=True)
        cells = max(1, min(1024, int(size**0.5)))
        rows = iter(batches)
        head = list(islice(rows, 1))
        first = head[0] if head else np.zeros((0, 1), np.float32)
        centres, axes = _centres(first[: cells * _TRAINING], cells), _main_axes(first)
        small = _reach(first @ axes)
        codes, narrow, belongs = [], [], []
        for batch in chain(head, rows):
            codes.append(_coded(batch, _REACH))
            narrow.append(_coded(batch @ axes, small))
            belongs.append(_cell_of(batch, centres))
        cell = np.concatenate([np.zeros(0, np.int32), *belongs])
        order = np.argsort(cell, kind="stable")
        np.save(folder / "cell_centres.npy", centres)
        np.save(folder / "main_axes.npy", axes)
        np.save(folder / "cell_starts.npy", np.searchsorted(cell[order], np.arange(len(centres) + 1)))
        np.save(folder / "cell_numbers.npy", order.astype(np.uint32))
        for name, rows_of in (("cell_codes", codes), ("narrow_codes", narrow)):
            width = rows_of[0].shape[1] if rows_of else 1
            np.save(folder / f"{name}.npy", np.concatenate([np.zeros((0, width), np.int8), *rows_of])[order])
            rows_of.clear()
        return cls(folder)

    def vectors(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of some statements, float32 [len(numbers), width], as 8 bits hold them."""
        rows = self._codes[self._place_of[numbers]].astype(np.float32)
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), np.float32)

    @cached_property
    def _place_of(self) -> NDArray[np.int64]:
        """Where in the cells each statement stands."""
        return np.argsort(self._numbers, kind="stable")

    def find(self, vector: NDArray[np.float32], most: int = 20) -> list[Found]:
        """The statements nearest to a vector of length one, by cosine, out of the cells nearest to it."""
        near = np.argsort(-(self._centres @ vector), kind="stable")[:_CELLS_READ]
        asked = vector @ self._axes
        runs = [np.arange(int(self._starts[cell]), int(self._starts[cell + 1])) for cell in near]
        rough = [self._narrow[run[0] : run[-1] + 1].astype(np.float32) @ asked for run in runs if len(run)]
        places = np.concatenate([np.zeros(0, np.int64), *(run for run in runs if len(run))])
        likeness = np.concatenate([np.zeros(0, np.float32), *rough])
        if len(places) > most * _SECOND_LOOK:
            places = places[np.argpartition(-likeness, most * _SECOND_LOOK)[: most * _SECOND_LOOK]]
        exact = self._codes[np.sort(places)].astype(np.float32) @ vector * (_REACH / 127)
        numbers = self._numbers[np.sort(places)]
        best = np.argsort(-exact, kind="stable")[:most]
        return [Found(int(numbers[k]), round(float(exact[k]), 3)) for k in best]


def _main_axes(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The axes [width, _NARROW] along which vectors differ most; of a few vectors simply the first ones."""
    if len(vectors) < 4 * _NARROW:
        return np.eye(vectors.shape[1], _NARROW, dtype=np.float32)
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    return np.ascontiguousarray(axes[:, ::-1][:, :_NARROW], np.float32)


def _reach(vectors: NDArray[np.float32]) -> float:
    return float(np.abs(vectors).max()) if vectors.size else 1.0


def _coded(vectors: NDArray[np.float32], reach: float) -> NDArray[np.int8]:
    return np.asarray(np.clip(np.round(vectors / reach * 127), -127, 127), np.int8)


def _centres(vectors: NDArray[np.float32], cells: int) -> NDArray[np.float32]:
    """Centres of a spherical k-means, started from evenly spaced vectors, so that it comes out the same again."""
    if not len(vectors):
        return np.zeros((1, vectors.shape[1]), np.float32)
    centres = vectors[np.linspace(0, len(vectors) - 1, min(cells, len(vectors))).astype(int)].copy()
    for _ in range(_ROUNDS):
        cell = _cell_of(vectors, centres)
        sums = np.zeros_like(centres)
        np.add.at(sums, cell, vectors)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(norms > 0, sums / np.maximum(norms, 1e-9), centres).astype(np.float32)
    return np.asarray(centres, np.float32)


def _cell_of(vectors: NDArray[np.float32], centres: NDArray[np.float32]) -> NDArray[np.int32]:
    parts = [
        (vectors[k : k + _BATCH // 10] @ centres.T).argmax(axis=1).astype(np.int32)
        for k in range(0, len(vectors), _BATCH // 10)
    ]
    return np.concatenate([np.zeros(0, np.int32), *parts])


def find_all(
    index: QuotationIndex,
    vectors: VectorIndex,
    texts: Sequence[str],
    meanings: NDArray[np.float32],
    most: int = 10,
) -> list[tuple[list[Found], list[Found]]]:
    """For each statement of a new report, its likely renderings: by words, and those by meaning alone."""
    found = []
    for text, meaning in zip(texts, meanings, strict=True):
        by_words = index.find(text, most)
        known = {f.number for f in by_words}
        found.append((by_words, [f for f in vectors.find(meaning, most) if f.number not in known]))
    return found

"""Word pieces of a text with what an uncased encoder cannot see: case, quotation marks, paragraphs, the first line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from onrecord.encoder.marks import Marks, find_marks

CASES = 5
"""lower · Capital · CAPITALS · digit · anything else."""
PLACES = 6
"""outside quotations · opening mark · inside · closing mark · inside a single one · inside a carried-on one."""
EDGES = 2
"""within a paragraph · at its start."""
LINES = 2
"""any line · the first line, mostly the headline."""
FEATURES = CASES * PLACES * EDGES * LINES
_TABLE = 0x3000


@dataclass(frozen=True, slots=True)
class Tokens:
    """Word pieces of a text, arrays of one length.

    `starts`, `ends` are offsets into the text; `features` is one number below FEATURES for each piece; `quotation` is 0
    outside quotations, else the number in `marks`; `chained` likewise, but one number for a quotation carried on over
    paragraphs; `paragraph` counts lines that hold something.
    """

    ids: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    features: NDArray[np.int32]
    quotation: NDArray[np.int32]
    chained: NDArray[np.int32]
    paragraph: NDArray[np.int32]
    marks: Marks

    def __len__(self) -> int:
        return len(self.ids)


def tokenize(text: str, tokenizer: Tokenizer, from_top: bool = True) -> Tokens:
    """Cut a text into word pieces. Pieces without characters of their own are left out.

    `from_top` says whether the text begins where the report does, so that its first line is the report's first.
    """
    encoding = tokenizer.encode(text, add_special_tokens=False)
    ids = np.array(encoding.ids, np.int32)
    offsets = np.array(encoding.offsets, np.int32).reshape(-1, 2)
    keep = offsets[:, 1] > offsets[:, 0]
    ids, starts, ends = ids[keep], offsets[keep, 0], offsets[keep, 1]
    marks = find_marks(text)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    lines = np.concatenate([[0], np.cumsum(codes == ord("\n"))])[starts] if len(ids) else starts
    # A text of one line has no headline.
    titled = from_top and len(ids) > 0 and bool(lines[0] != lines[-1])
    edge = np.ones(len(ids), np.int32)
    edge[1:] = lines[1:] != lines[:-1]
    quotation = marks.number[starts]
    features = _cases(codes, starts, ends)
    features = features * PLACES + _places(marks, quotation, starts, ends)
    features = (features * EDGES + edge) * LINES + (titled & (lines == lines[:1]))
    paragraph = np.cumsum(edge, dtype=np.int32)
    chain = np.cumsum([0, *(not q.carried for q in marks.quotations)], dtype=np.int32)
    return Tokens(ids, starts, ends, features.astype(np.int32), quotation, chain[quotation], paragraph, marks)


@cache
def _letter_table() -> NDArray[np.int32]:
    """0 lower, 1 upper, 3 digit, 4 other, for the code points of alphabets with case."""
    signs = map(chr, range(_TABLE))
    return np.array(
        [1 if s.isupper() else 3 if s.isdigit() else 0 if s.isalpha() else 4 for s in signs], np.int32
    )


def _cases(
    codes: NDArray[np.uint32], starts: NDArray[np.int32], ends: NDArray[np.int32]
) -> NDArray[np.int32]:
    kinds = _letter_table()[np.minimum(codes, _TABLE - 1)]
    first = kinds[starts]
    second = kinds[np.minimum(starts + 1, len(kinds) - 1)] if len(kinds) else first
    return np.where((first == 1) & (second == 1) & (ends - starts > 1), 2, first).astype(np.int32)


def _places(
    marks: Marks, quotation: NDArray[np.int32], starts: NDArray[np.int32], ends: NDArray[np.int32]
) -> NDArray[np.int32]:
    if not marks.quotations:
        return np.zeros(len(starts), np.int32)
    opening = np.array([-1, *(q.start_char for q in marks.quotations)])[quotation]
    closing = np.array([-1, *(q.end_char for q in marks.quotations)])[quotation]
    inner = np.array([0, *(4 if q.single else 5 if q.carried else 2 for q in marks.quotations)])[quotation]
    place = np.where(closing == ends, 3, inner)
    return np.where(opening == starts, 1, place).astype(np.int32)

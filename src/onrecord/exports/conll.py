"""Token-per-line columns in the manner of the CoNLL shared tasks on semantic roles, for annotators and parsers.

Columns, parted by tabs: number of the token in its block, form, start_char, end_char, kind of the block, then one
column for each attribution of the report with BIO labels (B-CUE, I-SOURCE, O ...). An empty line ends a block;
`# report = ...` opens a report and `# attributions = a1 a2 ...` names the columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from onrecord.exports.entries import Entry, Piece, need_text
from onrecord.model import Attribution, Block

_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


def conll_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """One file `statements.conll` with all reports one after the other."""
    for entry in entries:
        need_text(entry, "conll")
        yield Piece("statements.conll", conll_text(entry).encode("utf-8", "backslashreplace"))


def conll_text(entry: Entry) -> str:
    """The lines of one report."""
    report = entry.reading.report
    attributions = entry.reading.attributions or ()
    label_of = [_labels(attribution) for attribution in attributions]
    lines = [f"# report = {report.id}", f"# attributions = {' '.join(a.id for a in attributions)}"]
    for block in report.blocks:
        lines.extend(_block_lines(block, report.text, label_of))
        lines.append("")
    return "\n".join(lines) + "\n"


def _block_lines(block: Block, text: str, label_of: list[dict[int, str]]) -> Iterator[str]:
    inside = [""] * len(label_of)
    tokens = _TOKEN.finditer(text, block.start_char, block.end_char)
    for number, token in enumerate(tokens, start=1):
        columns = [str(number), token.group(), str(token.start()), str(token.end()), block.kind]
        for i, labels in enumerate(label_of):
            role = labels.get(token.start(), "")
            columns.append(f"{'I' if inside[i] == role else 'B'}-{role}" if role else "O")
            inside[i] = role
        yield "\t".join(columns)


def _labels(attribution: Attribution) -> dict[int, str]:
    """Role by character; where roles of one attribution overlap, cue goes before source before content."""
    labels: dict[int, str] = {}
    for role in reversed(("cue", "source", "content")):
        for start, end in getattr(attribution, role):
            labels.update(dict.fromkeys(range(start, end), role.upper()))
    return labels

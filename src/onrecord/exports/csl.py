"""CSL-JSON for citing the reports: what Zotero, pandoc and citation processors take in.

Source: Citation Style Language, CSL-JSON 1.0 data (https://citationstyles.org). Authors are literal names, since a
byline does not say where a family name begins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from onrecord.exports.entries import Entry, Piece, file_stem

Json = dict[str, Any]

FILE = "reports.csl.json"
_PARTS = re.compile(r",|\band\b|&")


def csl_pieces(entries: Iterable[Entry]) -> Iterator[Piece]:
    """One file `reports.csl.json`: a list with an item for each report."""
    opening = "[\n"
    for entry in entries:
        yield Piece(FILE, (opening + json.dumps(csl_item(entry))).encode())
        opening = ",\n"
    yield Piece(FILE, ("[]\n" if opening == "[\n" else "\n]\n").encode())


def csl_item(entry: Entry) -> Json:
    """The item of one report; what is not known is left out."""
    report = entry.reading.report
    authors = [name.strip() for name in _PARTS.split(report.byline or "") if name.strip()]
    item = {
        "id": file_stem(entry),
        "type": "article-newspaper",
        "title": report.title or report.source,
        "author": [{"literal": name} for name in authors],
        "container-title": report.publisher,
        "issued": _date(report.published),
        "accessed": _date(report.fetched[:10] if report.fetched else None),
        "URL": report.url,
        "language": report.language,
        "note": f"sha256 {report.sha256}",
    }
    return {name: value for name, value in item.items() if value}


def _date(day: str | None) -> Json | None:
    """A day as CSL's date parts; None for what is no day."""
    if day is None or not re.fullmatch(r"\d{4}-\d\d-\d\d", day, re.ASCII):
        return None
    return {"date-parts": [[int(part) for part in day.split("-")]]}

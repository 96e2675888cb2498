"""Every table as CSV, complete or saying loudly that it is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from onrecord.exports.rows import csv_line, safe_in_spreadsheets
from onrecord.ledger.records import (
    REVIEW_STATES,
    Hit,
    Judgement,
    ReportEntry,
    Review,
    ReviewState,
    RowKind,
    Search,
    VoiceEntry,
)
from onrecord.web.reading_routes import TheLedger, TheQuery, Words, asked, disputes_page
from onrecord.web.views import DisputesQuery, DisputeView

router = APIRouter()
MOST_ROWS = 10_000
MOST_DISPUTES = 1000

Safe = Annotated[
    bool, Query(description="Put an apostrophe before what a spreadsheet would run as a formula.")
]
_NOT_FLAT = {"snippet"}


def csv_answer(record: type, rows: Iterable[Any], total: int | None, safe: bool) -> Response:
    """The rows as CSV. `total` is how many there are, None if there are no more than the rows.

    The header X-Onrecord-Complete says `true` or `false`; a table that is cut says so in its last line too.
    """
    names = [f.name for f in fields(record) if f.name not in _NOT_FLAT]
    guard: Callable[[Any], Any] = safe_in_spreadsheets if safe else lambda value: value
    lines = [csv_line(names)]
    lines += (csv_line([guard(_flat(getattr(row, name))) for name in names]) for row in rows)
    given = len(lines) - 1
    complete = total is None or given >= total
    if not complete:
        lines.append(
            csv_line(
                [f"CUT after {given} rows of {total} or more: narrow the search or use `onrecord export`."]
            )
        )
    return Response(
        b"".join(lines),
        media_type="text/csv; charset=utf-8",
        headers={
            "X-Onrecord-Complete": str(complete).lower(),
            "Content-Disposition": "attachment; filename=onrecord.csv",
        },
    )


def _flat(value: Any) -> Any:
    if is_dataclass(value):
        return " ".join(str(part) for part in _parts(value) if part is not None)
    if isinstance(value, tuple):
        return "; ".join(str(_flat(part)) for part in value)
    return "" if value is None else value


def _parts(value: Any) -> Iterator[Any]:
    for f in fields(value):
        yield getattr(value, f.name)


@router.get("/search.csv", response_class=Response)
def search_csv(ledger: TheLedger, query: TheQuery, formula_safe: Safe = False) -> Response:
    """The statements of a search."""
    found = ledger.search(asked(query, 0, MOST_ROWS))
    return csv_answer(Hit, found.hits, found.total, formula_safe)


@router.get("/assessments.csv", response_class=Response)
def assessments_csv(ledger: TheLedger, voice: Words = "", formula_safe: Safe = False) -> Response:
    """Statements with a band on their holder's own yardstick."""
    found = ledger.search(Search(voice=voice or None, certainty=">=0", limit=MOST_ROWS))
    return csv_answer(Hit, found.hits, found.total, formula_safe)


@router.get("/reports.csv", response_class=Response)
def reports_csv(ledger: TheLedger, formula_safe: Safe = False) -> Response:
    """The reports."""
    rows = ledger.reports(limit=MOST_ROWS + 1)
    return csv_answer(ReportEntry, rows[:MOST_ROWS], len(rows), formula_safe)


@router.get("/voices.csv", response_class=Response)
def voices_csv(ledger: TheLedger, name: Words = "", formula_safe: Safe = False) -> Response:
    """The voices."""
    rows = ledger.voices(name=name or None, limit=MOST_ROWS + 1)
    return csv_answer(VoiceEntry, rows[:MOST_ROWS], len(rows), formula_safe)


@router.get("/disputes.csv", response_class=Response)
def disputes_csv(
    ledger: TheLedger,
    voice: Words = "",
    kind: Words = "",
    state: Words = "",
    formula_safe: Safe = False,
) -> Response:
    """Claims and denials."""
    shown = disputes_page(ledger, DisputesQuery(voice, kind, state), 0, MOST_DISPUTES)
    cut = shown.page.next_offset is not None
    return csv_answer(DisputeView, shown.disputes, len(shown.disputes) + cut, formula_safe)


@router.get("/review.csv", response_class=Response)
def review_csv(
    ledger: TheLedger,
    state: Literal["", "machine", "accepted", "rejected", "unsure"] = "",
    kind: Literal["", "statement", "voice", "time", "certainty", "dispute", "headline"] = "",
    formula_safe: Safe = False,
) -> Response:
    """The judgements with their review states; disputes and headlines unless another kind is asked for."""
    states: tuple[ReviewState, ...] = (state,) if state else REVIEW_STATES
    kinds: tuple[RowKind, ...] = (kind,) if kind else ("dispute", "headline")
    rows = ledger.judgements(kinds=kinds, states=states, limit=MOST_ROWS + 1)
    return csv_answer(Judgement, rows[:MOST_ROWS], len(rows), formula_safe)


@router.get("/audit.csv", response_class=Response)
def audit_csv(ledger: TheLedger, row: Words = "", formula_safe: Safe = False) -> Response:
    """Who reviewed what, when, from which state to which."""
    return csv_answer(Review, ledger.review_changes(row or None), None, formula_safe)

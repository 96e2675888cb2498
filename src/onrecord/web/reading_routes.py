"""The pages that only read: each a function that gives a record, shown as HTML and, by its twin, as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal
from xml.sax.saxutils import escape as xml_escape

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from onrecord.errors import UsageError
from onrecord.exports.entries import Entry
from onrecord.ledger import Search
from onrecord.ledger.contract import Ledger
from onrecord.ledger.positions import NOTE
from onrecord.ledger.records import REVIEW_STATES, Hit, ReviewState, RowKind
from onrecord.web import plots
from onrecord.web.rendering import render
from onrecord.web.report_view import dispute_views, report_page, voice_view
from onrecord.web.views import (
    Assessment,
    AssessmentsPage,
    AuditPage,
    CorrectedPage,
    DisputesPage,
    DisputesQuery,
    DisputeView,
    Paged,
    ReportPage,
    ReportsPage,
    ReviewPage,
    SearchPage,
    SearchQuery,
    VersionsPage,
    VersionView,
    VoicePage,
    VoicesPage,
    VoiceView,
)

router = APIRouter()
PAGE_SIZE = 50
TIMELINE_STATEMENTS = 500
LOOKED_AT = 20
"""Reports that are looked at for whether their text is kept."""
COUNTED = 1000
"""Statements that facets are counted from, the latest: more would cost more than all of the page besides."""
MOST_CHANGES = 500
MOST_VOICES = 200
MOST_JUDGEMENTS = 200
MOST_CORRECTED = 100
MOST_NAMED_IN = 8
"""Reports of a voice that are looked into for what they call it."""

Offset = Annotated[int, Query(ge=0, le=10_000_000)]
Version = Annotated[int | None, Query(ge=1, le=10_000_000)]
Words = Annotated[str, Query(max_length=500)]


async def ledger_of(request: Request) -> Ledger:
    """The ledger that the server was started with. Asynchronous, since a thread would cost more than it does."""
    ledger: Ledger = request.app.state.ledger
    return ledger


TheLedger = Annotated[Ledger, Depends(ledger_of)]


def page(path: str, template: str, record: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a view twice: at `path` as HTML, at `path.json` (the front page: /reports.json) as JSON."""
    twin = f"{path if path != '/' else '/reports'}.json"

    def register(view: Callable[..., Any]) -> Callable[..., Any]:
        # As a default, not in an annotation: annotations are texts here, and `view` is local.
        given: Any = Depends(view)

        def as_json(shown: Any = given) -> Any:
            return shown

        def as_html(request: Request, shown: Any = given) -> Response:
            return render(request, template, {"page": shown, "twin": twin_of(request, twin)})

        router.get(twin, response_model=record, name=view.__name__)(as_json)
        router.get(path, response_class=HTMLResponse, include_in_schema=False)(as_html)
        return view

    return register


def twin_of(request: Request, twin: str) -> str:
    """The address of the JSON twin of the page at hand."""
    address = twin.format(**request.path_params)
    return f"{address}?{request.url.query}" if request.url.query else address


@page("/", "reports.html", ReportsPage)
def reports(ledger: TheLedger, offset: Offset = 0) -> ReportsPage:
    """The reports, latest first, and what could not be read."""
    return ReportsPage(
        ledger.reports(limit=PAGE_SIZE, offset=offset), ledger.failures()[:PAGE_SIZE], offset, PAGE_SIZE
    )


@page("/reports/{report}/versions", "versions.html", VersionsPage)
def report_versions(ledger: TheLedger, report: str) -> VersionsPage:
    """The versions of one report with what each changed in its statements."""
    versions = ledger.versions(report)
    changed = ledger.corrections(report)
    shown = (VersionView(v, tuple(c for c in changed if c.version == v.version)) for v in versions)
    return VersionsPage(ledger.report(report), tuple(shown)[::-1])


@page("/corrected", "corrected.html", CorrectedPage)
def corrected(ledger: TheLedger) -> CorrectedPage:
    """The reports that were changed after they were first read."""
    found = ledger.corrected(limit=MOST_CORRECTED + 1)
    return CorrectedPage(found[:MOST_CORRECTED], len(found) > MOST_CORRECTED)


@page("/reports/{report}", "report.html", ReportPage)
def report(ledger: TheLedger, report: str, version: Version = None) -> ReportPage:
    """One report: marked text, statements, disputes, headline check. An older version is shown without reviews."""
    versions = ledger.versions(report)
    key, last = versions[-1].report, versions[-1].version
    if version is not None and version > last:
        raise UsageError(f"This report has no version {version}: see /reports/{key}/versions.")
    entry = versions[(version or last) - 1]
    latest = entry.version == last
    states = ledger.review_states(key) if latest else {}
    return report_page(entry, ledger.reading(key, None if latest else version), states, len(versions))


async def search_query(
    q: Words = "",
    voice: Words = "",
    since: Words = "",
    until: Words = "",
    certainty: Words = "",
    kind: Literal["", "direct", "mixed", "indirect"] = "",
    disputed: bool | None = None,
    outlet: Words = "",
    act: Words = "",
) -> SearchQuery:
    """The search as it stands in the address."""
    return SearchQuery(q, voice, since, until, certainty, kind, disputed, outlet, act)


TheQuery = Annotated[SearchQuery, Depends(search_query)]


@page("/search", "search.html", SearchPage)
def search(ledger: TheLedger, query: TheQuery, after: Words = "") -> SearchPage:
    """Statements that answer, latest first; a question that makes no sense is answered with what is wrong with it.

    `after` is the cursor that the part before gave as `next`.
    """
    question = asked(query, 0)
    try:
        found = ledger.search(replace(question, counted=False, after=after or None))
        facets = ledger.facets(question, counted=COUNTED)
    except UsageError as error:
        return SearchPage(query, (), Paged(0, 0, PAGE_SIZE), problem=str(error))
    total = facets.counted if facets.complete else facets.counted + 1
    positions_only = bool(query.q) and any(NOTE in r.notes for r in ledger.reports(limit=LOOKED_AT))
    page = Paged(total, 0, PAGE_SIZE)
    return SearchPage(query, found.hits, page, facets, next=found.next, positions_only=positions_only)


def asked(query: SearchQuery, offset: int, limit: int | None = None) -> Search:
    """The ledger's question for a search in an address."""
    return Search(
        words=query.q,
        voice=query.voice or None,
        since=query.since or None,
        until=query.until or None,
        certainty=query.certainty or None,
        quotation=query.kind or None,
        disputed=query.disputed,
        outlet=query.outlet or None,
        act=query.act or None,
        limit=limit or PAGE_SIZE,
        offset=offset,
    )


@router.get("/search.atom", response_class=Response)
def search_feed(request: Request, ledger: TheLedger, query: TheQuery) -> Response:
    """A saved search as an Atom feed (RFC 4287): its address is the search's."""
    hits = ledger.search(replace(asked(query, 0), counted=False)).hits
    base = str(request.base_url).rstrip("/")
    entries = "".join(_feed_entry(base, hit) for hit in hits)
    updated = max((hit.published or "" for hit in hits), default="") or "1970-01-01"
    body = (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>onrecord: {_xml(query.q or 'all statements')}</title><id>{_xml(str(request.url))}</id>"
        f"<updated>{updated}T00:00:00Z</updated><author><name>onrecord</name></author>{entries}</feed>"
    )
    return Response(body.encode("utf-8", "replace"), media_type="application/atom+xml")


def _feed_entry(base: str, hit: Hit) -> str:
    address = f"{base}/reports/{hit.report}#{hit.statement.rpartition('.')[2]}"
    title = f"{hit.voice or hit.source}: {hit.content[:120] or hit.act}"
    return (
        f"<entry><id>{_xml(address)}</id><title>{_xml(title)}</title><link href={_quoted(address)}/>"
        f"<updated>{hit.published or '1970-01-01'}T00:00:00Z</updated>"
        f"<summary>{_xml(hit.content)}</summary></entry>"
    )


def _xml(text: str) -> str:
    # XML 1.0 has no way to write control characters: they are dropped.
    return xml_escape("".join(c for c in text if c >= " " or c in "\t\n"))


def _quoted(text: str) -> str:
    return '"' + _xml(text).replace('"', "&quot;") + '"'


@page("/voices", "voices.html", VoicesPage)
def voices(ledger: TheLedger, name: Words = "") -> VoicesPage:
    """The voices across reports, those with most statements first."""
    found = ledger.voices(name=name or None, limit=MOST_VOICES + 1)
    return VoicesPage(found[:MOST_VOICES], name, len(found) > MOST_VOICES)


@page("/voices/{voice}", "voice.html", VoicePage)
def voice(ledger: TheLedger, voice: int, offset: Offset = 0) -> VoicePage:
    """Everything that one voice said."""
    found = ledger.voices(name=f"#{voice}", limit=1)
    if not found:
        raise UsageError(f"There is no voice {voice} in this ledger. See /voices for those there are.")
    entry = found[0]
    asked_for = Search(voice=f"#{voice}", limit=TIMELINE_STATEMENTS)
    everything = ledger.search(asked_for)
    shown = ledger.search(replace(asked_for, limit=PAGE_SIZE, offset=offset)).hits
    disputed = ledger.search(replace(asked_for, disputed=True, limit=1)).total
    outlets = Counter(hit.outlet or "outlet not known" for hit in everything.hits)
    surname = entry.name.split()[-1] if entry.name.split() else entry.name
    return VoicePage(
        voice=entry,
        hits=shown,
        page=Paged(everything.total, offset, PAGE_SIZE),
        disputed=disputed,
        outlets=tuple(outlets.most_common()),
        namesakes=tuple(v for v in ledger.voices(name=surname, limit=20) if v.id != voice),
        changes=tuple(c for c in ledger.voice_changes() if entry.name in (c.voice, c.other)),
        names=tuple(_names(ledger, shown)),
        timeline=plots.timeline([(hit.published or "", hit.content[:80]) for hit in everything.hits]),
    )


def _names(ledger: Ledger, hits: Iterable[Hit]) -> Iterator[VoiceView]:
    """What the voice of these statements is called in the first of their reports, and why."""
    rows: dict[str, list[str]] = {}
    for hit in hits:
        rows.setdefault(hit.report, []).append(hit.statement.rpartition(".")[2])
    for key in list(rows)[:MOST_NAMED_IN]:
        reviewed = Entry(ledger.reading(key), ledger.review_states(key))
        report = ledger.report(key)
        spoken = dict.fromkeys(reviewed.reading.attribution(row).voice for row in rows[key])
        yield from (voice_view(reviewed, report, reviewed.reading.voice(voice)) for voice in spoken if voice)


@page("/disputes", "disputes.html", DisputesPage)
def disputes(
    ledger: TheLedger,
    voice: Words = "",
    kind: Literal["", "denies", "rejects", "corrects", "doubts"] = "",
    state: Literal["", "machine", "accepted", "rejected", "unsure"] = "",
    offset: Offset = 0,
) -> DisputesPage:
    """Claims and denials side by side, by report, latest first; of one voice, one kind or one review state."""
    return disputes_page(ledger, DisputesQuery(voice, kind, state), offset, PAGE_SIZE)


def disputes_page(ledger: Ledger, query: DisputesQuery, offset: int, limit: int) -> DisputesPage:
    """A part of the disputes. The total is exact on the last part; before it, it says just that more follow."""
    states: tuple[ReviewState, ...] = tuple(s for s in REVIEW_STATES if query.state in ("", s))
    if query.voice:
        found = ledger.search(Search(voice=query.voice, disputed=True, limit=limit, offset=offset))
        total, statements = found.total, {hit.statement for hit in found.hits}
        keys = dict.fromkeys(hit.report for hit in found.hits)
        views = [view for view in _disputes_in(ledger, keys) if _ends(view) & statements]
    else:
        judged = ledger.judgements(kinds=("dispute",), states=states, limit=offset + limit + 1)
        total, rows = len(judged), {j.row for j in judged[offset : offset + limit]}
        keys = dict.fromkeys(row.rpartition(".")[0] for row in rows)
        views = [view for view in _disputes_in(ledger, keys) if view.row in rows]
    kept = (view for view in views if query.kind in ("", view.kind) and view.review in states)
    latest = sorted(kept, key=lambda view: view.published or "", reverse=True)
    return DisputesPage(query, tuple(latest), Paged(total, offset, limit))


def _disputes_in(ledger: Ledger, keys: Iterable[str]) -> Iterator[DisputeView]:
    for key in keys:
        yield from dispute_views(Entry(ledger.reading(key), ledger.review_states(key)), ledger.report(key))


def _ends(view: DisputeView) -> set[str]:
    return {f"{view.report}.{row}" for row in (view.claim_id, view.denial_id)}


@page("/assessments", "assessments.html", AssessmentsPage)
def assessments(ledger: TheLedger, voice: Words = "", offset: Offset = 0) -> AssessmentsPage:
    """Statements with a band on their holder's own yardstick."""
    found = ledger.search(Search(voice=voice or None, certainty=">=0", limit=PAGE_SIZE, offset=offset))
    rows = tuple(
        Assessment(hit, c.term, c.yardstick, c.low, c.high)
        for hit in found.hits
        for c in hit.certainties
        if c.yardstick is not None and c.low is not None and c.high is not None
    )
    drawn = plots.bands([(a.hit.published or "", a.low, a.high, f"{a.hit.voice}: {a.term}") for a in rows])
    return AssessmentsPage(rows, voice, Paged(found.total, offset, PAGE_SIZE), drawn)


@page("/review", "review.html", ReviewPage)
def review(
    ledger: TheLedger,
    state: Literal["machine", "accepted", "rejected", "unsure"] = "machine",
    kind: Literal["", "statement", "voice", "time", "certainty", "dispute", "headline"] = "",
) -> ReviewPage:
    """Judgements in one review state, machine-made ones by default; of one kind, or disputes and headlines."""
    states: tuple[ReviewState, ...] = tuple(s for s in REVIEW_STATES if s == state)
    kinds: tuple[RowKind, ...] = (kind,) if kind else ("dispute", "headline")
    found = ledger.judgements(kinds=kinds, states=states, limit=MOST_JUDGEMENTS + 1)
    return ReviewPage(found[:MOST_JUDGEMENTS], state, kind, len(found) > MOST_JUDGEMENTS)


@router.get("/favicon.ico", include_in_schema=False)
def no_icon() -> Response:
    """There is none; browsers ask for it on pages that do not say so."""
    return Response(status_code=204)


@page("/audit", "audit.html", AuditPage)
def audit(ledger: TheLedger, row: Words = "") -> AuditPage:
    """Who reviewed what, when, from which state to which."""
    changes = ledger.review_changes(row or None)
    return AuditPage(row, changes[: -MOST_CHANGES - 1 : -1], len(changes) > MOST_CHANGES)

"""What changes the ledger: reviews, merging voices, adding reports, logging in."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from onrecord.errors import SkipReport, UsageError
from onrecord.ledger.records import REVIEW_STATES, Review, ReviewState
from onrecord.model import Page, Report
from onrecord.web.access import SESSION_COOKIE, Access
from onrecord.web.reading_routes import TheLedger
from onrecord.web.rendering import render
from onrecord.web.views import NewState

router = APIRouter()
MOST_BYTES = 20_000_000
HTML_STARTS = (b"<!doctype", b"<html", b"<?xml")


@router.post("/review.json")
def write_review(ledger: TheLedger, wanted: NewState) -> Review:
    """Set the state of a row; the answer is its entry in the audit trail."""
    return ledger.review(wanted.row, _state(wanted.state), by=wanted.by, note=wanted.note)


@router.post("/review", include_in_schema=False)
def write_review_by_form(
    ledger: TheLedger,
    row: Annotated[str, Form()],
    state: Annotated[str, Form()],
    back: Annotated[str, Form()] = "/review",
) -> Response:
    """The same without a script: back to the page it came from."""
    ledger.review(row, _state(state), by="reading room")
    return RedirectResponse(_own_path(back), 303)


@router.post("/voices/{voice}/merge", include_in_schema=False)
def merge(ledger: TheLedger, voice: int, into: Annotated[int, Form()]) -> Response:
    """Say that two voices are one."""
    kept = ledger.merge_voices(f"#{voice}", f"#{into}", by="reading room")
    return RedirectResponse(f"/voices/{kept.id}", 303)


@router.post("/voices/{voice}/split", include_in_schema=False)
def split(ledger: TheLedger, voice: int, name: Annotated[str, Form()]) -> Response:
    """Take a voice out of the one that it was merged into."""
    apart = ledger.split_voice(name, by="reading room")
    return RedirectResponse(f"/voices/{apart.id}", 303)


@router.get("/add", response_class=HTMLResponse, include_in_schema=False)
def add_form(request: Request) -> Response:
    """The form for pasting a text, dropping files or giving an address."""
    return render(request, "add.html", {"problems": []})


@router.post("/add", include_in_schema=False)
def add(
    request: Request,
    ledger: TheLedger,
    text: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    published: Annotated[str, Form()] = "",
    url: Annotated[str, Form()] = "",
    upload: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """Read what was given and open the result, or say for each part why it could not be read."""
    from onrecord.pages import parse

    problems: list[str] = []
    reports: list[Report] = []
    for page in _given_pages(text, title, published, upload or []):
        try:
            reports.append(parse(page))
        except SkipReport as skipped:
            problems.append(f"{page.source}: {skipped}")
    if url.strip():
        _gather(url.strip(), published, reports, problems)
    added = ledger.add(_pipeline(request).read(reports)) if reports else ()
    if not added and not problems:
        problems.append("Nothing was given: paste a text, choose files or give an address.")
    if problems or len(added) != 1:
        return render(request, "add.html", {"problems": problems}, 400 if not added else 200)
    return RedirectResponse(f"/reports/{added[0].report}", 303)


@router.post("/login", include_in_schema=False)
def log_in(request: Request, token: Annotated[str, Form()]) -> Response:
    """A session for who knows the token."""
    access: Access = request.app.state.access
    session = access.log_in(token)
    response = RedirectResponse("/", 303)
    response.set_cookie(
        SESSION_COOKIE, session, httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return response


@router.get("/login", response_class=HTMLResponse, include_in_schema=False)
def log_in_form(request: Request) -> Response:
    """The form for the token."""
    return render(request, "login.html", {})


@router.get("/health.json")
def health() -> JSONResponse:
    """Whether the server is up."""
    return JSONResponse({"status": "up"})


def _state(given: str) -> ReviewState:
    for state in REVIEW_STATES:
        if given == state:
            return state
    raise UsageError(f"{given!r} is no review state. Give one of: {', '.join(REVIEW_STATES)}.")


def _own_path(path: str) -> str:
    """A path of this server: never another site (open redirect)."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


def _given_pages(text: str, title: str, published: str, uploads: list[UploadFile]) -> list[Page]:
    pages = []
    if text.strip():
        pages.append(_page("pasted text", text.encode("utf-8", "replace"), title, published, "utf-8"))
    for upload in uploads:
        content = upload.file.read(MOST_BYTES + 1)
        if content:
            pages.append(_page(upload.filename or "uploaded file", content[:MOST_BYTES], "", published, None))
    return pages


def _page(source: str, content: bytes, title: str, published: str, encoding: str | None) -> Page:
    digest = hashlib.sha256(content).hexdigest()
    looks_html = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(HTML_STARTS)
    return Page(
        # Two pasted texts are two reports: the name tells them apart.
        source=f"{source} {digest[:8]}" if source == "pasted text" else source,
        content=content,
        sha256=digest,
        media_type="html" if looks_html else "text",
        fetched=datetime.now(UTC).isoformat(timespec="seconds"),
        title=title.strip() or None,
        published=published.strip() or None,
        encoding=encoding,
    )


def _gather(url: str, published: str, reports: list[Report], problems: list[str]) -> None:
    from onrecord.pages import Failure, gather, parse

    if not url.lower().startswith(("http://", "https://")):
        problems.append(f"{url}: only http and https addresses can be fetched.")
        return
    for found in gather([url], published=published or None):
        if isinstance(found, Failure):
            problems.append(f"{found.source}: {found.reason}")
            continue
        try:
            reports.append(parse(found))
        except SkipReport as skipped:
            problems.append(f"{found.source}: {skipped}")


def _pipeline(request: Request) -> Any:
    """The loaded stages; loading waits until the first report is added."""
    if request.app.state.pipeline is None:
        from onrecord.pipeline import Pipeline

        request.app.state.pipeline = Pipeline.load()
    return request.app.state.pipeline

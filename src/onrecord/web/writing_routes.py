"""What changes the ledger: reviews, merging voices, adding reports, logging in."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from onrecord.errors import UsageError
from onrecord.ledger.records import REVIEW_STATES, Review, ReviewState
from onrecord.model import Page
from onrecord.web.access import (
    LONGEST_NAME,
    NAME_COOKIE,
    SESSION_COOKIE,
    SESSION_SECONDS,
    Access,
    reviewer,
)
from onrecord.web.adding import MOST_BYTES, Given, Reader, page_of
from onrecord.web.reading_routes import TheLedger
from onrecord.web.rendering import render
from onrecord.web.views import AddingPage, NewState

router = APIRouter()


@router.post("/review.json")
def write_review(request: Request, ledger: TheLedger, wanted: NewState) -> Review:
    """Set the state of a row; the answer is its entry in the audit trail."""
    by = wanted.by.strip() or reviewer(request)
    return ledger.review(wanted.row, _state(wanted.state), by=by, note=wanted.note)


@router.post("/review", include_in_schema=False)
def write_review_by_form(
    request: Request,
    ledger: TheLedger,
    row: Annotated[str, Form()],
    state: Annotated[str, Form()],
    back: Annotated[str, Form()] = "/review",
) -> Response:
    """The same without a script: back to the page it came from."""
    ledger.review(row, _state(state), by=reviewer(request))
    return RedirectResponse(_own_path(back), 303)


@router.post("/name", include_in_schema=False)
def set_name(
    request: Request, name: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "/review"
) -> Response:
    """Keep the name that reviews are signed with, in this browser."""
    response = RedirectResponse(_own_path(back), 303)
    kept = quote(name.strip()[:LONGEST_NAME], errors="replace")
    response.set_cookie(
        NAME_COOKIE,
        kept,
        max_age=365 * 86400,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


@router.post("/voices/{voice}/merge", include_in_schema=False)
def merge(request: Request, ledger: TheLedger, voice: int, into: Annotated[int, Form()]) -> Response:
    """Say that two voices are one."""
    kept = ledger.merge_voices(f"#{voice}", f"#{into}", by=reviewer(request))
    return RedirectResponse(f"/voices/{kept.id}", 303)


@router.post("/voices/{voice}/split", include_in_schema=False)
def split(request: Request, ledger: TheLedger, voice: int, name: Annotated[str, Form()]) -> Response:
    """Take a voice out of the one that it was merged into."""
    apart = ledger.split_voice(name, by=reviewer(request))
    return RedirectResponse(f"/voices/{apart.id}", 303)


@router.get("/add", response_class=HTMLResponse, include_in_schema=False)
def add_form(request: Request) -> Response:
    """The form for pasting a text, dropping files or giving an address."""
    return render(request, "add.html", {"problems": []})


@router.post("/add", include_in_schema=False)
def add(
    request: Request,
    text: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    published: Annotated[str, Form()] = "",
    url: Annotated[str, Form()] = "",
    upload: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """Begin to read what was given, or say what is wrong with it; the answer leads to a page that tells how far."""
    pages = _given_pages(text, title, published, upload or [])
    url = url.strip()
    problem = ""
    if url and not url.lower().startswith(("http://", "https://")):
        problem = f"{url}: only http and https addresses can be fetched."
    elif not pages and not url:
        problem = "Nothing was given: paste a text, choose files or give an address."
    if problem:
        return render(request, "add.html", {"problems": [problem]}, 400)
    begun = _reader(request).begin(Given(tuple(pages), url, published.strip()))
    return RedirectResponse(f"/adding/{begun.id}", 303)


@router.get("/adding/{name}.json")
def adding_json(request: Request, name: str) -> AddingPage:
    """How far the reading of what was given has come."""
    return _reader(request).state(name)


@router.get("/adding/{name}", response_class=HTMLResponse, include_in_schema=False)
def adding(request: Request, name: str) -> Response:
    """The same as a page; once the only report is read, the report."""
    state = _reader(request).state(name)
    if state.report:
        return RedirectResponse(f"/reports/{state.report}", 303)
    return render(request, "adding.html", {"page": state, "twin": f"/adding/{state.id}.json"})


@router.post("/login", include_in_schema=False)
def log_in(request: Request, token: Annotated[str, Form()]) -> Response:
    """A session for who knows the token or the password."""
    access: Access = request.app.state.access
    session = access.log_in(token)
    response = RedirectResponse("/", 303)
    response.set_cookie(
        SESSION_COOKIE,
        session,
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
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
        pages.append(page_of("pasted text", text.encode("utf-8", "replace"), title, published, "utf-8"))
    for upload in uploads:
        content = upload.file.read(MOST_BYTES + 1)
        if content:
            pages.append(
                page_of(upload.filename or "uploaded file", content[:MOST_BYTES], "", published, None)
            )
    return pages


def _reader(request: Request) -> Reader:
    reader: Reader = request.app.state.reader
    return reader

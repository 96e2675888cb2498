"""The application: its rules, its errors, its pages with their JSON twins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles

from onrecord import __version__
from onrecord.errors import OnrecordError
from onrecord.ledger.contract import Ledger
from onrecord.web import family_routes, reading_routes, table_routes, writing_routes
from onrecord.web.access import HEADERS, Access, Refused
from onrecord.web.adding import Reader
from onrecord.web.family_routes import Families
from onrecord.web.rendering import render

Next = Callable[[Request], Awaitable[Response]]


def create_app(ledger: Ledger, access: Access | None = None) -> FastAPI:
    """The reading room over an open ledger (opened with mode `change` or `create` if it is to be written to).

    `access` says who may write; by default the server is taken to listen on loopback only.
    """
    app = FastAPI(
        title="onrecord reading room",
        version=__version__,
        description="Who is on record for what. It never says whether a statement is true.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.ledger = ledger
    app.state.access = access or Access()
    app.state.reader = Reader(ledger)
    app.state.families = Families(ledger)
    app.include_router(reading_routes.router)
    app.include_router(table_routes.router)
    app.include_router(family_routes.router)
    app.include_router(writing_routes.router)
    app.mount("/static", StaticFiles(directory=Path(str(files("onrecord.web") / "static"))), name="static")
    app.middleware("http")(_guard)
    app.exception_handler(OnrecordError)(_known_error)
    return app


async def _guard(request: Request, call_next: Next) -> Response:
    """Check each request first; add to each answer what the browser must not do."""
    access: Access = request.app.state.access
    try:
        access.check(request)
        response = await call_next(request)
    except Refused as refused:
        response = problem(request, str(refused), refused.status)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _known_error(request: Request, error: Exception) -> Response:
    return problem(request, str(error), 404 if request.method == "GET" else 400)


def problem(request: Request, message: str, status: int) -> Response:
    """An error as a page, or as JSON where JSON was asked for."""
    wants_json = request.url.path.endswith(".json") or "json" in request.headers.get("accept", "")
    if wants_json:
        body: dict[str, Any] = {"error": message}
        return JSONResponse(body, status_code=status)
    return render(request, "problem.html", {"message": message}, status)

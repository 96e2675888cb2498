"""The application: its rules, its errors, its pages with their JSON twins."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onrecord import __version__
from onrecord.errors import OnrecordError
from onrecord.ledger.contract import Ledger
from onrecord.web import family_routes, reading_routes, table_routes, writing_routes
from onrecord.web.access import HEADERS, Access, Refused, reviewer
from onrecord.web.adding import Reader
from onrecord.web.family_routes import Families
from onrecord.web.keeping import Keeper
from onrecord.web.rendering import render

THREADS = 8
"""Pages that are made at once. More would only wait for the interpreter, and keep every one of them waiting."""


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
        responses={404: {"description": "What the ledger has not, or a question that cannot be read"}},
        lifespan=_few_threads,
    )
    rules = access or Access()
    app.state.ledger = ledger
    app.state.access = rules
    app.state.reader = Reader(ledger)
    app.state.families = Families(ledger)
    app.include_router(reading_routes.router)
    app.include_router(table_routes.router)
    app.include_router(family_routes.router)
    app.include_router(writing_routes.router)
    app.mount("/static", StaticFiles(directory=Path(str(files("onrecord.web") / "static"))), name="static")
    app.add_middleware(
        Keeper, state=ledger.state, viewer=lambda request: (rules.may_write(request), reviewer(request))
    )
    app.add_middleware(Guard, access=rules)  # added last, it stands before the others
    app.exception_handler(OnrecordError)(_known_error)
    app.exception_handler(Refused)(_refused)
    return app


@asynccontextmanager
async def _few_threads(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


class Guard:
    """Checks each request first; adds to each answer what the browser must not do."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request or hand it on."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                message = {**message, "headers": headers.raw}
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            self._access.check(request)
        except Refused as refused:
            await problem(request, str(refused), refused.status)(scope, receive, guarded)
        else:
            await self._app(scope, receive, guarded)


async def _known_error(request: Request, error: Exception) -> Response:
    return problem(request, str(error), 404 if request.method == "GET" else 400)


async def _refused(request: Request, error: Exception) -> Response:
    return problem(request, str(error), error.status if isinstance(error, Refused) else 403)


def problem(request: Request, message: str, status: int) -> Response:
    """An error as a page, or as JSON where JSON was asked for."""
    wants_json = request.url.path.endswith(".json") or "json" in request.headers.get("accept", "")
    if wants_json:
        body: dict[str, Any] = {"error": message}
        return JSONResponse(body, status_code=status)
    return render(request, "problem.html", {"message": message}, status)

"""Answers that are kept as long as the ledger does not change: most readers look at the same pages.

Every answer to a GET has an ETag, so that a browser that has the page already is told so in a few bytes.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 64_000_000
LARGEST = 1_000_000
"""An answer of more bytes is given, not kept."""
NOT_KEPT = ("/adding/", "/health", "/static/", "/login")
"""What does not follow from the ledger alone, or has a way of its own."""


class Answer(NamedTuple):
    """A whole answer with status 200."""

    start: Message
    body: bytes
    etag: bytes


@dataclass(slots=True)
class Kept:
    """Answers by what was asked, those asked for last; all of them of one state of the ledger."""

    state: str = ""
    size: int = 0
    answers: OrderedDict[tuple[object, ...], Answer] = field(default_factory=OrderedDict)

    def of(self, state: str) -> Kept:
        """These answers if the ledger is as it was; else none."""
        if state != self.state:
            self.answers.clear()
            self.state, self.size = state, 0
        return self

    def get(self, key: tuple[object, ...]) -> Answer | None:
        """The answer, if it is kept."""
        found = self.answers.get(key)
        if found is not None:
            self.answers.move_to_end(key)
        return found

    def put(self, key: tuple[object, ...], answer: Answer) -> None:
        """Keep an answer; those that nobody asked for longest go."""
        if len(answer.body) > LARGEST or key in self.answers:
            return
        self.answers[key] = answer
        self.size += len(answer.body)
        while self.size > MOST_BYTES:
            _, gone = self.answers.popitem(last=False)
            self.size -= len(gone.body)


class Keeper:
    """Stands before the application; `viewer` is what an answer depends on besides its address."""

    def __init__(
        self, app: ASGIApp, state: Callable[[], str], viewer: Callable[[Request], tuple[object, ...]]
    ) -> None:
        self._app = app
        self._state = state
        self._viewer = viewer
        self._kept = Kept()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or let the application answer and keep that."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(NOT_KEPT):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        state = await run_in_threadpool(self._state)
        key = (scope["path"], scope["query_string"], request.headers.get("host"), *self._viewer(request))
        answer = self._kept.of(state).get(key)
        if answer is None:
            answer = await self._made(scope, receive, send)
            if answer is None:
                return
            if self._kept.state == state:  # else it may be of either state
                self._kept.put(key, answer)
        await _give(answer, request, send)

    async def _made(self, scope: Scope, receive: Receive, send: Send) -> Answer | None:
        """The application's answer; None, and sent on, if it is an error or a redirection."""
        start: Message | None = None
        body = bytearray()

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and message["status"] == 200:
                start = message
            elif start is not None and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
            else:
                await send(message)

        await self._app(scope, receive, collect)
        if start is None:
            return None
        whole = bytes(body)
        return Answer(start, whole, f'"{hashlib.blake2b(whole, digest_size=16).hexdigest()}"'.encode())


async def _give(answer: Answer, request: Request, send: Send) -> None:
    known = request.headers.get("if-none-match", "").encode("latin-1", "replace")
    same = answer.etag in known
    headers = MutableHeaders(raw=list(answer.start["headers"]))
    headers["etag"] = answer.etag.decode()
    headers["cache-control"] = "private, no-cache"
    headers["vary"] = "Cookie"
    if same:
        del headers["content-length"]
    await send({**answer.start, "status": 304 if same else 200, "headers": headers.raw})
    await send({"type": "http.response.body", "body": b"" if same else answer.body})

"""Who may do what in the reading room, and what every answer forbids the browser.

Reading is open to whoever can reach the server. Writing is open on loopback, where only this machine's users come;
elsewhere it needs the token. A write must come from the reading room's own pages: browsers say so in
Sec-Fetch-Site and Origin, and a request in which they say otherwise is refused (cross-site request forgery). On
loopback only names of this machine are taken as Host, so that a hostile name server cannot lend its name to it
(DNS rebinding).
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.requests import Request

SESSION_COOKIE = "onrecord_session"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Refused(Exception):
    """A request that is not allowed, with the status to answer and what to do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True)
class Access:
    """The rules for one server: whether it listens on loopback only, and the token for writing elsewhere."""

    loopback: bool = True
    token: str | None = None
    _sessions: set[str] = field(default_factory=set)

    def check(self, request: Request) -> None:
        """Let the request pass or raise Refused."""
        if self.loopback and _host_name(request.headers.get("host", "")) not in LOOPBACK_NAMES:
            raise Refused(421, "This server answers to localhost only. Open http://127.0.0.1 with its port.")
        if request.method in SAFE_METHODS:
            return
        _check_origin(request)
        if request.url.path != "/login" and not self.may_write(request):
            raise Refused(403, "Writing needs the token that the server was started with: log in at /login.")

    def may_write(self, request: Request) -> bool:
        """Whether this request may change the ledger."""
        if self.loopback:
            return True
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(given):
            return True
        return request.cookies.get(SESSION_COOKIE) in self._sessions

    def log_in(self, token: str) -> str:
        """A new session for who knows the token. Raises Refused."""
        if not self._is_token(token):
            raise Refused(
                403, "That is not the token. It was given with --token when the server was started."
            )
        session = secrets.token_urlsafe(32)
        self._sessions.add(session)
        return session

    def _is_token(self, given: str) -> bool:
        return self.token is not None and hmac.compare_digest(given.encode(), self.token.encode())


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _check_origin(request: Request) -> None:
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if (site is not None and site not in ("same-origin", "none")) or (origin is not None and origin != own):
        raise Refused(
            403, "This request came from another site and was refused. Use the reading room's own pages."
        )

"""Who may do what in the reading room, and what every answer forbids the browser.

Reading is open to whoever can reach the server. Writing is open on loopback, where only this machine's users come;
elsewhere it needs the token (as a bearer token, or to log in) or the password that the server was started with, of
which it knows the argon2 hash alone. A login lasts twelve hours. A write must come from the reading room's own
pages: browsers say so in Sec-Fetch-Site and Origin, and a request in which they say otherwise is refused (cross-site
request forgery). On loopback only names of this machine are taken as Host, so that a hostile name server cannot lend
its name to it (DNS rebinding).
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import unquote, urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.requests import Request

SESSION_COOKIE = "onrecord_session"
SESSION_SECONDS = 12 * 3600
NAME_COOKIE = "onrecord_name"
NAMELESS = "reading room"
"""Who signs a review for somebody who gave no name."""
LONGEST_NAME = 80
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with it browsers send "Origin: null" with the room's own forms, which is refused.
    "Referrer-Policy": "same-origin",
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
    """The rules for one server: whether it listens on loopback only, and what opens writing elsewhere."""

    loopback: bool = True
    token: str | None = None
    password_hash: str | None = None
    """An argon2 hash in its own notation, as `hash_password` gives it."""
    clock: Callable[[], float] = time.monotonic
    _sessions: dict[str, float] = field(default_factory=dict)
    _trying: Lock = field(default_factory=Lock)

    def check(self, request: Request) -> None:
        """Let the request pass or raise Refused."""
        if self.loopback and _host_name(request.headers.get("host", "")) not in LOOPBACK_NAMES:
            raise Refused(421, "This server answers to localhost only. Open http://127.0.0.1 with its port.")
        if request.method in SAFE_METHODS:
            return
        _check_origin(request)
        if request.url.path != "/login" and not self.may_write(request):
            raise Refused(
                403,
                "Writing needs the token or the password that the server was started with: log in at /login.",
            )

    def may_write(self, request: Request) -> bool:
        """Whether this request may change the ledger."""
        if self.loopback:
            return True
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(given):
            return True
        return self._sessions.get(request.cookies.get(SESSION_COOKIE, ""), 0.0) > self.clock()

    def log_in(self, secret: str) -> str:
        """A new session for who knows the token or the password. Raises Refused."""
        if not self._is_token(secret) and not self._is_password(secret):
            raise Refused(403, "That is neither the token nor the password that the server was started with.")
        now = self.clock()
        self._sessions = {name: ends for name, ends in self._sessions.items() if ends > now}
        session = secrets.token_urlsafe(32)
        self._sessions[session] = now + SESSION_SECONDS
        return session

    def _is_token(self, given: str) -> bool:
        # surrogatepass: a form can bring any code point, and none may raise here.
        known = (self.token or "").encode("utf-8", "surrogatepass")
        return self.token is not None and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), known)

    def _is_password(self, given: str) -> bool:
        if self.password_hash is None:
            return False
        # One at a time: argon2 is slow and takes memory by design, so that guessing costs, but not the server.
        with self._trying:
            try:
                return PasswordHasher().verify(self.password_hash, given.encode("utf-8", "surrogatepass"))
            except (VerificationError, InvalidHashError):
                return False


def reviewer(request: Request) -> str:
    """The name that somebody gave to sign reviews with; it is not proved."""
    given = unquote(request.cookies.get(NAME_COOKIE, ""), errors="replace")
    return given.strip()[:LONGEST_NAME] or NAMELESS


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its salt and costs, to be kept in a file."""
    return PasswordHasher().hash(password.encode("utf-8", "surrogatepass"))


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

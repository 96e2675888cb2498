"""What counts as the same: the same report, the same voice, the same row after a re-reading.

A report is the same if its URL is, or, where it has none, its source path as given. A voice is the same in
different reports if its kind and its normalised name are; voices that no proper name tells apart ("two
officials") belong to their own report alone. Users correct this with merge and split.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
import unicodedata
from functools import cache
from importlib import resources
from urllib.parse import urlsplit, urlunsplit

from onrecord.model import Report, VoiceKind

KEY_LENGTH = 16
"""Hexadecimal digits of a report's key: 64 bits, enough for a billion reports."""

_WORD = re.compile(r"\w+", re.UNICODE)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_POSSESSIVE = re.compile(r"['’]s?\b")


def report_identity(report: Report) -> str:
    """The string that makes two pages the same report: the URL, else the source path."""
    if report.url:
        return _canonical_url(report.url)
    if "://" in report.source:
        return _canonical_url(report.source)
    if report.source in ("-", ""):
        return f"-#{report.sha256}"  # each text from standard input is a report of its own
    return posixpath.normpath(report.source.replace("\\", "/"))


def _canonical_url(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, ""))


def report_key(identity: str) -> str:
    """A report's key in every ledger: the start of the SHA-256 of its identity."""
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:KEY_LENGTH]


def voice_key(name: str, kind: VoiceKind, report: str) -> str:
    """The key under which voices of different reports are one, e.g. `person:dmitry peskov`.

    A voice without a proper name ("two officials", "police") gets a key of its own report: `report` is
    that report's key.
    """
    words = normalised_name(name, kind)
    if kind == "unnamed" or not words or not any(ch.isupper() for ch in name):
        return f"{kind}:{words or 'nobody'}@{report}"
    return f"{kind}:{words}"


def normalised_name(name: str, kind: VoiceKind | None = None) -> str:
    """The name in lower case without accents, articles, possessives, titles and middle initials."""
    bare = _POSSESSIVE.sub("", name)
    folded = "".join(ch for ch in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(ch))
    words = _WORD.findall(folded.casefold())
    if words and words[0] in ("the", "a", "an"):
        words = words[1:]
    if kind == "person":
        words = _person(words)
    return " ".join(words)


def _person(words: list[str]) -> list[str]:
    while len(words) > 1 and words[0] in _titles():
        words = words[1:]
    inner = [word for word in words[1:-1] if len(word) > 1]
    return [words[0], *inner, words[-1]] if len(words) > 1 else words


@cache
def _titles() -> frozenset[str]:
    lines = resources.files(__package__).joinpath("titles.txt").read_text("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def storable(text: str) -> str:
    """The text as any database takes it: lone surrogates and NULs become U+FFFD, so offsets stay."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def storable_or_none(text: str | None) -> str | None:
    """The same for what may be missing."""
    return None if text is None else storable(text)

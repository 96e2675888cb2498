"""Quotations as press releases and collections of voices print them, found by their form.

Signed: '“We will appeal.” – Maren Holt', the signature on the quotation's line or the next; the dash is the cue.
Headed: 'And from Maren Holt: “We will appeal.”', on one line or two; "from" is the cue.
"""

from __future__ import annotations

import re

from onrecord.attributions.finding import Found
from onrecord.attributions.transcript import run_of
from onrecord.encoder.tokens import Tokens

VERDICT = 3.0
"""Log-odds of such a quotation: all seven signed ones of the training corpus are attributions."""
_Span = tuple[int, int]
_LINE = re.compile(r"[^\n]+")
_DASH = re.compile(r"[―—–]|--?")
_NAME = re.compile(r"(?:[^\W\d_a-zß-ÿ][\w.'’-]*|of|de|da|von|van|al|the)(?: |,|$)")
_HEAD = re.compile(r"(?:And |Also |Then |Next |More )?([Ff]rom) ([^:\n]{2,80}):")
_OPENING = '“”"„«'
_ENDS = '”"“»’.!?…'
_LONGEST_NAME = 12
"""Words of a name, with a post or a place behind the name."""


def press_forms(text: str, tokens: Tokens) -> list[Found]:
    """The signed and headed quotations of a text, in order. Time is linear in the text."""
    found: list[Found] = []
    lines = [_stripped(text, *line.span()) for line in _LINE.finditer(text)]
    lines = [(start, end) for start, end in lines if start < end]
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else None
        behind = lines[at + 1] if at + 1 < len(lines) else None
        row = _signed(text, line, before) or _headed(text, line, behind)
        if row is not None:
            content, cue, source = (run_of(tokens, *span) for span in row)
            if all(first < last for first, last in (content, cue, source)):
                found.append(Found(cue, source, (content,), False, VERDICT, VERDICT))
    return found


def _signed(text: str, line: _Span, before: _Span | None) -> tuple[_Span, _Span, _Span] | None:
    """Content, cue and source of a line with a signature, or None."""
    start, end = line
    dash = _last_dash(text, start, end)
    if dash is None or not _is_name(text[dash.end() : end]):
        return None
    content = before if dash.start() == start else (start, dash.start())
    if content is None or not _is_quotation(text[slice(*content)].strip()):
        return None
    return content, dash.span(), (dash.end(), end - (text[end - 1] == "."))


def _headed(text: str, line: _Span, behind: _Span | None) -> tuple[_Span, _Span, _Span] | None:
    """Content, cue and source of a line that begins "From NAME:", or None."""
    head = _HEAD.match(text, *line)
    if head is None or not _is_name(head[2]):
        return None
    content = behind if head.end() == line[1] else (head.end(), line[1])
    if content is None or not _is_quotation(text[slice(*content)].strip()):
        return None
    return content, head.span(1), head.span(2)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    line = text[start:end]
    return start + len(line) - len(line.lstrip()), start + len(line.rstrip())


def _last_dash(text: str, start: int, end: int) -> re.Match[str] | None:
    """The last dash of a line that has no letter right before it: a hyphen is none."""
    dashes = [m for m in _DASH.finditer(text, start, end) if not text[m.start() - 1 : m.start()].isalnum()]
    return dashes[-1] if dashes else None


def _is_name(tail: str) -> bool:
    words = tail.split()
    if not 0 < len(words) <= _LONGEST_NAME or any(sign in tail for sign in '“”"«»?!:;'):
        return False
    name = tail.split(",", maxsplit=1)[0].split()
    return any(word[0].isupper() for word in name) and all(_NAME.match(word) for word in name)


def _is_quotation(head: str) -> bool:
    return len(head) > 2 and head[0] in _OPENING and head[-1] in _ENDS

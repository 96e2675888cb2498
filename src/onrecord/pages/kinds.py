"""The kinds of a report's blocks that are not furniture: headline, standfirst, byline, dateline, subhead ...

The same tests serve HTML and plain text; what only a page knows (tags, class names) is passed in where it is
known.
"""

from __future__ import annotations

import re

from onrecord.pages.phrases import phrases

_NAME = r"[A-ZÀ-Þ][\w'’.-]*"
_PERSON = rf"{_NAME}(?: (?:(?:de|van|von|der|den|di|al|bin|la|le|da|dos|el)\b|{_NAME})){{0,5}}"
_ROLE = r"words|text|story|report|written|reported|reporting|posted|analysis|exclusive|opinion"
_BYLINE = re.compile(rf"^(?i:(?:(?:{_ROLE})\s?)?by)[: ]\s?{_PERSON}")
_BY = re.compile(rf"^(?:[Bb]y|BY)[: ]\s?({_PERSON}(?:(?:, | and | & |, and ){_PERSON}){{0,5}})")
_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAYS = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"
_YEAR = r"(?:19|20)\d\d\b"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b{_MONTHS} {_NTH},? {_YEAR}|\b{_NTH} {_MONTHS},? {_YEAR}|"
    rf"\b(?:19|20)\d\d-\d\d-\d\d\b|\b\d{{1,2}}[/.]\d{{1,2}}[/.]{_YEAR}|"
    rf"\b\d{{1,2}}:\d\d\b.{{0,20}}\b{_MONTHS} \d{{1,2}}\b|"
    rf"^{_DAYS},? (?:{_MONTHS} \d{{1,2}}|\d{{1,2}} {_MONTHS})|"
    r"\b\d{1,2} (?:minutes?|mins?|hours?|days?) ago\b",
    re.I,
)
_AGENCY = r"\(\w[\w ]{1,20}\)"
_PLACE_LINE = re.compile(
    rf"^[A-ZÀ-Þ][A-ZÀ-Þ .'’-]{{2,40}}(?:, (?:{_NAME} ?){{1,3}})?,? (?:{_AGENCY}|(?i:{_MONTHS}) \d{{1,2}})?"
    r"\s?(?:[-–—:]\s?)?$"
)
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]{0,3}$")
_CREDIT = re.compile(
    r"^\W{0,3}(?:photo|photograph|photography|image|picture|pictured|credit|illustration|video|file photo)s?"
    r"(?:\s(?:by|credit|courtesy)\b|\s?[:/©])|\b(?:getty images|reuters/|/reuters|/afp|afp/|ap photo|shutterstock|"
    r"via getty|associated press photo)\b",
    re.I,
)
MOST_WORDS = {"byline": 25, "dateline": 16, "subhead": 14, "headline": 40, "standfirst": 70}


def is_byline(text: str) -> bool:
    """Whether a line names the report's authors: "By Ada Brook, Political Editor"."""
    return (
        len(text) < 200
        and len(text.split()) <= MOST_WORDS["byline"]
        and _BYLINE.match(text) is not None
        and not _ends_as_sentence(text)
    )


def names_in_byline(text: str) -> tuple[str, ...]:
    """The people named by a visible byline, as written; empty where none is recognised."""
    found = _BY.match(" ".join(text.split())[:200])
    if not found:
        return ()
    names = re.split(r", and | and | & |, ", found.group(1))
    return tuple(name.strip() for name in names if 1 < len(name.split()) <= 6)


def is_dateline(text: str) -> bool:
    """Whether a line by itself says when (or where and when) the report was published."""
    short = len(text) < 160 and len(text.split()) <= MOST_WORDS["dateline"]
    if not short or _ends_as_sentence(text):
        return False
    return _DATE.search(text) is not None or ("\n" not in text and _PLACE_LINE.match(text) is not None)


def is_credit(text: str) -> bool:
    """Whether a short line is the credit of a picture or names its source."""
    return len(text) < 220 and _CREDIT.search(text) is not None


def is_subhead(text: str) -> bool:
    """Whether a line reads as a heading: short, no sentence, no phrase of furniture."""
    return (
        len(text) < 120
        and "\n" not in text
        and 0 < len(text.split()) <= MOST_WORDS["subhead"]
        and not text.endswith((":", ",", ";", "-"))
        and (not _ends_as_sentence(text) or text.endswith("?"))
        and text[:1].isalnum()
        and text[:1].upper() == text[:1]
        and not phrases().groups_in(text)
    )


def _ends_as_sentence(text: str) -> bool:
    if text.lower().endswith(("a.m.", "p.m.", "jr.", "sr.")):
        return False
    return _SENTENCE_END.search(text[-8:]) is not None

"""The tree of an HTML page, parsed once, and the main text that trafilatura finds in it."""

from __future__ import annotations

import copy
import logging
import re
from itertools import islice
from typing import Any

import trafilatura
from lxml import etree
from lxml import html as lxml_html

from onrecord.errors import TooLarge, UnreadableInput

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


MOST_TAGS = 300_000
"""Tags of one page; the longest live blogs have a tenth. Each costs kilobytes of memory, more than its bytes tell."""


MOST_ATTRIBUTES = 2000
"""Attributes of one tag: libxml2 compares each with all before it."""
_LONG = 2 * MOST_ATTRIBUTES
"""Characters that so many attributes take at least."""
_ATTRIBUTE = r"""[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TAG = re.compile(rf"<[A-Za-z][^\s/>]*+(?:[\s/=]++|{_ATTRIBUTE})*+")
"""As the HTML standard tells tags. Nothing is tried twice: a page may be one tag that never ends."""


def parse_tree(text: str) -> Any:
    """The root of a page's tree. Raises UnreadableInput if there is no element in it, TooLarge at too many."""
    if text.count("<") > MOST_TAGS:
        raise TooLarge(
            f"The page has more than {MOST_TAGS:,} tags; save the part you need, or give its text."
        )
    if any(
        len(_ATTRIBUTES.findall(tag.group())) > MOST_ATTRIBUTES
        for tag in _TAG.finditer(text)
        if tag.end() - tag.start() > _LONG
    ):
        raise TooLarge(
            f"A tag of the page has more than {MOST_ATTRIBUTES:,} attributes; give the page's text."
        )
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableInput(f"No HTML can be made out in the page ({error}); give it as text.") from error
    return root


MOST_LINK_STEPS = 500_000
"""Links, each counted as often as elements stand above it: trafilatura asks every element for all links in it."""


def main_text(root: Any) -> str:
    """The page's main text after trafilatura, paragraph by line; empty where it finds none, fails or takes too long."""
    if _link_steps(root) > MOST_LINK_STEPS:
        return ""
    try:
        found = trafilatura.extract(copy.deepcopy(root), favor_precision=True, include_comments=False)
    except Exception:  # a third party's heuristics on arbitrary trees: without them we judge alone
        return ""
    return found or ""


def _link_steps(root: Any) -> int:
    """Elements above links, no further than the bound."""
    steps = (1 for link in root.iter("a") for _ in link.iterancestors())
    return sum(islice(steps, MOST_LINK_STEPS + 1))

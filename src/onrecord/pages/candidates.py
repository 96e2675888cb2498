"""A page's tree to candidate blocks: every run of visible text that stands apart, in reading order.

A candidate is the text directly under one block element, up to the next block element or to two line
breaks. Nothing is judged here; what surrounds a candidate (its tag, the words in the class names around it,
links) is noted down for those who judge. The walk is iterative, so that depth of nesting costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from lxml import etree

Element = Any
"""An lxml element: lxml has no usable types for trees of HTML."""

_BLOCK_TAGS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd", "details",
        "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
        "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "label",
        "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
        "tfoot", "thead", "tr", "ul", "video", "audio", "object",
    )
)  # fmt: skip
_CELLS = frozenset(("td", "th"))
_LONG_CELL = 150
"""A table's row is one block, unless a cell holds more characters than this or blocks of its own (a table
that lays out a page)."""
_UNSEEN_TAGS = frozenset(
    (
        "script", "style", "noscript", "template", "svg", "math", "iframe", "select", "option", "optgroup",
        "datalist", "textarea", "input", "canvas", "title", "base", "link", "meta", "noframes", "embed",
        "applet", "map", "progress", "meter",
    )
)  # fmt: skip
_BLANKS = re.compile(r"\s+")
_WITHOUT_WIDTH = re.compile("[\u200b\u2060\ufeff\u00ad]+")
"""Characters that only guide line breaks; pages use blocks of them as spacers."""
_GAP = re.compile(r"(?:(?<![^\S\n])[^\S\n]+)?\n[^\S\n]*\n\s*")
_LINE_END = re.compile(r"(?:(?<![^\S\n])[^\S\n]+)?\n[^\S\n]*")
"""Runs of blanks are tried from their start alone: a page can have millions of them."""
_WORD_IN_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.I)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A block element and what stands above it. `above` is a chain; the root has none."""

    element: Element
    tag: str
    above: Surroundings | None
    names: frozenset[str]
    """Groups (see class_words.tsv) of the words in this element's class, id, role and itemprop."""
    names_near: frozenset[str]
    """The same for this element and the two above it."""
    names_far: frozenset[str]
    """The same for all elements up to the body, without it."""
    tags: frozenset[str]
    """Tags of all block elements up to the body."""
    hidden: bool
    linked: bool
    preformatted: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run of visible text that stands apart."""

    text: str
    around: Surroundings
    link_chars: int
    """How many of its characters are link text."""
    links: int
    bold_chars: int
    position: int
    """Its number in reading order."""


@dataclass(slots=True)
class _Run:
    """Text gathered since the last flush."""

    pieces: list[str] = field(default_factory=list)
    link_chars: int = 0
    bold_chars: int = 0
    links: int = 0


@lru_cache(maxsize=1)
def class_words() -> dict[str, str]:
    """Word in a class name to the group it speaks for."""
    lines = resources.files(__package__).joinpath("class_words.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {word: group for group, words in rows for word in words.split()}


def candidates(root: Element) -> list[Candidate]:
    """The candidates of a page, in reading order."""
    walk = _Walk(root)
    return list(walk.run())


class _Walk:
    """One pass over a tree: the stack of block elements, and the text gathered under the innermost."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.stack: list[Surroundings] = [_surroundings(root, None, False)]
        self.text = _Run()
        self.links = 0
        self.bold = 0
        self.count = 0

    def run(self) -> Iterator[Candidate]:
        events = etree.iterwalk(self.root, events=("start", "end"))
        for event, element in events:
            if event == "start":
                if element is self.root:
                    self._add(element.text)
                elif _unseen(element):
                    events.skip_subtree()
                else:
                    yield from self._open(element)
            elif element is not self.root:
                if not _unseen(element):
                    yield from self._close(element)
                self._add(element.tail)
        yield from self._flush()

    def _open(self, element: Element) -> Iterator[Candidate]:
        tag = element.tag
        if tag in _CELLS:
            self._add(" ")
        if _is_block(element):
            yield from self._flush()
            self.stack.append(_surroundings(element, self.stack[-1], self.links > 0))
        elif tag == "a":
            self.links += 1
            self.text.links += 1
        elif tag in ("b", "strong"):
            self.bold += 1
        elif tag == "br":
            self.text.pieces.append("\n")
        self._add(element.text)

    def _close(self, element: Element) -> Iterator[Candidate]:
        tag = element.tag
        if self.stack[-1].element is element:
            yield from self._flush()
            self.stack.pop()
        elif tag == "a":
            self.links -= 1
        elif tag in ("b", "strong"):
            self.bold -= 1

    def _add(self, text: str | None) -> None:
        if not text:
            return
        text = _WITHOUT_WIDTH.sub("", text)
        if not self.stack[-1].preformatted:
            text = _BLANKS.sub(" ", text)
        self.text.pieces.append(text)
        solid = len(text) - text.count(" ")
        if self.links:
            self.text.link_chars += solid
        if self.bold:
            self.text.bold_chars += solid

    def _flush(self) -> Iterator[Candidate]:
        run, self.text = self.text, _Run()
        whole = "".join(run.pieces)
        solid = sum(len(word) for word in whole.split())
        if not solid:
            return
        for part in _GAP.split(whole):
            text = _LINE_END.sub("\n", _BLANKS_BUT_LINES.sub(" ", part)).strip()
            if text:
                share = len(text.replace(" ", "")) / solid
                yield Candidate(
                    text,
                    self.stack[-1],
                    round(min(run.link_chars, solid) * share),
                    run.links,
                    round(min(run.bold_chars, solid) * share),
                    self.count,
                )
                self.count += 1


_BLANKS_BUT_LINES = re.compile(r"[^\S\n]+")


def _is_block(element: Element) -> bool:
    tag = element.tag
    if tag in _CELLS:
        return _lays_out(element)
    # Elements of a page's own making (amp-accordion, ssp-gallery) stand apart as a rule.
    return tag in _BLOCK_TAGS or "-" in tag


def _lays_out(cell: Element) -> bool:
    length = 0
    for inner in cell.iter():
        if (
            inner is not cell
            and isinstance(inner.tag, str)
            and (inner.tag in _BLOCK_TAGS or "-" in inner.tag)
        ):
            return True
        length += len(inner.text or "") + len(inner.tail or "" if inner is not cell else "")
        if length > _LONG_CELL:
            return True
    return False


def _unseen(element: Element) -> bool:
    return not isinstance(element.tag, str) or element.tag in _UNSEEN_TAGS


def _surroundings(element: Element, above: Surroundings | None, in_link: bool) -> Surroundings:
    tag = element.tag if isinstance(element.tag, str) else "div"
    names = _names(element) if tag not in ("html", "body") else frozenset[str]()
    near = names
    if above is not None:
        near = near | above.names
        if above.above is not None:
            near = near | above.above.names
    hidden = (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN.search(element.get("style") or "") is not None
    )
    return Surroundings(
        element=element,
        tag=tag,
        above=above,
        names=names,
        names_near=near,
        names_far=names | (above.names_far if above else frozenset()),
        tags=(above.tags if above else frozenset()) | {tag},
        hidden=hidden or bool(above and above.hidden),
        linked=in_link,
        preformatted=tag == "pre" or bool(above and above.preformatted),
    )


def _names(element: Element) -> frozenset[str]:
    written = [
        element.get(name) for name in ("class", "id", "role", "itemprop", "data-component", "data-testid")
    ]
    joined = " ".join(value for value in written if value)
    return _groups(joined[:400]) if joined else frozenset()


@lru_cache(maxsize=4096)
def _groups(names: str) -> frozenset[str]:
    known = class_words()
    return frozenset(known[word] for word in map(str.lower, _WORD_IN_NAME.findall(names)) if word in known)

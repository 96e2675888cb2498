"""HTML to a report: which blocks are the report, what kind each is, and its text with furniture marked.

`report.text` is the page from its headline (or the first block of the report) to the last, blocks parted by
an empty line, with the furniture that stands between; of what follows, that which lies in the same element
as the report. Menus, footers and hidden elements are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from onrecord.errors import UnreadableInput
from onrecord.model import Block, BlockKind
from onrecord.pages import kinds
from onrecord.pages.candidates import Candidate, candidates
from onrecord.pages.features import Array
from onrecord.pages.furniture import evidence_of_page, plainly_furniture, report_logits
from onrecord.pages.metadata import Metadata, metadata, without_site
from onrecord.pages.page_features import shares_kept
from onrecord.pages.tree import main_text, parse_tree

_WORD = re.compile(r"\w+")
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
MOST_BETWEEN = 40
"""Most furniture blocks kept between the headline and the report, and after it."""
_UNSURE = 1.0
"""A caption may be this far (in logits) below the line of report text: gold bodies mostly leave captions out."""
_CAPTION_WORDS = (6, 80)


@dataclass(frozen=True, slots=True)
class WebReport:
    """What a page gives: the text, its blocks, and what the page says of itself."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None
    byline: str | None
    said: Metadata


def read_html(source: str, url: str | None, given_title: str | None, fetched: str | None) -> WebReport:
    """Read a page. Raises UnreadableInput if it has no visible text."""
    root = parse_tree(source)
    said = metadata(root, url, fetched)
    blocks = candidates(root)
    if not blocks:
        raise UnreadableInput(
            "The page has no visible text; save it after its scripts have run, or give its text."
        )
    kept = shares_kept(blocks, main_text(root))
    logits = report_logits(evidence_of_page(blocks, kept))
    chosen = _report_blocks(blocks, logits, kept)
    titles = (given_title, *said.titles) if given_title else said.titles
    headline = _headline(blocks, chosen, titles)
    judged = _Judged(blocks, logits, chosen, headline, said)
    rows = judged.rows()
    text, placed = _laid_out(rows)
    shown = rows_of(rows, "headline")
    title = given_title or (shown[0] if shown else None) or _stated_title(said)
    return WebReport(text, placed, title, _byline(rows_of(rows, "byline"), said), said)


def rows_of(rows: Sequence[tuple[Candidate, BlockKind]], kind: BlockKind) -> list[str]:
    """The texts of one kind."""
    return [block.text for block, its_kind in rows if its_kind == kind]


def _report_blocks(blocks: Sequence[Candidate], logits: Array, kept: Array) -> Any:
    """Which blocks are report text; where the classifier finds none, those that the extractor kept."""
    words = np.array([len(_WORD.findall(block.text)) for block in blocks])
    phrase = np.array([plainly_furniture(block.text) for block in blocks], dtype=bool)
    chosen = (logits > 0) & ~phrase
    if words[chosen].sum() < 25:
        more = (kept > 0.5) & ~phrase & (logits > -6)
        chosen = more if words[more].sum() > words[chosen].sum() else chosen
    if not chosen.any():
        chosen = logits >= np.sort(logits)[-1] - 0.5
    return chosen


def _headline(blocks: Sequence[Candidate], chosen: Any, titles: Sequence[str]) -> int | None:
    """The block that is the report's headline: a heading before or at the report that says what the title says."""
    first = int(np.flatnonzero(chosen)[0])
    wanted = [_words(without_site(title, None)) for title in titles] + [_words(title) for title in titles]
    best, best_score = None, 0.45
    for i, block in enumerate(blocks[: first + 4]):
        if block.around.hidden or len(block.text.split()) > kinds.MOST_WORDS["headline"]:
            continue
        own = _words(block.text)
        likeness = max((_jaccard(own, title) for title in wanted), default=0.0)
        score = likeness + 0.35 * (block.around.tag == "h1") + 0.05 * (block.around.tag in _HEADINGS)
        score -= 0.3 * (block.around.tag not in _HEADINGS and block.around.tag != "h1")
        score -= 0.002 * min(abs(first - i), 60)
        if own and likeness > 0 and score > best_score:
            best, best_score = i, score
    if best is None:
        heads = [i for i in range(min(first + 2, len(blocks))) if _plain_h1(blocks[i])]
        best = heads[-1] if heads else None
    return best


def _plain_h1(block: Candidate) -> bool:
    return block.around.tag == "h1" and not block.around.hidden and 3 <= len(block.text.split()) <= 40


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


class _Judged:
    """The blocks of one page with what was decided of them."""

    def __init__(
        self, blocks: Sequence[Candidate], logits: Array, chosen: Any, headline: int | None, said: Metadata
    ) -> None:
        self.blocks, self.logits, self.chosen, self.headline = blocks, logits, chosen, headline
        inside = [int(i) for i in np.flatnonzero(chosen)]
        self.first, self.last = inside[0], inside[-1]
        self.home = _common(blocks[i].around.element for i in inside)
        self.abouts = [_words(about) for about in said.abouts]
        self.standfirst = False
        self.first_with: dict[str, int] = {}
        for i in range(self.first, self.last + 1):
            self.first_with.setdefault(blocks[i].text, i)
        self.authors = [author.lower() for author in said.authors]

    def rows(self) -> list[tuple[Candidate, BlockKind]]:
        """The report's blocks in reading order with their kinds, furniture among them."""
        start = self.first if self.headline is None else min(self.first, self.headline)
        rows: list[tuple[Candidate, BlockKind]] = []
        loose: list[Candidate] = []
        for i in range(start, self.last + 1):
            kind = self._kind(i)
            if kind == "furniture":
                if not self.blocks[i].around.hidden:
                    loose.append(self.blocks[i])
                continue
            if len(loose) <= MOST_BETWEEN:
                rows += [(block, "furniture") for block in loose]
            loose = []
            rows.append((self.blocks[i], kind))
        return rows + self._after()

    def _after(self) -> list[tuple[Candidate, BlockKind]]:
        """Furniture that follows the report in the same element."""
        rows: list[tuple[Candidate, BlockKind]] = []
        for block in self.blocks[self.last + 1 : self.last + 1 + MOST_BETWEEN]:
            if not _lies_in(block.around.element, self.home):
                break
            if not block.around.hidden:
                rows.append((block, "furniture"))
        return rows

    def _kind(self, i: int) -> BlockKind:
        block = self.blocks[i]
        if i == self.headline:
            return "headline"
        chosen = bool(self.chosen[i])
        if not chosen and (block.around.hidden or plainly_furniture(block.text)):
            return "furniture"
        special = self._head_kind(i) if i <= self.first + 3 else None
        if special is None and self._is_caption(i):
            special = "caption"
        if special is None and not chosen:
            special = "furniture"
        return special or ("subhead" if self._is_subhead(block) else "body")

    def _head_kind(self, i: int) -> BlockKind | None:
        """Byline, dateline or standfirst, which stand between the headline and the report."""
        block = self.blocks[i]
        words = len(block.text.split())
        names = block.around.names_near
        links = block.link_chars > 0.5 * len(block.text)
        if kinds.is_byline(block.text) or (
            words <= kinds.MOST_WORDS["byline"]
            and "byline" in names
            and any(author in block.text.lower() for author in self.authors)
        ):
            return "byline"
        if kinds.is_dateline(block.text) and not links:
            return "dateline"
        likeness = max((_jaccard(_words(block.text), about) for about in self.abouts), default=0.0)
        below = self.headline is not None and i > self.headline
        standing = below and i <= self.first and not self.standfirst and "figcaption" not in block.around.tags
        if standing and not links and 5 <= words <= kinds.MOST_WORDS["standfirst"]:
            named = "standfirst" in block.around.names or block.around.tag in ("h2", "h3")
            if (
                (named and likeness > 0.3)
                or (likeness > 0.7 and i < self.first)
                or (named and bool(self.chosen[i]))
            ):
                self.standfirst = True
                return "standfirst"
        return None

    def _is_caption(self, i: int) -> bool:
        block = self.blocks[i]
        around = block.around
        if not (self.first <= i <= self.last or (self.headline is not None and i > self.headline)):
            return False
        named = "figcaption" in around.tags or "caption" in around.names_near
        fewest, most = _CAPTION_WORDS
        if (
            not named
            or not fewest <= len(block.text.split()) <= most
            or block.link_chars > 0.5 * len(block.text)
        ):
            return False
        again = self.first_with.get(block.text, i) < i
        clip = "video" in around.tags or kinds.is_credit(block.text)
        return bool(self.logits[i] > -_UNSURE) and not again and not clip

    @staticmethod
    def _is_subhead(block: Candidate) -> bool:
        if block.around.tags & _HEADINGS:
            return len(block.text.split()) <= 2 * kinds.MOST_WORDS["subhead"]
        bold = block.bold_chars >= 0.95 * sum(map(len, block.text.split()))
        return bold and kinds.is_subhead(block.text)


def _common(elements: Any) -> Any:
    """The innermost element that holds all of these."""
    path: list[Any] | None = None
    for element in elements:
        own = [element, *element.iterancestors()][::-1]
        if path is None:
            path = own
        else:
            same = 0
            while same < min(len(path), len(own)) and path[same] is own[same]:
                same += 1
            path = path[:same]
    return path[-1] if path else None


def _lies_in(element: Any, home: Any) -> bool:
    return element is home or any(above is home for above in element.iterancestors())


def _laid_out(rows: Sequence[tuple[Candidate, BlockKind]]) -> tuple[str, tuple[Block, ...]]:
    """The text, blocks parted by an empty line, and where each block stands in text and page."""
    pieces, blocks, at = [], [], 0
    paths = Paths()
    for block, kind in rows:
        pieces.append(block.text)
        blocks.append(Block(at, at + len(block.text), kind, paths.of(block.around.element)))
        at += len(block.text) + 2
    return "\n\n".join(pieces), tuple(blocks)


class Paths:
    """Where elements stand in the page, as XPath.

    lxml counts an element's siblings for each path; here they are counted once, so that a page of one long run of
    paragraphs costs no more than its length.
    """

    def __init__(self) -> None:
        self._steps: dict[Any, dict[Any, str]] = {}

    def of(self, element: Any) -> str:
        """Such as `/html/body/div[2]/p`."""
        steps: list[str] = []
        while (parent := element.getparent()) is not None:
            if parent not in self._steps:
                self._steps[parent] = self._below(parent)
            steps.append(self._steps[parent][element])
            element = parent
        return "/".join(("", element.tag, *reversed(steps)))

    @staticmethod
    def _below(parent: Any) -> dict[Any, str]:
        counts = Counter(child.tag for child in parent)
        number = Counter[Any]()
        steps: dict[Any, str] = {}
        for child in parent:
            number[child.tag] += 1
            steps[child] = child.tag if counts[child.tag] == 1 else f"{child.tag}[{number[child.tag]}]"
        return steps


def _stated_title(said: Metadata) -> str | None:
    return without_site(said.titles[0], said.site) if said.titles else None


def _byline(visible: Sequence[str], said: Metadata) -> str | None:
    """The authors: those that the page states, unless the visible byline names people and it does not.

    Pages state a desk or the site itself ("Courier Staff") where their byline names the reporters.
    """
    shown = [name for line in visible for name in kinds.names_in_byline(line)]
    stated = [author for author in said.authors if not said.site or author.lower() != said.site.lower()]
    if shown and not any(_jaccard(_words(a), _words(b)) > 0.4 for a in stated for b in shown):
        return ", ".join(dict.fromkeys(shown))
    if stated:
        return ", ".join(stated)
    return ", ".join(dict.fromkeys(shown)) or None

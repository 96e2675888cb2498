"""The records: what a page, a report and a reading are made of.

Glossary, one word per idea:

page          what came in: bytes, where from, when fetched, their hash
report        the text of one news report: blocks in reading order, title, byline, date, site, language
block         a run of the report's text with a kind (headline, body, furniture ...)
attribution   source + cue + content: somebody is said to have said something; `within` names the
              attribution whose content holds it
chain         an attribution with those it stands within, outermost first: the hearsay path
voice         the entity behind a source
time          a temporal expression and its normalised value
certainty     a word of likelihood or doubt, its holder, and its band on the holder's own yardstick
dispute       a denial aimed at a claim
headline      what the headline claims against what it rests on
reading       all of the above for one report

Offsets are Unicode code points, half-open, into `Report.text`. Records are frozen: a stage returns a new
reading (`dataclasses.replace`) and never changes the one it was given.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, NamedTuple

BlockKind = Literal["headline", "standfirst", "byline", "dateline", "body", "subhead", "caption", "furniture"]
Quotation = Literal["direct", "mixed", "indirect"]
VoiceKind = Literal["person", "organisation", "group", "unnamed", "document", "author"]
TimeKind = Literal["date", "time", "duration", "set"]
Direction = Literal["likely", "unlikely", "possible", "certain", "doubtful"]
DisputeKind = Literal["denies", "rejects", "corrects", "doubts"]
Verdict = Literal["supported", "strengthened", "unsupported", "contradicted", "opinion"]
DifferenceKind = Literal["source dropped", "certainty", "actor", "act", "scope", "number"]

REPORTER = "reporter"
"""The holder of a certainty that no attribution's speaker expresses."""


class Span(NamedTuple):
    """A run of a report's text, in code points, half-open."""

    start_char: int
    end_char: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start_char < other.end_char and other.start_char < self.end_char

    def holds(self, other: Span) -> bool:
        """Whether `other` lies wholly inside."""
        return self.start_char <= other.start_char and other.end_char <= self.end_char


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What came in, before anything is understood of it.

    The fields after `fetched` are what the giver knows already (a JSON Lines record, a feed entry, the
    `--published` option): given values are used and not guessed again.
    """

    source: str
    """Path or URL as given."""
    content: bytes
    sha256: str
    media_type: Literal["html", "text"]
    fetched: str | None = None
    """When it was fetched or read, ISO 8601 in UTC."""
    url: str | None = None
    title: str | None = None
    published: str | None = None
    outlet: str | None = None
    encoding: str | None = None
    """Encoding declared by the transport or by the giver; None to detect it."""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of the report's text with a kind; blocks cover the text in reading order."""

    start_char: int
    end_char: int
    kind: BlockKind
    """What the run is; furniture gives no attributions."""
    place: str | None = None
    """Where in the page it stood (an XPath), None for plain text."""

    @property
    def span(self) -> Span:
        """The block's offsets."""
        return Span(self.start_char, self.end_char)


@dataclass(frozen=True, slots=True)
class Report:
    """The text of one news report."""

    id: str
    """`r` and 16 hexadecimal digits, from the content and what was given with it."""
    source: str
    """Path or URL as given."""
    text: str
    """The text that all offsets count in."""
    blocks: tuple[Block, ...]
    """In reading order; they cover the text."""
    sha256: str
    """Hash of the page's bytes."""
    url: str | None = None
    """Canonical address."""
    title: str | None = None
    """The headline."""
    published: str | None = None
    """Original publication date, YYYY-MM-DD."""
    byline: str | None = None
    """Names of the authors, joined by commas."""
    site: str | None = None
    """Name of the site, as the page says it."""
    outlet: str | None = None
    """Name of the outlet, as given with the page."""
    language: str | None = None
    """ISO 639-1 code, None if it cannot be told."""
    fetched: str | None = None
    """When the page was fetched or read, ISO 8601 in UTC."""

    @property
    def publisher(self) -> str | None:
        """Who brings it: the outlet as given with the page, else the site as the page says it."""
        return self.outlet or self.site

    @property
    def has_text(self) -> bool:
        """Whether the text is there; a ledger may keep positions alone (docs/ethics.md)."""
        return bool(self.text) or not self.blocks

    def at(self, spans: Spans | Span | Block) -> str:
        """The text of spans, their parts joined by one blank; nothing where the text was not kept."""
        if isinstance(spans, Span | Block):
            return self.text[spans.start_char : spans.end_char]
        return " ".join(self.text[s:e] for s, e in spans) if self.text else ""


@dataclass(frozen=True, slots=True)
class Said:
    """When an attribution's speaker said it: a TIMEX3 value and where it stands."""

    value: str
    """TIMEX3 value, e.g. `2026-03-04`."""
    start_char: int
    end_char: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """Source + cue + content: somebody is said to have said something."""

    id: str
    """`a` and a number, in this report."""
    source: Spans
    """Who is said to have said it."""
    cue: Spans
    """The word of saying."""
    content: Spans
    """What is said; a quotation over paragraphs has several spans."""
    quotation: Quotation
    """Whether all, a part or none of the content stands in quotation marks."""
    act: str
    """What kind of saying: say, deny, ask, order, promise, accuse, report, think ..."""
    confidence: float
    """How sure the method is, 0 to 1."""
    made_by: str
    """Method and version."""
    within: str | None = None
    """Id of the attribution whose content holds this one."""
    voice: str | None = None
    """Id of the voice behind the source, None if it stayed unresolved."""
    said: Said | None = None
    """When it was said, where the report tells."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The entity behind a source."""

    id: str
    """`v` and a number, in this report."""
    name: str
    """The fullest name, or the words of a source without one."""
    kind: VoiceKind
    """What kind of entity it is."""
    roles: tuple[str, ...] = ()
    """Offices and descriptions that the report gives it."""
    speaks_for: str | None = None
    """Id of the voice in whose name it speaks."""
    mentions: Spans = ()
    """Where the report refers to it."""
    why: str = ""
    """What the identification rests on."""
    confidence: float = 1.0
    """How sure the method is, 0 to 1."""
    count: int | None = None
    """How many people an unnamed or plural source is said to be ("two officials")."""
    made_by: str = ""
    """Method and version."""


@dataclass(frozen=True, slots=True)
class Time:
    """A temporal expression and its TIMEX3 value; an empty value says it stays unresolved."""

    id: str
    """`t` and a number, in this report."""
    start_char: int
    end_char: int
    kind: TimeKind
    """What kind of expression it is."""
    value: str
    """TIMEX3 value, e.g. `2026-W10`."""
    anchor: str | None = None
    """`published`, the id of another time, or None if it stands by itself."""
    granularity: str | None = None
    """year, quarter, month, week, day, hour ...; None where it has none."""
    made_by: str = ""
    """Method and version."""


@dataclass(frozen=True, slots=True)
class Certainty:
    """A word of likelihood or doubt; `low` and `high` are its band (0 to 1) on the holder's yardstick."""

    id: str
    """`c` and a number, in this report."""
    start_char: int
    end_char: int
    term: str
    """The word in the form of its word list."""
    direction: Direction
    """Which way it points."""
    holder: str
    """Id of an attribution, or `reporter`."""
    yardstick: str | None = None
    """The holder's own scale, None if it has none."""
    low: float | None = None
    """Lowest probability of the term on the yardstick, 0 to 1."""
    high: float | None = None
    """Highest probability of the term on the yardstick, 0 to 1."""
    analytic_confidence: str | None = None
    """`low`, `moderate` or `high` where the same sentence states analytic confidence too."""
    notes: tuple[str, ...] = ()
    """What a reader must know, e.g. that the term belongs to another body's scale."""
    made_by: str = ""
    """Method and version."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A denial aimed at a claim; an end is the id of an attribution or a span."""

    id: str
    """`d` and a number, in this report."""
    claim: str | Span
    """What is denied."""
    denial: str | Span
    """The statement that denies it."""
    kind: DisputeKind
    """How it is denied."""
    cue: Span
    """The words of denial."""
    why: str
    """What the pairing rests on."""
    confidence: float = 1.0
    """How sure the method is, 0 to 1."""
    made_by: str = ""
    """Method and version."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a headline (or lede) says more or other than what it rests on."""

    what: DifferenceKind
    """In what the two differ."""
    headline: Span
    """The words of the headline."""
    body: Span
    """The words of what it rests on."""


@dataclass(frozen=True, slots=True)
class HeadlineCheck:
    """What the headline claims against what it rests on.

    `checked` is the statement that was checked: the headline, or the lede or another sentence for the
    further checks in `Reading.sentence_checks`.
    """

    verdict: Verdict
    """What the check found."""
    checked: Span
    """The statement that was checked."""
    rests_on: tuple[str, ...] = ()
    """Ids of the attributions that carry it."""
    differences: tuple[Difference, ...] = ()
    """In what it says more or other."""
    confidence: float = 1.0
    """How sure the method is, 0 to 1."""
    why: str = ""
    """The verdict's reason in words."""
    made_by: str = ""
    """Method and version."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A report and all that the stages found in it. A part is None until its stage has run."""

    report: Report
    attributions: tuple[Attribution, ...] | None = None
    voices: tuple[Voice, ...] | None = None
    times: tuple[Time, ...] | None = None
    certainties: tuple[Certainty, ...] | None = None
    disputes: tuple[Dispute, ...] | None = None
    headline: HeadlineCheck | None = None
    sentence_checks: tuple[HeadlineCheck, ...] = ()
    notes: tuple[str, ...] = ()
    """Messages to the user, e.g. why a report was left without attributions."""

    def attribution(self, attribution_id: str) -> Attribution:
        """The attribution of that id. Raises KeyError if there is none."""
        rows = self.attributions or ()
        number = attribution_id[1:9]
        # Ids mostly count from a1 on: a look at that place spares the walk, which thousands of rows would each take.
        place = int(number) - 1 if number.isascii() and number.isdecimal() else -1
        if 0 <= place < len(rows) and rows[place].id == attribution_id:
            return rows[place]
        for attribution in rows:
            if attribution.id == attribution_id:
                return attribution
        raise KeyError(attribution_id)

    def voice(self, voice_id: str) -> Voice:
        """The voice of that id. Raises KeyError if there is none."""
        for voice in self.voices or ():
            if voice.id == voice_id:
                return voice
        raise KeyError(voice_id)

    def chain(self, attribution_id: str) -> tuple[Attribution, ...]:
        """The attribution with those it stands within, outermost first: the hearsay path.

        A circle of `within`, or one that leads to no row, which no reading should have, ends. Raises KeyError if there
        is no attribution of that id.
        """
        row = self.attribution(attribution_id)
        path = {row.id: row}
        with suppress(KeyError):
            while row.within is not None and row.within not in path:
                row = self.attribution(row.within)
                path[row.id] = row
        return tuple(path.values())[::-1]

    def __str__(self) -> str:
        """One line: the report and how many rows of each kind; `repr` gives everything."""
        parts = ("attributions", "voices", "times", "certainties", "disputes")
        counts = ", ".join(f"{len(getattr(self, part) or ())} {part}" for part in parts)
        return f"{self.report.title or self.report.source} ({self.report.published or 'undated'}): {counts}"

    def _repr_html_(self) -> str:
        """What a notebook shows: the text with its marks and the statements, everything escaped."""
        from onrecord.exports.notebook import reading_html

        return reading_html(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The statements as an Arrow stream, which pandas, polars and pyarrow take. Needs the extra `arrow`."""
        from onrecord.exports.tables import arrow_stream

        return arrow_stream(self, requested_schema)
